using System.Runtime.CompilerServices;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Sampling;

/// <summary>Reads the traces that begin in an hour, a bounded number of spans at a time, in the order of their start. Deciding and simulating go the same way.</summary>
internal sealed class TraceScan(ISamplingStore store, SamplingLimits limits)
{
    /// <param name="question">Its stretch is set here.</param>
    public async IAsyncEnumerable<(TraceFacts Facts, long Spans)> ReadAsync(SpanHour hour, TraceQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stretches = hour.Spans <= limits.StretchSpans
            ? [new SpanStretch(question.Stretch, hour.Spans)]
            : await store.SplitAsync(hour.Tenant, question.Stretch, limits.StretchSpans, cancellation);
        foreach (var stretch in stretches)
        {
            yield return (await store.GetTracesAsync(question with { Stretch = stretch.Range }, cancellation), stretch.Spans);
        }
    }
}
