using Clew.Telemetry;

namespace Clew.Server.SelfTelemetry;

/// <summary>The store's reader, with every question timed.</summary>
internal sealed class MeasuredReader(ITelemetryReader reader, ServerTelemetry telemetry, TimeProvider time) : ITelemetryReader
{
    public Task<SpanBatch> GetSpansAsync(Tenant tenant, IReadOnlyList<TraceId> traces, TimeRange? range, CancellationToken cancellation) =>
        Measure(() => reader.GetSpansAsync(tenant, traces, range, cancellation), "get_spans");

    public Task<IReadOnlyList<TraceSummary>> FindTracesAsync(TraceQuery query, CancellationToken cancellation) =>
        Measure(() => reader.FindTracesAsync(query, cancellation), "find_traces");

    public Task<SpanBatch> FindSpansAsync(RecordQuery query, CancellationToken cancellation) =>
        Measure(() => reader.FindSpansAsync(query, cancellation), "find_spans");

    public Task<LogBatch> FindLogsAsync(RecordQuery query, CancellationToken cancellation) =>
        Measure(() => reader.FindLogsAsync(query, cancellation), "find_logs");

    public Task<IReadOnlyList<LogTemplate>> GetLogTemplatesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation) =>
        Measure(() => reader.GetLogTemplatesAsync(tenant, ids, cancellation), "get_log_templates");

    public Task<IReadOnlyList<ErrorSignature>> GetErrorSignaturesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation) =>
        Measure(() => reader.GetErrorSignaturesAsync(tenant, ids, cancellation), "get_error_signatures");

    public Task<MetricBatch> FindMetricsAsync(RecordQuery query, CancellationToken cancellation) =>
        Measure(() => reader.FindMetricsAsync(query, cancellation), "find_metrics");

    public Task<ResultTable> ReadAsync(ReadPlan plan, CancellationToken cancellation) =>
        Measure(() => reader.ReadAsync(plan, cancellation), "read");

    public Task<IReadOnlyList<Field>> GetAttributeNamesAsync(AttributeQuery query, IReadOnlyList<FieldSource> places, CancellationToken cancellation) =>
        Measure(() => reader.GetAttributeNamesAsync(query, places, cancellation), "get_attribute_names");

    public Task<IReadOnlyList<AttributeValue>> GetAttributeValuesAsync(AttributeQuery query, Field attribute, CancellationToken cancellation) =>
        Measure(() => reader.GetAttributeValuesAsync(query, attribute, cancellation), "get_attribute_values");

    public Task<IReadOnlyList<ServiceDependency>> GetDependenciesAsync(Tenant tenant, TimeRange range, CancellationToken cancellation) =>
        Measure(() => reader.GetDependenciesAsync(tenant, range, cancellation), "get_dependencies");

    public Task<IReadOnlyList<ChangeRecord>> GetChangesAsync(Tenant tenant, TimeRange range, CancellationToken cancellation) =>
        Measure(() => reader.GetChangesAsync(tenant, range, cancellation), "get_changes");

    public Task<IReadOnlyList<KubernetesObject>> FindKubernetesObjectsAsync(KubernetesObjectQuery query, CancellationToken cancellation) =>
        Measure(() => reader.FindKubernetesObjectsAsync(query, cancellation), "find_kubernetes_objects");

    public Task<IReadOnlyList<KubernetesObject>> GetKubernetesObjectsAsOfAsync(Tenant tenant, IReadOnlyList<KubernetesMoment> moments, CancellationToken cancellation) =>
        Measure(() => reader.GetKubernetesObjectsAsOfAsync(tenant, moments, cancellation), "get_kubernetes_objects_as_of");

    public Task<IReadOnlyList<KubernetesEvent>> FindKubernetesEventsAsync(KubernetesEventQuery query, CancellationToken cancellation) =>
        Measure(() => reader.FindKubernetesEventsAsync(query, cancellation), "find_kubernetes_events");

    public Task<ILookup<string, string>> GetServicesOfPodsAsync(Tenant tenant, IReadOnlyList<string> pods, CancellationToken cancellation) =>
        Measure(() => reader.GetServicesOfPodsAsync(tenant, pods, cancellation), "get_services_of_pods");

    public Task<IReadOnlyList<AlertRecord>> FindAlertsAsync(AlertQuery query, CancellationToken cancellation) =>
        Measure(() => reader.FindAlertsAsync(query, cancellation), "find_alerts");

    public Task<IReadOnlyList<Tenant>> GetTenantsAsync(TimeRange range, CancellationToken cancellation) =>
        Measure(() => reader.GetTenantsAsync(range, cancellation), "get_tenants");

    public Task<IReadOnlyList<MetricDescription>> GetMetricDescriptionsAsync(int limit, CancellationToken cancellation) =>
        Measure(() => reader.GetMetricDescriptionsAsync(limit, cancellation), "get_metric_descriptions");

    private Task<T> Measure<T>(Func<Task<T>> ask, string query) => MeasuredQuestion.AskAsync(ask, query, telemetry, time);
}
