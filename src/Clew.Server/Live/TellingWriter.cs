using Clew.Server.Detection;
using Clew.Telemetry;

namespace Clew.Server.Live;

/// <summary>The store's writer that tells followers of changes, alerts and incidents once they are written, whoever wrote them.</summary>
internal sealed class TellingWriter(ITelemetryWriter store, LiveEvents events) : ITelemetryWriter
{
    public Task WriteAsync(SpanBatch batch, CancellationToken cancellation) => store.WriteAsync(batch, cancellation);

    public Task WriteAsync(LogBatch batch, CancellationToken cancellation) => store.WriteAsync(batch, cancellation);

    public Task WriteAsync(MetricBatch batch, CancellationToken cancellation) => store.WriteAsync(batch, cancellation);

    public async Task WriteAsync(Tenant tenant, IReadOnlyList<ChangeRecord> changes, CancellationToken cancellation)
    {
        await store.WriteAsync(tenant, changes, cancellation);
        if (changes.Count > 0)
        {
            events.Tell(tenant, LiveEvents.Changes, new LiveNews { Count = changes.Count });
        }
    }

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesObject> objects, CancellationToken cancellation) => store.WriteAsync(tenant, objects, cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesEvent> kubernetesEvents, CancellationToken cancellation) => store.WriteAsync(tenant, kubernetesEvents, cancellation);

    public async Task WriteAsync(Tenant tenant, IReadOnlyList<AlertRecord> alerts, CancellationToken cancellation)
    {
        await store.WriteAsync(tenant, alerts, cancellation);
        if (alerts.Count == 0)
        {
            return;
        }

        // An incident is an alert of Clew's own.
        string[] incidents = [.. alerts.Where(alert => alert.Source == IncidentRecords.Source).Select(alert => alert.Fingerprint).Take(LiveEvents.Waiting)];
        if (incidents.Length > 0)
        {
            events.Tell(tenant, LiveEvents.Incidents, new LiveNews { Ids = incidents });
        }

        events.Tell(tenant, LiveEvents.Alerts, new LiveNews { Count = alerts.Count });
    }
}
