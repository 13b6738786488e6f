using Clew.Server.PostgreSql;
using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>Which PostgreSQL servers are sampled, and how.</summary>
public sealed record PostgreSqlOptions
{
    /// <summary>YAML file that maps a name, which becomes the service, to a connection string. Empty: nothing is sampled.</summary>
    public string Targets { get; init; } = string.Empty;

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For connecting, and for each statement of a sample.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Statements recorded per sample, those that took most time since the one before. Reason: each is a log record.</summary>
    public int Statements { get; init; } = 50;

    /// <summary>A statement or an idle transaction is recorded as a session once it has lasted so long; one that waits for a lock always is.</summary>
    public TimeSpan LongRunning { get; init; } = TimeSpan.FromSeconds(5);

    internal static IEnumerable<Setting> Settings { get; } =
    [
        Of("targets", PathOrNone, o => o.Targets, (o, v) => o with { Targets = v },
            "YAML file with the PostgreSQL servers to sample, each as name: connection string (postgresql://… or Host=…;…)."),
        Of("interval", Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), o => o.Interval, (o, v) => o with { Interval = v },
            "How often a PostgreSQL server is sampled."),
        Of("timeout", Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)), o => o.Timeout, (o, v) => o with { Timeout = v },
            "How long connecting, or one statement of a sample, may take."),
        Of("statements", Integer(0, 1_000), o => o.Statements, (o, v) => o with { Statements = v },
            "Statements recorded per sample: those that took most time since the one before."),
        Of("long_running", Duration(TimeSpan.Zero, TimeSpan.FromDays(1)), o => o.LongRunning, (o, v) => o with { LongRunning = v },
            "After so long a running statement or an idle transaction is recorded; one that waits for a lock always is."),
    ];

    /// <summary>What is wrong with the file of targets, or null.</summary>
    internal static string? CheckTargets(ServerOptions options) =>
        PostgreSqlTargets.Read(options.PostgreSql.Targets) is { Problems: { Count: > 0 } problems } ? string.Join("; ", problems) : null;

    private static Setting Of<T>(string name, SettingValue<T> kind, Func<PostgreSqlOptions, T> get, Func<PostgreSqlOptions, T, PostgreSqlOptions> set, string description) => Setting.Of(
        "postgresql." + name,
        kind,
        o => get(o.PostgreSql),
        (o, v) => o with { PostgreSql = set(o.PostgreSql, v) },
        description);
}
