using Clew.Telemetry;

namespace Clew.Server.Redaction;

/// <summary>
/// The store's writer for everybody in the server: texts of changes, of Kubernetes objects and events, and of alerts go through the redactor on their
/// way, whoever writes them. Batches were redacted by <see cref="RedactionStage"/> before they come here. What names a record (ids, names, services) stays.
/// </summary>
internal sealed class RedactingWriter(ITelemetryWriter store, TextRedactor redactor) : ITelemetryWriter
{
    public Task WriteAsync(SpanBatch batch, CancellationToken cancellation) => store.WriteAsync(batch, cancellation);

    public Task WriteAsync(LogBatch batch, CancellationToken cancellation) => store.WriteAsync(batch, cancellation);

    public Task WriteAsync(MetricBatch batch, CancellationToken cancellation) => store.WriteAsync(batch, cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<ChangeRecord> changes, CancellationToken cancellation) => store.WriteAsync(
        tenant,
        [.. changes.Select(change => change with
        {
            Summary = redactor.Redact(change.Summary),
            Version = redactor.Redact(change.Version),
            Author = redactor.Redact(change.Author),
            Link = redactor.Redact(change.Link),
            Attributes = Redact(change.Attributes),
        })],
        cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesObject> objects, CancellationToken cancellation) =>
        store.WriteAsync(tenant, [.. objects.Select(item => item with { Fields = Redact(item.Fields) })], cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesEvent> events, CancellationToken cancellation) =>
        store.WriteAsync(tenant, [.. events.Select(item => item with { Message = redactor.Redact(item.Message) })], cancellation);

    public Task WriteAsync(Tenant tenant, IReadOnlyList<AlertRecord> alerts, CancellationToken cancellation) => store.WriteAsync(
        tenant,
        [.. alerts.Select(alert => alert with
        {
            Summary = redactor.Redact(alert.Summary),
            Link = redactor.Redact(alert.Link),
            Labels = Redact(alert.Labels),
            Annotations = Redact(alert.Annotations),
        })],
        cancellation);

    private Dictionary<string, string> Redact(IReadOnlyDictionary<string, string> texts) =>
        texts.ToDictionary(pair => pair.Key, pair => redactor.Redact(pair.Key, pair.Value), StringComparer.Ordinal);
}
