using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>The settings of what the pipeline keeps and of how much a tenant may send.</summary>
internal static class LimitSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Of("keep_attributes", Integer(1, 1 << 20), l => l.KeepAttributes, (l, v) => l with { KeepAttributes = v },
            "Attributes of one record, event, link, resource or scope that are kept; the others are left out and counted."),
        Of("keep_value_bytes", Size(16, 64 << 20), l => l.KeepValueBytes, (l, v) => l with { KeepValueBytes = (int)v },
            "Length of an attribute's value that is kept; a longer one is cut and named in clew.truncated."),
        Of("keep_body_bytes", Size(16, 64 << 20), l => l.KeepBodyBytes, (l, v) => l with { KeepBodyBytes = (int)v },
            "Length of a log body that is kept; a longer one is cut and named in clew.truncated."),
        Of("attribute_keys", Integer(1, 1 << 20), l => l.AttributeKeys, (l, v) => l with { AttributeKeys = v },
            "Distinct attribute keys of one service; attributes with further ones are left out."),
        Of("span_names", Integer(1, 1 << 20), l => l.SpanNames, (l, v) => l with { SpanNames = v },
            "Distinct span names of one service; spans with further ones are called _OTHER."),
        Of("log_templates", Integer(1, 1 << 20), l => l.LogTemplates, (l, v) => l with { LogTemplates = v },
            "Distinct log templates of one service; records with further ones are stored without."),
        Of("error_signatures", Integer(1, 1 << 20), l => l.ErrorSignatures, (l, v) => l with { ErrorSignatures = v },
            "Distinct error signatures of one service; records with further ones are stored without."),
        Of("series_per_metric", Integer(1, 1 << 24), l => l.SeriesPerMetric, (l, v) => l with { SeriesPerMetric = v },
            "Distinct series of one metric of one service; points of further ones are dropped and reported."),
        Of("series", Integer(1, 1 << 26), l => l.Series, (l, v) => l with { Series = v },
            "Distinct series of all metrics; points of further ones are dropped and reported."),
        Of("cardinality_window", Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)), l => l.CardinalityWindow, (l, v) => l with { CardinalityWindow = v },
            "How long keys, names and series count that are not seen any more."),
        Of("tenant_items_per_second", Whole(0, long.MaxValue), l => l.TenantItemsPerSecond, (l, v) => l with { TenantItemsPerSecond = v },
            "Spans, log records and data points a tenant may send a second; 0 sets no limit."),
        Of("tenant_bytes_per_second", Size(0, 1L << 50), l => l.TenantBytesPerSecond, (l, v) => l with { TenantBytesPerSecond = v },
            "Bytes a tenant may send a second, decompressed; 0 sets no limit."),
        Of("tenant_burst", Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), l => l.TenantBurst, (l, v) => l with { TenantBurst = v },
            "How long a tenant that was silent may send faster."),
        Of("tenants", Integer(1, 1_000_000), l => l.Tenants, (l, v) => l with { Tenants = v },
            "Tenants that may send; further ones are refused."),
    ];

    private static Setting Of<T>(string name, SettingValue<T> kind, Func<IngestLimits, T> get, Func<IngestLimits, T, IngestLimits> set, string description) => Setting.Of(
        "limits." + name,
        kind,
        o => get(o.Limits),
        (o, v) => o with { Limits = set(o.Limits, v) },
        description);
}
