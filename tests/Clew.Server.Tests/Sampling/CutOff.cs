using Clew.Telemetry;

namespace Clew.Server.Tests.Sampling;

/// <summary>A store whose process "dies" before the nth thing it is asked to do.</summary>
internal sealed class CutOff(ISamplingStore store, int calls) : ISamplingStore
{
    private int _left = calls;

    public Task<IReadOnlyList<SpanHour>> GetOpenHoursAsync(Timestamp before, CancellationToken cancellation) => Next(() => store.GetOpenHoursAsync(before, cancellation));

    public Task<IReadOnlyList<SpanHour>> GetHoursAsync(Tenant tenant, TimeRange range, CancellationToken cancellation) => Next(() => store.GetHoursAsync(tenant, range, cancellation));

    public Task<IReadOnlyList<SpanStretch>> SplitAsync(Tenant tenant, TimeRange range, long maxSpans, CancellationToken cancellation) =>
        Next(() => store.SplitAsync(tenant, range, maxSpans, cancellation));

    public Task<TraceFacts> GetTracesAsync(TraceQuestion question, CancellationToken cancellation) => Next(() => store.GetTracesAsync(question, cancellation));

    /// <summary>Cut off here, half of the decisions are on disk.</summary>
    public async Task RecordAsync(Tenant tenant, IReadOnlyList<SamplingDecision> decisions, CancellationToken cancellation)
    {
        await Next(() => store.RecordAsync(tenant, [.. decisions.Take(decisions.Count / 2)], cancellation));
        await Next(() => store.RecordAsync(tenant, [.. decisions.Skip(decisions.Count / 2)], cancellation));
    }

    public async Task DeleteDroppedAsync(Tenant tenant, TimeRange hour, TimeSpan reach, bool logs, CancellationToken cancellation)
    {
        await Next(() => store.DeleteDroppedAsync(tenant, hour with { End = hour.Start + TimeSpan.FromMilliseconds(30) }, reach, logs, cancellation));
        await Next(() => store.DeleteDroppedAsync(tenant, hour, reach, logs, cancellation));
    }

    public Task CompleteAsync(Tenant tenant, TimeRange hour, TimeSpan reach, CancellationToken cancellation) => Next(() => store.CompleteAsync(tenant, hour, reach, cancellation));

    public Task<IReadOnlyList<Timestamp>> GetDecidedHoursAsync(Tenant tenant, TimeRange range, CancellationToken cancellation) =>
        Next(() => store.GetDecidedHoursAsync(tenant, range, cancellation));

    public Task ReclaimAsync(Timestamp before, CancellationToken cancellation) => Next(() => store.ReclaimAsync(before, cancellation));

    public Task ForgetDroppedAsync(Timestamp before, CancellationToken cancellation) => Next(() => store.ForgetDroppedAsync(before, cancellation));

    public Task<SamplingDecision?> FindDecisionAsync(Tenant tenant, TraceId trace, CancellationToken cancellation) => Next(() => store.FindDecisionAsync(tenant, trace, cancellation));

    private T Next<T>(Func<T> go) => --_left < 0 ? throw new CutOffException() : go();
}

internal sealed class CutOffException : Exception;
