using System.Buffers.Binary;
using Clew.Analysis.Traces;
using Clew.Telemetry;
using FsCheck;
using FsCheck.Fluent;

namespace Clew.Tests.Analysis.Traces;

public sealed class TraceTreeTests
{
    public static TheoryData<string> Cases => [.. AllCases().Select(item => item.ToString())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_comes_out_as_its_file_says(string name)
    {
        var item = AllCases().Single(item => item.ToString() == name);
        item.Describe([.. Enumerable.Range(0, item.Spans.Count)]).ShouldBe(item.Expected);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_order_of_arrival_changes_nothing(string name)
    {
        var item = AllCases().Single(item => item.ToString() == name);
        for (var seed = 1; seed <= 20; seed++)
        {
            var order = Enumerable.Range(0, item.Spans.Count).ToArray();
            new Random(seed).Shuffle(order);
            item.Describe(order).ShouldBe(item.Expected, $"seed {seed}");
        }
    }

    [Fact]
    public void Whatever_arrives_every_span_has_one_place_and_the_path_adds_up()
    {
        Prop.ForAll(AnyTrace(), spans =>
        {
            var tree = TraceTree.Build(spans);
            var order = tree.Order.ToArray();
            order.Order().ShouldBe(Enumerable.Range(0, spans.Length));
            var places = new int[spans.Length];
            for (var i = 0; i < order.Length; i++)
            {
                places[order[i]] = i;
            }

            var self = SelfTime.Of(tree);
            for (var i = 0; i < spans.Length; i++)
            {
                var parent = tree.ParentOf(i);
                if (parent != TraceTree.None)
                {
                    places[parent].ShouldBeLessThan(places[i]);
                    tree.DepthOf(i).ShouldBe(tree.DepthOf(parent) + 1);
                    tree.ChildrenOf(parent).ToArray().ShouldContain(i);
                }

                self[i].ShouldBeInRange(0, Math.Max(0, spans[i].Duration));
            }

            var path = CriticalPath.Of(tree);
            path.Segments.Sum(segment => segment.Duration).ShouldBe(tree.EndOf(tree.MainRoot) - tree.StartOf(tree.MainRoot));
            path.Segments.Zip(path.Segments.Skip(1)).ShouldAllBe(pair => pair.First.End == pair.Second.Start);
            path.Segments.ShouldAllBe(segment => segment.Duration > 0 && path.Contains(segment.Span));
            Enumerable.Range(0, spans.Length).Sum(path.OwnTimeOf).ShouldBe(path.Segments.Sum(segment => segment.Duration));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_spans_is_walked_without_recursion()
    {
        const int Depth = 100_000;
        var tree = TraceTree.Build(Enumerable.Range(0, Depth).Select(i => Span(i + 1, i, i, 2L * (Depth - i))));
        tree.DepthOf(Depth - 1).ShouldBe(Depth - 1);
        SelfTime.Of(tree, 0).ShouldBe(2);
        CriticalPath.Of(tree).Segments.Sum(segment => segment.Duration).ShouldBe(2L * Depth);
    }

    [Fact]
    public void A_hundred_thousand_spans_with_one_id_take_no_quadratic_time()
    {
        var tree = TraceTree.Build(Enumerable.Range(0, 100_000).Select(i => Span(1, 0, i, 10)));
        tree.Roots.Length.ShouldBe(100_000);
    }

    [Fact]
    public void Times_at_the_ends_of_64_bits_do_not_turn_over()
    {
        var tree = TraceTree.Build([Span(1, 0, long.MaxValue - 5, long.MaxValue), Span(2, 1, long.MinValue, long.MaxValue)]);
        tree.EndOf(0).ShouldBe(long.MaxValue);
        SelfTime.Of(tree).ShouldAllBe(self => self >= 0);
        CriticalPath.Of(tree).Segments.ShouldAllBe(segment => segment.Duration > 0);
    }

    [Fact]
    public void A_trace_without_spans_has_nothing()
    {
        var tree = TraceTree.Build([]);
        tree.MainRoot.ShouldBe(TraceTree.None);
        CriticalPath.Of(tree).Segments.ShouldBeEmpty();
        TraceWarnings.Describe(tree).ShouldBeEmpty();
    }

    [Fact]
    public void An_error_starts_where_no_child_failed()
    {
        var tree = TraceTree.Build(
        [
            Span(1, 0, 0, 100, SpanStatus.Error),
            Span(2, 1, 10, 50, SpanStatus.Error),
            Span(3, 2, 20, 10),
            Span(4, 1, 70, 10),
        ]);
        Enumerable.Range(0, 4).Where(tree.IsErrorOrigin).ShouldBe([1]);
    }

    private static IEnumerable<TraceCase> AllCases() => TraceCase.Read("critical-path.txt").Concat(TraceCase.Read("broken-traces.txt"));

    private static Arbitrary<TraceSpan[]> AnyTrace()
    {
        // Few ids, so that parents, circles, copies and shared ids are all common.
        var span =
            from id in Gen.Choose(1, 12)
            from parent in Gen.Choose(0, 14)
            from start in Gen.Choose(0, 40)
            from duration in Gen.Choose(-3, 40)
            from kind in Gen.Choose(1, 5)
            from resource in Gen.Choose(0, 2)
            select new TraceSpan(Id(id), Id(parent), start * 1_000_000L, duration * 1_000_000L, (SpanKind)kind, SpanStatus.Unset, (ulong)resource, "n");
        return span.NonEmptyListOf().Select(spans => spans.ToArray()).ToArbitrary();
    }

    private static TraceSpan Span(int id, int parent, long start, long duration, SpanStatus status = SpanStatus.Unset) =>
        new(Id(id), Id(parent), start, duration, SpanKind.Internal, status, 0, "n");

    private static SpanId Id(int number)
    {
        Span<byte> bytes = stackalloc byte[SpanId.Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return new SpanId(bytes);
    }
}
