using Clew.Analysis.Differences;
using Clew.Analysis.Traces;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Analysis.Differences;

public sealed class GroupComparerTests
{
    [Fact]
    public void What_only_the_bad_ones_have_is_named_with_its_shares()
    {
        var comparison = GroupComparer.Compare(Traces(1, 20, calls: "pay-b", own: 900), Traces(100, 20, calls: "pay-a", own: 40));

        comparison.Bad.Traces.ShouldBe(20);
        comparison.Good.Traces.ShouldBe(20);
        comparison.Bad.DurationP50.ShouldBeGreaterThan(0.9);
        comparison.Slices.ShouldNotBeEmpty();
        comparison.Slices.SelectMany(slice => slice.Folded.Append(slice.Name)).ShouldContain(name => name.Contains("pay-b", StringComparison.Ordinal) || name.Contains("pay-a", StringComparison.Ordinal), "called the one, or did not call the other");
        comparison.Slices.ShouldAllBe(slice => slice.RiskLow > 0 && slice.FalseDiscoveryRate <= 0.05 && slice.BadShare > slice.Outside);
        comparison.Operations[0].Service.ShouldBeOneOf("pay-a", "pay-b");
    }

    [Fact]
    public void Groups_that_are_alike_have_nothing_to_tell() => GroupComparer.Compare(Traces(1, 20, "pay", 40), Traces(100, 20, "pay", 40)).Slices.ShouldBeEmpty();

    [Fact]
    public void A_trace_in_both_counts_as_bad()
    {
        var comparison = GroupComparer.Compare(Traces(1, 5, "pay", 40), Traces(1, 9, "pay", 40));

        comparison.Bad.Traces.ShouldBe(5);
        comparison.Good.Traces.ShouldBe(4);
        GroupComparer.Compare(new SpanBatch(), new SpanBatch()).Bad.Traces.ShouldBe(0);
    }

    [Fact]
    public void Critical_paths_of_many_traces_add_up_to_their_durations()
    {
        var batch = Traces(1, 10, "pay", 40);

        var shares = CriticalPathShares.Of(batch);

        shares.Traces.ShouldBe(10);
        shares.TotalNanos.ShouldBe(10 * 60_000_000L);
        shares.Operations.Sum(share => share.Nanos).ShouldBe(shares.TotalNanos);
        shares.Operations[0].ShouldBe(new CriticalPathShare("pay", "charge", 400_000_000, 0.666667, 10, 40_000_000, SpanBatchBuilder.Trace(1).ToString()));
        shares.Operations.ShouldNotContain(share => share.Name == "log", "it runs in the shadow of the charge");
        CriticalPathShares.Of(new SpanBatch()).Operations.ShouldBeEmpty();
    }

    private static SpanBatch Traces(int first, int count, string calls, double own)
    {
        var builder = new SpanBatchBuilder();
        for (var trace = first; trace < first + count; trace++)
        {
            builder.Span(trace, 1, service: "web", name: "GET /", durationMs: own + 20)
                .Span(trace, 2, parent: 1, service: calls, name: "charge", startMs: 10, durationMs: own)
                .Span(trace, 3, parent: 1, service: "audit", name: "log", startMs: 12, durationMs: 5);
        }

        return builder.Batch;
    }
}
