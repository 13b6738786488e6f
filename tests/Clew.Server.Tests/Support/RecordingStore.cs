using System.Collections.Concurrent;
using Clew.Server.Hosting;
using Clew.Telemetry;

namespace Clew.Server.Tests.Support;

/// <summary>
/// A store for tests of the host alone: writes down, as text, what it was given; can be told to hold writes back or to fail them.
/// </summary>
internal sealed class RecordingStore : ITelemetryWriter, ITelemetryReader, IStoreAdministration
{
    private volatile TaskCompletionSource? _gate;
    private volatile Exception? _failure;

    public ConcurrentQueue<string> Spans { get; } = new();

    public ConcurrentQueue<string> Logs { get; } = new();

    /// <summary>Whose telemetry was written, batch by batch.</summary>
    public ConcurrentQueue<string> Tenants { get; } = new();

    public ConcurrentQueue<string> Points { get; } = new();

    public ConcurrentQueue<RetentionPolicy> Retentions { get; } = new();

    /// <summary>Writes that were begun.</summary>
    public int Begun => Volatile.Read(ref _begun);

    private int _begun;

    public StorePorts Ports => new(this, this, this);

    /// <summary>Every write from now on waits for <see cref="Open"/>.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open()
    {
        var gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    /// <summary>Every write from now on fails; null for none.</summary>
    public void Fail(Exception? with) => _failure = with;

    public Task WriteAsync(SpanBatch batch, CancellationToken cancellation)
    {
        Tenants.Enqueue(batch.Tenant.Name);
        return WriteAsync(() => TelemetryText.Of(batch), Spans);
    }

    public Task WriteAsync(LogBatch batch, CancellationToken cancellation)
    {
        Tenants.Enqueue(batch.Tenant.Name);
        return WriteAsync(() => TelemetryText.Of(batch), Logs);
    }

    public Task WriteAsync(MetricBatch batch, CancellationToken cancellation)
    {
        Tenants.Enqueue(batch.Tenant.Name);
        return WriteAsync(() => TelemetryText.Of(batch), Points);
    }

    public Task WriteAsync(Tenant tenant, IReadOnlyList<ChangeRecord> changes, CancellationToken cancellation) => throw new NotSupportedException();

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesObject> objects, CancellationToken cancellation) => throw new NotSupportedException();

    public Task WriteAsync(Tenant tenant, IReadOnlyList<KubernetesEvent> events, CancellationToken cancellation) => throw new NotSupportedException();

    public Task WriteAsync(Tenant tenant, IReadOnlyList<AlertRecord> alerts, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SpanBatch> GetSpansAsync(Tenant tenant, IReadOnlyList<TraceId> traces, TimeRange? range, CancellationToken cancellation) => Task.FromResult(new SpanBatch());

    public Task<IReadOnlyList<TraceSummary>> FindTracesAsync(TraceQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SpanBatch> FindSpansAsync(RecordQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<LogBatch> FindLogsAsync(RecordQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<MetricBatch> FindMetricsAsync(RecordQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ResultTable> ReadAsync(ReadPlan plan, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<Field>> GetAttributeNamesAsync(AttributeQuery query, IReadOnlyList<FieldSource> places, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<AttributeValue>> GetAttributeValuesAsync(AttributeQuery query, Field attribute, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<ServiceDependency>> GetDependenciesAsync(Tenant tenant, TimeRange range, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<ChangeRecord>> GetChangesAsync(Tenant tenant, TimeRange range, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<KubernetesObject>> FindKubernetesObjectsAsync(KubernetesObjectQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<KubernetesObject>> GetKubernetesObjectsAsOfAsync(Tenant tenant, IReadOnlyList<KubernetesMoment> moments, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<KubernetesEvent>> FindKubernetesEventsAsync(KubernetesEventQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<LogTemplate>> GetLogTemplatesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<ErrorSignature>> GetErrorSignaturesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ILookup<string, string>> GetServicesOfPodsAsync(Tenant tenant, IReadOnlyList<string> pods, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<Tenant>> GetTenantsAsync(TimeRange range, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<MetricDescription>> GetMetricDescriptionsAsync(int limit, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<MetricDescription>>([]);

    public Task<IReadOnlyList<AlertRecord>> FindAlertsAsync(AlertQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<StoreStatistics> GetStatisticsAsync(CancellationToken cancellation) =>
        Task.FromResult(new StoreStatistics([new TableStatistics("spans", Spans.Count, 4_711, 3)]));

    public Task<RetentionResult> ApplyRetentionAsync(RetentionPolicy policy, Timestamp now, CancellationToken cancellation)
    {
        Retentions.Enqueue(policy);
        return Task.FromResult(new RetentionResult(2, null));
    }

    public Task SettleAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task ReleaseMemoryAsync(CancellationToken cancellation) => Task.CompletedTask;

    private async Task WriteAsync(Func<IEnumerable<string>> read, ConcurrentQueue<string> to)
    {
        Interlocked.Increment(ref _begun);
        if (_gate is { } gate)
        {
            await gate.Task;
        }

        if (_failure is { } failure)
        {
            throw failure;
        }

        foreach (var text in read())
        {
            to.Enqueue(text);
        }
    }
}
