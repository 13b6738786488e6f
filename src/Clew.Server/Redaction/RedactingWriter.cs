using Clew.Telemetry;

namespace Clew.Server.Redaction;

/// <summary>
/// The store's writer for everybody in the server: every text of changes, of Kubernetes objects and events, and of alerts goes through the redactor on
/// its way, whoever writes them. Batches were redacted by <see cref="RedactionStage"/> before they come here.
/// </summary>
/// <remarks>Names and ids, too: the same text always becomes the same, so that what named a record still does.</remarks>
internal sealed class RedactingWriter(ITelemetryWriter store, TextRedactor redactor) : ITelemetryWriter
{
    public Task WriteAsync(SpanBatch batch, CancellationToken cancellation) => store.WriteAsync(batch, cancellation);

    public Task WriteAsync(LogBatch batch, CancellationToken cancellation) => store.WriteAsync(batch, cancellation);

    public Task WriteAsync(MetricBatch batch, CancellationToken cancellation) => store.WriteAsync(batch, cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<ChangeRecord> changes, CancellationToken cancellation) =>
        store.WriteAsync(tenant, [.. changes.Select(redactor.Redact)], cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesObject> objects, CancellationToken cancellation) =>
        store.WriteAsync(tenant, [.. objects.Select(redactor.Redact)], cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesEvent> events, CancellationToken cancellation) =>
        store.WriteAsync(tenant, [.. events.Select(redactor.Redact)], cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<AlertRecord> alerts, CancellationToken cancellation) =>
        store.WriteAsync(tenant, [.. alerts.Select(redactor.Redact)], cancellation);
}
