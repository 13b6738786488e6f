using Clew.Query.TraceQL;
using Clew.Telemetry;

namespace Clew.Tests.Query.TraceQL;

/// <summary>Traces of one batch. It tests no condition and gives everything, as the port allows.</summary>
internal sealed class MemoryTraceSource(SpanBatch batch) : ITraceSource
{
    public async IAsyncEnumerable<TracePortion> FindTracesAsync(
        TimeRange range, Predicate? where, int wanted, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        yield return new TracePortion(TraceSpans.Of(batch));
    }

    public async IAsyncEnumerable<SpanBatch> FindSpansAsync(
        TimeRange range, Predicate? where, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        yield return batch;
    }

    /// <summary>Never asked, because it aggregates nothing.</summary>
    public Task<SpanBatch> SampleSpansAsync(TimeRange range, Predicate? where, int count, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ResultTable?> AggregateAsync(ReadPlan plan, CancellationToken cancellation) => Task.FromResult<ResultTable?>(null);
}
