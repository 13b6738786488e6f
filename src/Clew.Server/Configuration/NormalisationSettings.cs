using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>What is given other names before it is stored.</summary>
public sealed record NormalisationOptions
{
    /// <summary>Span names with ids in them become routes; the name that was sent is kept in an attribute.</summary>
    public bool SpanNames { get; init; } = true;

    /// <summary>Blanks around service names go.</summary>
    public bool ServiceNames { get; init; } = true;

    /// <summary>Attributes are stored under today's names rather than under those they came with. Questions find both either way.</summary>
    public bool RenameAttributes { get; init; }
}

/// <summary>The settings under <c>normalisation</c>.</summary>
internal static class NormalisationSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Of("span_names", o => o.SpanNames, (o, v) => o with { SpanNames = v },
            "Make routes of span names with ids in them, and keep the name that was sent in clew.span.original_name."),
        Of("service_names", o => o.ServiceNames, (o, v) => o with { ServiceNames = v },
            "Take blanks around service names away."),
        Of("rename_attributes", o => o.RenameAttributes, (o, v) => o with { RenameAttributes = v },
            "Store attributes that OpenTelemetry renamed under today's names; questions by either name find both in any case."),
    ];

    private static Setting Of(string name, Func<NormalisationOptions, bool> get, Func<NormalisationOptions, bool, NormalisationOptions> set, string description) => Setting.Of(
        "normalisation." + name,
        Bool,
        o => get(o.Normalisation),
        (o, v) => o with { Normalisation = set(o.Normalisation, v) },
        description);
}
