using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Source;

/// <summary>
/// How answers of several tenants at once tell them apart: streams get the label <c>__tenant_id__</c>, a label that had this name before is called <c>original___tenant_id__</c>, and matchers of
/// the label choose tenants (grafana.com/docs/loki, "Manage tenant isolation", multi-tenant queries).
/// </summary>
public static class TenantLabel
{
    public const string Name = "__tenant_id__";

    private const string OriginalName = "original_" + Name;

    /// <summary>Whether the matchers let this tenant's streams through.</summary>
    public static bool Chooses(IReadOnlyList<LabelMatcher> matchers, string tenant) => matchers.All(matcher => matcher.Name != Name || matcher.Matches(tenant));

    /// <summary>The matchers as they are asked of a single tenant's streams.</summary>
    public static IReadOnlyList<LabelMatcher> Inner(IReadOnlyList<LabelMatcher> matchers) =>
        [.. matchers.Where(matcher => matcher.Name != Name).Select(matcher => matcher.Name == OriginalName && LabelMatcher.TryCreate(Name, matcher.Kind, matcher.Value, out var original, out _) ? original : matcher)];

    /// <summary>A stream's labels with the tenant's name among them.</summary>
    public static LabelSet Add(LabelSet labels, string tenant)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return (labels[Name] is { Length: > 0 } before ? labels.With(OriginalName, before) : labels).With(Name, tenant);
    }
}
