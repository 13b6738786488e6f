using Clew.Analysis.Differences;
using Clew.Analysis.Traces;
using Clew.Telemetry;
using Clew.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Clew.Tests.Analysis.Differences;

public sealed class TraceComparerTests
{
    [Fact]
    public void A_trace_is_the_same_as_itself()
    {
        var diff = TraceComparer.Compare(Checkout(1, 40), Checkout(1, 40));

        diff.Spans.ShouldAllBe(span => span.Fate == SpanFate.Same);
        diff.Spans.Count.ShouldBe(5);
        diff.Findings.ShouldBeEmpty();
        diff.SelfTimes.ShouldAllBe(change => change.DifferenceNanos == 0);
    }

    [Fact]
    public void What_takes_longer_is_found_where_it_takes_longer()
    {
        var diff = TraceComparer.Compare(Checkout(1, 40), Checkout(2, 900));

        diff.Findings[0].ShouldBe("It takes 960 ms instead of 100 ms; most of that is payments 'charge': 900 ms of its own time instead of 40 ms.");
        diff.SelfTimes[0].ShouldBe(new SelfTimeChange("payments", "charge", 40_000_000, 900_000_000, 1, 1));
        diff.Spans.Where(span => span.Fate == SpanFate.Changed).Select(span => span.Service).ShouldBe(["gateway", "payments"]);
        diff.A.TraceId.ShouldBe(SpanBatchBuilder.Trace(1).ToString());
    }

    [Fact]
    public void Spans_that_were_added_and_removed_stand_where_they_belong()
    {
        var a = new SpanBatchBuilder().Span(1, 1, service: "web", name: "GET /", durationMs: 100).Span(1, 2, parent: 1, service: "cache", name: "get", startMs: 1, durationMs: 2).Span(1, 3, parent: 1, service: "db", name: "SELECT", startMs: 10, durationMs: 5);
        var b = new SpanBatchBuilder().Span(2, 1, service: "web", name: "GET /", durationMs: 100);
        for (var i = 0; i < 6; i++)
        {
            b.Span(2, 10 + i, parent: 1, service: "db", name: "SELECT", startMs: 10 + (6 * i), durationMs: 5);
        }

        b.Span(2, 30, parent: 10, service: "db", name: "lock", startMs: 11, durationMs: 2, status: SpanStatus.Error);

        var diff = TraceComparer.Compare(a.Batch, b.Batch);

        diff.Spans.Select(span => (span.Depth, span.Fate, span.Service, span.Name, span.Count)).ShouldBe([
            (0, SpanFate.Same, "web", "GET /", 1), (1, SpanFate.Removed, "cache", "get", 1), (1, SpanFate.Same, "db", "SELECT", 1), (2, SpanFate.Added, "db", "lock", 1), (1, SpanFate.Added, "db", "SELECT", 5)]);
        diff.Findings.ShouldContain("db 'SELECT' is called 5 times more in the second only.");
        diff.Spans[4].B!.DurationNanos.ShouldBe(25_000_000);
    }

    [Fact]
    public void Names_that_differ_in_their_numbers_only_are_the_same_step()
    {
        var a = new SpanBatchBuilder().Span(1, 1, service: "web", name: "GET /orders/17", durationMs: 10);
        var b = new SpanBatchBuilder().Span(2, 1, service: "web", name: "GET /orders/4711", durationMs: 10);

        TraceComparer.Compare(a.Batch, b.Batch).Spans.ShouldHaveSingleItem().Fate.ShouldBe(SpanFate.Changed);
    }

    /// <summary>Whatever the traces: every span is in exactly one row of its side, and the other direction says the opposite.</summary>
    [Fact]
    public void Every_span_of_both_is_told_once_and_the_mirror_says_the_opposite() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new Random(seed);
            var (a, b) = (Any(random, 1), Any(random, 2));
            var diff = TraceComparer.Compare(a, b);
            var mirror = TraceComparer.Compare(b, a);
            var aTree = TraceTree.FromBatch(a);
            var bTree = TraceTree.FromBatch(b);
            return Count(diff, span => span.A) == Enumerable.Range(0, aTree.Count).Count(i => !aTree.IsCopy(i))
                && Count(diff, span => span.B) == Enumerable.Range(0, bTree.Count).Count(i => !bTree.IsCopy(i))
                && Count(mirror, span => span.A) == Count(diff, span => span.B)
                && Of(diff, SpanFate.Added) == Of(mirror, SpanFate.Removed) && Of(diff, SpanFate.Same) == Of(mirror, SpanFate.Same)
                && diff.SelfTimes.Sum(change => change.DifferenceNanos) == -mirror.SelfTimes.Sum(change => change.DifferenceNanos)
                && TraceComparer.Compare(a, a).Spans.All(span => span.Fate == SpanFate.Same);
        }).QuickCheckThrowOnFailure();

    private static int Count(TraceDiff diff, Func<DiffedSpan, SpanSide?> side) => diff.Spans.Where(span => side(span) is not null).Sum(span => span.Count);

    private static int Of(TraceDiff diff, SpanFate fate) => diff.Spans.Where(span => span.Fate == fate).Sum(span => span.Count);

    private static SpanBatch Any(Random random, int trace)
    {
        var builder = new SpanBatchBuilder();
        var count = random.Next(1, 30);
        for (var i = 1; i <= count; i++)
        {
            builder.Span(trace, i, parent: i == 1 ? 0 : random.Next(0, i), service: "s" + random.Next(3), name: "op " + random.Next(4), startMs: random.Next(100), durationMs: random.Next(50), status: random.Next(5) == 0 ? SpanStatus.Error : SpanStatus.Unset);
        }

        return builder.Batch;
    }

    private static SpanBatch Checkout(int trace, double charge) => new SpanBatchBuilder()
        .Span(trace, 1, service: "gateway", name: "POST /checkout", durationMs: charge + 60)
        .Span(trace, 2, parent: 1, service: "orders", name: "load", startMs: 5, durationMs: 5)
        .Span(trace, 3, parent: 1, service: "orders", name: "load", startMs: 11, durationMs: 5)
        .Span(trace, 4, parent: 1, service: "payments", name: "charge", startMs: 20, durationMs: charge)
        .Span(trace, 5, parent: 1, service: "mail", name: "send", startMs: charge + 30, durationMs: 5).Batch;
}
