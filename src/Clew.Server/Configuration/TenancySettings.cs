using System.Buffers;
using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>Whose data is whose.</summary>
public sealed record TenancyOptions
{
    /// <summary>The header (or gRPC metadata) that names the tenant; null when there is one tenant only.</summary>
    public string? Header { get; init; }

    /// <summary>A request without the header is refused rather than taken for the default tenant's.</summary>
    public bool Required { get; init; }
}

/// <summary>The settings under <c>tenancy</c>.</summary>
internal static class TenancySettings
{
    private static readonly SearchValues<char> Token = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly SettingValue<string> HeaderName = new(
        "the name of a header such as X-Scope-OrgID",
        static (string text, out string value) => (value = text).Length > 0 && text.AsSpan().IndexOfAnyExcept(Token) < 0,
        static name => name);

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Of("tenancy.header", OrEmpty(HeaderName), o => o.Tenancy.Header, (o, v) => o with { Tenancy = o.Tenancy with { Header = v } },
            "Header or gRPC metadata that names the tenant of a request, for example X-Scope-OrgID; none: there is one tenant."),
        Setting.Of("tenancy.required", Bool, o => o.Tenancy.Required, (o, v) => o with { Tenancy = o.Tenancy with { Required = v } },
            "Refuse requests that do not name their tenant."),
    ];
}
