namespace Clew.Telemetry;

/// <summary>
/// Answers questions from the store.
/// </summary>
/// <remarks>
/// <para>Freshness: whatever a writer acknowledged before the question is seen.</para>
/// <para>Duplicates: rows that were sent twice are answered twice; readers that care remove them.</para>
/// <para>Order: as each method says; where it says nothing, none.</para>
/// <para>Empty answers are answers, not errors. Errors: <see cref="InvalidQuestionException"/>, <see cref="QueryLimitException"/>, <see cref="StoreUnavailableException"/>,
/// <see cref="OperationCanceledException"/> when the asker went away (the engine stops working on it).</para>
/// </remarks>
public interface ITelemetryReader
{
    /// <summary>All spans of these traces, ordered by start time. <paramref name="range"/> limits where to look; null looks everywhere.</summary>
    /// <exception cref="QueryLimitException">They have more spans than the store's limit for one answer.</exception>
    Task<SpanBatch> GetSpansAsync(Tenant tenant, IReadOnlyList<TraceId> traces, TimeRange? range, CancellationToken cancellation);

    /// <summary>Traces with at least one span, starting within the range, that fulfils the whole condition; newest matching span first.</summary>
    Task<IReadOnlyList<TraceSummary>> FindTracesAsync(TraceQuery query, CancellationToken cancellation);

    /// <summary>Spans that fulfil a condition, in the order asked for.</summary>
    Task<SpanBatch> FindSpansAsync(RecordQuery query, CancellationToken cancellation);

    /// <summary>Log records that fulfil a condition, in the order asked for.</summary>
    Task<LogBatch> FindLogsAsync(RecordQuery query, CancellationToken cancellation);

    /// <summary>The templates with these ids; ids that are not known are left out. In no order.</summary>
    Task<IReadOnlyList<LogTemplate>> GetLogTemplatesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation);

    /// <summary>The error signatures with these ids; ids that are not known are left out. In no order.</summary>
    Task<IReadOnlyList<ErrorSignature>> GetErrorSignaturesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation);

    /// <summary>Points of all series that fulfil a condition, ordered by series and time. The limit counts points.</summary>
    Task<MetricBatch> FindMetricsAsync(RecordQuery query, CancellationToken cancellation);

    /// <summary>Aggregates, computed inside the store.</summary>
    Task<ResultTable> ReadAsync(ReadPlan plan, CancellationToken cancellation);

    /// <summary>
    /// The names of all attributes that such records have, by the place they are in, then by name: their own, those of their resources and scopes, of their events and links.
    /// </summary>
    /// <param name="places">Which of these places.</param>
    Task<IReadOnlyList<Field>> GetAttributeNamesAsync(AttributeQuery query, IReadOnlyList<FieldSource> places, CancellationToken cancellation);

    /// <summary>
    /// The different values that an attribute has in such records, frequent ones first; those without a value excepted. Where there are more than <see cref="MaxValuesCounted"/>, those
    /// among the ones that were met first.
    /// </summary>
    /// <param name="attribute">An attribute of one place, or <see cref="FieldSource.Anywhere"/>.</param>
    Task<IReadOnlyList<AttributeValue>> GetAttributeValuesAsync(AttributeQuery query, Field attribute, CancellationToken cancellation);

    /// <summary>Who called whom, from parent and child spans of different services.</summary>
    Task<IReadOnlyList<ServiceDependency>> GetDependenciesAsync(Tenant tenant, TimeRange range, CancellationToken cancellation);

    /// <summary>Changes whose time lies within the range, oldest first.</summary>
    Task<IReadOnlyList<ChangeRecord>> GetChangesAsync(Tenant tenant, TimeRange range, CancellationToken cancellation);

    /// <summary>Objects of a cluster, in the order that <see cref="KubernetesObjectQuery.IsHistory"/> tells.</summary>
    Task<IReadOnlyList<KubernetesObject>> FindKubernetesObjectsAsync(KubernetesObjectQuery query, CancellationToken cancellation);

    /// <summary>
    /// The state that each object had at a version, or at a moment where either version is 0: the newest one stored that is not later. None for
    /// objects that have no such state. In no order.
    /// </summary>
    Task<IReadOnlyList<KubernetesObject>> GetKubernetesObjectsAsOfAsync(Tenant tenant, IReadOnlyList<KubernetesMoment> moments, CancellationToken cancellation);

    /// <summary>Events of a cluster, newest first.</summary>
    Task<IReadOnlyList<KubernetesEvent>> FindKubernetesEventsAsync(KubernetesEventQuery query, CancellationToken cancellation);

    /// <summary>The services whose telemetry names one of these pods (k8s.pod.name), by pod, then by service. Pods without telemetry are not in the answer.</summary>
    Task<ILookup<string, string>> GetServicesOfPodsAsync(Tenant tenant, IReadOnlyList<string> pods, CancellationToken cancellation);

    /// <summary>Alerts, those that began last first.</summary>
    Task<IReadOnlyList<AlertRecord>> FindAlertsAsync(AlertQuery query, CancellationToken cancellation);

    /// <summary>Tenants with spans that began in this time, by name; at most <see cref="MaxTenants"/>.</summary>
    Task<IReadOnlyList<Tenant>> GetTenantsAsync(TimeRange range, CancellationToken cancellation);

    /// <summary>
    /// What senders of Prometheus's formats said of their metrics, over all tenants, by the names of their series. Series of unknown type, and those of
    /// which different things were said, are left out.
    /// </summary>
    /// <param name="limit">At most so many.</param>
    Task<IReadOnlyList<MetricDescription>> GetMetricDescriptionsAsync(int limit, CancellationToken cancellation);

    /// <summary>Tenants in one answer: more are a mistake in whatever names them.</summary>
    const int MaxTenants = 1_000;

    /// <summary>Different values of one attribute that are counted beside each other, so that an attribute with a value of its own for each record cannot fill the memory.</summary>
    const int MaxValuesCounted = 100_000;
}
