namespace Clew.Telemetry;

/// <summary>
/// Puts telemetry into the store.
/// </summary>
/// <remarks>
/// <para>Durability: when a returned task completes, the rows are on disk and survive a kill of the process or a loss of power.
/// When it fails, none, some or all rows of the batch may have been stored; a sender that repeats them causes duplicates, never losses.</para>
/// <para>Ownership: the batch belongs to the writer until the task completes, then to the caller again. The writer does not change it.</para>
/// <para>Concurrency: any number of callers. The store may put batches of several callers into one commit; order between callers is not kept.</para>
/// <para>Errors: <see cref="StoreUnavailableException"/> when the caller should try again later. Cancelling stops the waiting, not the write.</para>
/// </remarks>
public interface ITelemetryWriter
{
    /// <summary>Stores spans, and the resources and scopes they point to.</summary>
    Task WriteAsync(SpanBatch batch, CancellationToken cancellation);

    /// <summary>Stores log records, and the resources and scopes they point to.</summary>
    Task WriteAsync(LogBatch batch, CancellationToken cancellation);

    /// <summary>Stores points of every kind, and the series, resources and scopes they point to.</summary>
    Task WriteAsync(MetricBatch batch, CancellationToken cancellation);

    /// <summary>Stores changes; one with the time, id and service of an earlier one replaces it.</summary>
    Task WriteAsync(Tenant tenant, IReadOnlyList<ChangeRecord> changes, CancellationToken cancellation);

    /// <summary>Stores states of Kubernetes objects; one with the uid, time and version of an earlier one replaces it.</summary>
    Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesObject> objects, CancellationToken cancellation);

    /// <summary>Stores Kubernetes events; one with the uid and time of an earlier one replaces it unless its version is smaller.</summary>
    Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesEvent> events, CancellationToken cancellation);

    /// <summary>Stores alerts; one with the source, fingerprint and start of an earlier one replaces it unless it was told earlier.</summary>
    Task WriteAsync(Tenant tenant, IReadOnlyList<AlertRecord> alerts, CancellationToken cancellation);
}
