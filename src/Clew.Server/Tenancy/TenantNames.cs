using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Clew.Server.Configuration;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Tenancy;

/// <summary>
/// Whose request it is, by the header that <c>tenancy.header</c> names; the same header for what comes in (HTTP, gRPC metadata) and for questions.
/// Without the setting everything belongs to <see cref="Tenant.Default"/>. The header is believed: a proxy in front that knows who is who must set it.
/// </summary>
/// <remarks>Names follow the rules of the systems that made the header common (Grafana's Loki, Mimir and Tempo).</remarks>
internal sealed class TenantNames(ServerOptions options)
{
    /// <summary>Characters.</summary>
    private const int Longest = 150;

    /// <summary>Tenants of one question; each is asked by itself.</summary>
    private const int MostAtOnce = 32;

    /// <summary>Between the names of several tenants.</summary>
    private const char Separator = '|';

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!-_.*'()");

    /// <summary>What a name is made of; completes "expected …".</summary>
    public static string Expected { get; } = $"up to {Longest} letters, digits and !-_.*'()";

    public static bool IsName(string name) => name.Length is > 0 and <= Longest && name is not ("." or "..") && name.AsSpan().IndexOfAnyExcept(Allowed) < 0;

    /// <summary>
    /// Whose data a question is about: as <see cref="TryResolve"/>, and with bars between their names several tenants, each once, by name, as Loki and Tempo have it.
    /// </summary>
    /// <param name="problem">What is wrong and what is expected, for the answer to the asker.</param>
    public bool TryResolveAll(IHeaderDictionary headers, out IReadOnlyList<Tenant> tenants, [NotNullWhen(false)] out string? problem)
    {
        tenants = [];
        problem = null;
        if (options.Tenancy.Header is not { } header || headers[header] is not [{ Length: > 0 } names] || !names.Contains(Separator, StringComparison.Ordinal))
        {
            var isOne = TryResolve(headers, out var tenant, out problem);
            tenants = [tenant];
            return isOne;
        }

        var all = names.Split(Separator).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        problem = !Array.TrueForAll(all, IsName) ? $"the header {header} names no tenants: {Expected} are expected of each, with {Separator} between them"
            : all.Length > MostAtOnce ? $"the header {header} names {all.Length} tenants; a question may be about {MostAtOnce}"
            : null;
        tenants = [.. all.Select(name => new Tenant(name))];
        return problem is null;
    }

    /// <param name="problem">What is wrong and what is expected, for the answer to the sender.</param>
    public bool TryResolve(IHeaderDictionary headers, out Tenant tenant, [NotNullWhen(false)] out string? problem)
    {
        tenant = Tenant.Default;
        problem = null;
        if (options.Tenancy.Header is not { } header)
        {
            return true;
        }

        var values = headers[header];
        if (values is not [{ Length: > 0 } name])
        {
            problem = values.Count > 1 ? $"the header {header} is there more than once" : options.Tenancy.Required ? $"the header {header} is missing: it names the tenant (setting tenancy.required)" : null;
            return problem is null;
        }

        if (!IsName(name))
        {
            problem = $"the header {header} names no tenant: {Expected} are expected";
            return false;
        }

        tenant = new Tenant(name);
        return true;
    }
}
