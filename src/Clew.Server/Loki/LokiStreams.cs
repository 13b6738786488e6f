using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Stored;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Server.Loki;

/// <summary>The streams of whoever is asked about: of one tenant as they are, of several told apart by <see cref="TenantLabel"/>.</summary>
internal sealed class LokiStreams(LokiAsking asking)
{
    private bool IsOne => asking.Tenants.Count == 1;

    /// <inheritdoc cref="StoredStreams.VolumesAsync"/>
    public async Task<IReadOnlyList<StreamVolume>> VolumesAsync(IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, TimeRange range, bool withBytes)
    {
        var volumes = new List<StreamVolume>();
        foreach (var tenant in asking.Tenants)
        {
            var chosen = selectors.Where(matchers => IsOne || TenantLabel.Chooses(matchers, tenant.Name)).ToArray();
            if (selectors.Count > 0 && chosen.Length == 0)
            {
                continue;
            }

            var found = await Of(tenant).VolumesAsync([.. chosen.Select(Inner)], range, withBytes, asking.Cancellation);
            volumes.AddRange(IsOne ? found : found.Select(volume => volume with { Labels = TenantLabel.Add(volume.Labels, tenant.Name) }));
        }

        return IsOne ? volumes : [.. volumes.OrderBy(volume => volume.Labels)];
    }

    /// <inheritdoc cref="StoredStreams.StretchesAsync"/>
    public Task<IReadOnlyList<StreamStretch>> StretchesAsync(IReadOnlyList<LabelMatcher> matchers, TimeRange range, TimeSpan step) => EachAsync(
        matchers,
        streams => streams.StretchesAsync(Inner(matchers), range, step, asking.Cancellation),
        (stretch, tenant) => stretch with { Labels = Named(stretch.Labels, tenant) });

    /// <inheritdoc cref="StoredStreams.TemplatesAsync"/>
    public Task<IReadOnlyList<TemplateStretch>> TemplatesAsync(IReadOnlyList<LabelMatcher> matchers, TimeRange range, TimeSpan step) => EachAsync(
        matchers, streams => streams.TemplatesAsync(Inner(matchers), range, step, asking.Cancellation), (stretch, _) => stretch);

    private async Task<IReadOnlyList<T>> EachAsync<T>(IReadOnlyList<LabelMatcher> matchers, Func<StoredStreams, Task<IReadOnlyList<T>>> ask, Func<T, Tenant, T> name)
    {
        var all = new List<T>();
        foreach (var tenant in asking.Tenants.Where(tenant => IsOne || TenantLabel.Chooses(matchers, tenant.Name)))
        {
            all.AddRange((await ask(Of(tenant))).Select(one => name(one, tenant)));
        }

        return all;
    }

    private StoredStreams Of(Tenant tenant) => new(asking.Store, tenant, asking.Limits.LogQl);

    private IReadOnlyList<LabelMatcher> Inner(IReadOnlyList<LabelMatcher> matchers) => IsOne ? matchers : TenantLabel.Inner(matchers);

    private LabelSet Named(LabelSet labels, Tenant tenant) => IsOne ? labels : TenantLabel.Add(labels, tenant.Name);
}
