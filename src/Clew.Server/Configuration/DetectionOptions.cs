using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>Whether and how incidents are noticed without being told.</summary>
public sealed record DetectionOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>Length of a step: rates, errors and durations are compared step by step.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after its end a step is looked at: exporters send every five seconds.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Operations that are watched, those with the most requests. Reason: each step of each is kept in memory for half an hour, some 8 KiB an operation.</summary>
    public int Operations { get; init; } = 500;

    internal static IEnumerable<Setting> Settings { get; } =
    [
        Of("enabled", Bool, o => o.Enabled, (o, v) => o with { Enabled = v },
            "Notice incidents from the rates, errors and durations of spans, investigate them, and list them (clew incidents)."),
        Of("step", Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), o => o.Step, (o, v) => o with { Step = v },
            "Length of the steps that are compared; three in a row must be in trouble."),
        Of("settle", Duration(TimeSpan.Zero, TimeSpan.FromMinutes(10)), o => o.Settle, (o, v) => o with { Settle = v },
            "How long after its end a step is looked at, so that its spans have come."),
        Of("operations", Integer(1, 10_000), o => o.Operations, (o, v) => o with { Operations = v },
            "Operations that are watched, those with the most requests."),
    ];

    private static Setting Of<T>(string name, SettingValue<T> kind, Func<DetectionOptions, T> get, Func<DetectionOptions, T, DetectionOptions> set, string description) => Setting.Of(
        "detection." + name,
        kind,
        o => get(o.Detection),
        (o, v) => o with { Detection = set(o.Detection, v) },
        description);
}
