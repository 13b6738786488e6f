using System.Buffers;
using System.Collections.Frozen;
using Clew.Server.Tenancy;
using Clew.Telemetry;
using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>Whose data is whose.</summary>
public sealed record TenancyOptions
{
    /// <summary>The header (or gRPC metadata) that names the tenant; null when there is one tenant only.</summary>
    public string? Header { get; init; }

    /// <summary>A request without the header is refused rather than taken for the default tenant's.</summary>
    public bool Required { get; init; }

    /// <summary>Tenants of what comes without a header, by collector (<see cref="CollectorNames"/>); those that are not here bring what belongs to the default tenant.</summary>
    public IReadOnlyDictionary<string, Tenant> Collectors { get; init; } = FrozenDictionary<string, Tenant>.Empty;

    /// <summary>What the server collects itself, and what senders bring that have no headers.</summary>
    public static IReadOnlyList<string> CollectorNames { get; } = ["scrape", "syslog_udp", "syslog_tcp", "jaeger_agent_compact", "jaeger_agent_binary", "postgresql", "kubernetes"];

    /// <summary>Whose data a collector brings.</summary>
    /// <param name="collector">One of <see cref="CollectorNames"/>.</param>
    public Tenant Of(string collector) => Collectors.GetValueOrDefault(collector, Tenant.Default);
}

/// <summary>The settings under <c>tenancy</c>.</summary>
internal static class TenancySettings
{
    private static readonly SearchValues<char> Token = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly SettingValue<string> HeaderName = new(
        "the name of a header such as X-Scope-OrgID",
        static (string text, out string value) => (value = text).Length > 0 && text.AsSpan().IndexOfAnyExcept(Token) < 0,
        static name => name);

    private static readonly SettingValue<string> TenantName = new(
        TenantNames.Expected,
        static (string text, out string value) => TenantNames.IsName(value = text),
        static name => name);

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Of("tenancy.header", OrEmpty(HeaderName), o => o.Tenancy.Header, (o, v) => o with { Tenancy = o.Tenancy with { Header = v } },
            "Header or gRPC metadata that names the tenant of a request, for example X-Scope-OrgID; none: there is one tenant."),
        Setting.Of("tenancy.required", Bool, o => o.Tenancy.Required, (o, v) => o with { Tenancy = o.Tenancy with { Required = v } },
            "Refuse requests that do not name their tenant."),
        .. TenancyOptions.CollectorNames.Select(CollectorTenant),
    ];

    private static Setting CollectorTenant(string collector) => Setting.Of(
        "tenancy.collectors." + collector,
        OrEmpty(TenantName),
        o => o.Tenancy.Collectors.TryGetValue(collector, out var tenant) ? tenant.Name : null,
        (o, v) => o with { Tenancy = o.Tenancy with { Collectors = o.Tenancy.Collectors.Where(other => other.Key != collector).Concat(v is null ? [] : [KeyValuePair.Create(collector, new Tenant(v))]).ToFrozenDictionary() } },
        $"Tenant of what comes by {collector}, which names none; none: the default tenant.");
}
