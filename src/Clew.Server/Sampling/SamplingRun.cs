using Clew.Analysis.Sampling;
using Clew.Server.Configuration;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;

namespace Clew.Server.Sampling;

/// <summary>
/// Decides about everything that is old enough, hour by hour.
/// </summary>
/// <remarks>
/// <code>
///  1 read      the traces that begin in the hour and about which nothing is decided, in the order of their start
///  2 decide    by the policies
///  3 record    what was decided, durably, before anything is deleted
///  4 delete    the spans of dropped traces that lie in the hour; those of traces with an error stay, whatever happened meanwhile
///  5 complete  the hour: with it stands how many spans are left, so that late ones are noticed
/// </code>
/// Killed at any point, the hour is not complete and is done again: decided traces are left out in 1, and 4 and 5 can be repeated.
/// </remarks>
internal sealed class SamplingRun(
    ISamplingStore store, IReadOnlyList<SamplingPolicy> policies, SamplingOptions options, SamplingLimits limits, ServerTelemetry telemetry, TimeProvider time)
{
    private readonly TraceScan _scan = new(store, limits);

    /// <returns>How many hours were decided.</returns>
    public async Task<int> RunAsync(TimeSpan hot, CancellationToken cancellation)
    {
        var now = Timestamp.FromDateTimeOffset(time.GetUtcNow());
        var before = StartOfHour(now - hot - options.Grace);
        var hours = await store.GetOpenHoursAsync(before, cancellation);
        foreach (var hour in hours)
        {
            await DecideAsync(hour, cancellation);
        }

        await store.ReclaimAsync(before, cancellation);
        await store.ForgetDroppedAsync(before - options.Memory, cancellation);
        return hours.Count;
    }

    private async Task DecideAsync(SpanHour hour, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var decider = new Decider(policies);
        var counts = new Dictionary<(string, bool), long>();
        var question = new TraceQuestion(hour.Tenant, hour.Range, options.Reach, decider.Conditions, OnlyUndecided: true, decider.NeedsBytes);
        await foreach (var (facts, _) in _scan.ReadAsync(hour, question, cancellation))
        {
            var decisions = new List<SamplingDecision>(facts.Count);
            foreach (var decision in decider.Decide(facts))
            {
                // A trace is found by the hour it is decided in, also when its first span lies further back than an earlier decision reaches.
                decisions.Add(decision.Start < hour.Hour ? decision with { Start = hour.Hour } : decision);
                var key = (decision.Policy, decision.Kept);
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }

            await store.RecordAsync(hour.Tenant, decisions, cancellation);
        }

        await store.DeleteDroppedAsync(hour.Tenant, hour.Range, options.Reach, options.Logs, cancellation);
        await store.CompleteAsync(hour.Tenant, hour.Range, options.Reach, cancellation);
        telemetry.Report(new HourDecided(hour, counts, time.GetElapsedTime(started)));
    }

    private static Timestamp StartOfHour(Timestamp time) => Timestamp.FromUnixSeconds(Math.DivRem(time.UnixNanoseconds, 3_600_000_000_000).Quotient * 3600);
}
