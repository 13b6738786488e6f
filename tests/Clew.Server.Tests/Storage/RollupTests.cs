using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Storage;

/// <summary>Roll-ups against sums made by hand over random traces: before and after a roll, with late spans, and after a restart.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class RollupTests : IAsyncLifetime
{
    private static readonly TimeRange Everything = new(SpanBatchBuilder.Start - TimeSpan.FromMinutes(7.5), SpanBatchBuilder.Start + TimeSpan.FromMinutes(150.25));
    private static readonly Timestamp Later = SpanBatchBuilder.Start + TimeSpan.FromHours(5);

    private TemporaryStore _store = null!;

    public async Task InitializeAsync() => _store = await TemporaryStore.OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Sums_are_those_of_the_spans_whenever_they_arrive(int seed)
    {
        var traces = new RandomTraces(seed);
        var (early, late) = (new SpanBatchBuilder(), new SpanBatchBuilder());
        foreach (var span in traces.Spans)
        {
            span.AddTo(traces.IsLate(span) ? late : early);
        }

        await _store.Writer.WriteAsync(early.Batch, default);
        var first = traces.Spans.Where(span => !traces.IsLate(span)).ToArray();
        await CheckAsync(first, "nothing rolled up");
        (await _store.Rollup.RollAsync(Later, default)).Minutes.ShouldBeGreaterThanOrEqualTo(first.Select(span => span.Minute).Distinct().Count());
        await CheckAsync(first, "all rolled up");

        await _store.Writer.WriteAsync(late.Batch, default);
        await CheckAsync(traces.Spans, "late spans not rolled up");
        (await _store.Rollup.RollAsync(Later, default)).Minutes.ShouldBeGreaterThan(0);
        await CheckAsync(traces.Spans, "late spans rolled up");
        await CheckEdgesAsync(traces.Spans);

        await _store.ReopenAsync();
        await CheckAsync(traces.Spans, "after a restart, nothing compared");
        (await _store.Rollup.RollAsync(Later, default)).Minutes.ShouldBe(0);
        await CheckAsync(traces.Spans, "after a restart");
        await CheckEdgesAsync(traces.Spans);
    }

    [Fact]
    public async Task A_minute_is_rolled_up_when_it_has_settled_and_again_after_a_crash_between_two_tables()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, service: "web", kind: SpanKind.Server).Span(1, 2, service: "web", startMs: 60_000, kind: SpanKind.Server);
        await _store.Writer.WriteAsync(builder.Batch, default);

        (await _store.Rollup.RollAsync(SpanBatchBuilder.Start + TimeSpan.FromSeconds(90), default)).Minutes.ShouldBe(1);
        (await _store.Rollup.RollAsync(SpanBatchBuilder.Start + TimeSpan.FromSeconds(119), default)).Minutes.ShouldBe(0);
        (await _store.Rollup.RollAsync(SpanBatchBuilder.Start + TimeSpan.FromSeconds(120), default)).Minutes.ShouldBe(1);

        // Rows that a store has and never rolled up, as after a kill: only a comparison with the spans can tell.
        await _store.ReopenAsync();
        var more = new SpanBatchBuilder();
        more.Span(2, 1, service: "web", kind: SpanKind.Server);
        await _store.Writer.WriteAsync(more.Batch, default);
        await _store.ReopenAsync();
        (await _store.Rollup.RollAsync(Later, default)).Minutes.ShouldBeGreaterThan(0);
        var points = await _store.Rollup.GetSpanSeriesAsync(Tenant.Default, Hour, SpanBatchBuilder.Start, 100, default);
        points.Select(point => ((point.Time - SpanBatchBuilder.Start).TotalMinutes, point.Spans)).ShouldBe([(1, 2UL), (2, 3UL)]);
    }

    [Fact]
    public async Task Attributes_are_counted_in_the_spans_though_their_minute_is_rolled_up()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, service: "web", status: SpanStatus.Error, attributes: [("user", "ann"), ("size", 5)]).Span(1, 2, service: "web", status: SpanStatus.Error, attributes: [("user", "ann")]);
        await _store.Writer.WriteAsync(builder.Batch, default);
        (await _store.Rollup.RollAsync(Later, default)).Minutes.ShouldBeGreaterThan(0);

        var counted = await _store.Reader.ReadAsync(
            new ReadPlan(Tenant.Default, Dataset.Spans, Hour)
            {
                Where = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error")),
                Aggregates = [Aggregate.Count()],
                Each = AttributeExpansion.Values,
            },
            default);

        counted.Texts("key").Zip(counted.Texts("type"), counted.Texts("value")).Zip(counted.Longs("count")).Select(row => $"{row.First.First} {row.First.Second} {row.First.Third} {row.Second}")
            .ShouldBe(["user s ann 2", "size i 5 1"]);
    }

    [Fact]
    public async Task Series_are_counters_with_histograms_and_the_slowest_span()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, service: "web", name: "GET", durationMs: 2, kind: SpanKind.Server);
        builder.Span(2, 1, service: "web", name: "GET", durationMs: 30, kind: SpanKind.Server);
        builder.Span(3, 1, service: "web", name: "GET", startMs: 60_000, durationMs: 40_000, kind: SpanKind.Server);
        await _store.Writer.WriteAsync(builder.Batch, default);
        await _store.Rollup.RollAsync(Later, default);

        var points = await _store.Rollup.GetSpanSeriesAsync(Tenant.Default, Hour, SpanBatchBuilder.Start + TimeSpan.FromMinutes(1), 100, default);

        var point = points.ShouldHaveSingleItem();
        (point.Service, point.Name, point.Kind, point.Status, point.Spans).ShouldBe(("web", "GET", SpanKind.Server, SpanStatus.Unset, 3UL));
        point.Durations.Buckets.Select((count, i) => (count, i)).Where(item => item.count > 0).ShouldBe([(1UL, 0), (1UL, 4), (1UL, 14)]);
        point.Durations.SumNanoseconds.ShouldBe(40_032_000_000);
        (point.SlowestTrace, point.SlowestNanoseconds).ShouldBe((SpanBatchBuilder.Trace(3), 40_000_000_000));
        DurationHistogram.BoundsSeconds.ShouldBe([0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384]);
    }

    [Fact]
    public async Task Peers_without_spans_are_databases_and_externals_until_their_spans_come()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, service: "web", name: "SELECT", durationMs: 5, kind: SpanKind.Client, attributes: [("db.system.name", "postgresql"), ("db.namespace", "shop"), ("server.address", "10.0.0.1")]);
        builder.Span(1, 2, service: "web", name: "POST", durationMs: 7, kind: SpanKind.Client, status: SpanStatus.Error, attributes: [("url.full", "https://pay.example.com/charge?id=1")]);
        builder.Span(1, 3, service: "web", name: "GET", durationMs: 9, kind: SpanKind.Client, attributes: [("server.address", "stock")]);
        builder.Span(1, 4, service: "web", name: "nowhere", kind: SpanKind.Client);
        builder.Span(1, 5, service: "web", name: "send", durationMs: 1, kind: SpanKind.Producer);
        builder.Span(1, 6, parent: 5, service: "mail", name: "receive", startMs: 51, durationMs: 20, kind: SpanKind.Consumer);
        await _store.Writer.WriteAsync(builder.Batch, default);
        await _store.Rollup.RollAsync(Later, default);

        (await EdgesAsync()).ShouldBe(["web > mail Message 1/0", "web > pay.example.com External 1/1", "web > shop Database 1/0", "web > stock External 1/0"]);
        var message = (await _store.Rollup.GetEdgeSeriesAsync(Tenant.Default, Hour, Hour.Start, 100, default)).Single(edge => edge.Link == EdgeLink.Message);
        message.WaitingDurations.SumNanoseconds.ShouldBe(50_000_000);
        message.SlowestSpan.ShouldBe(SpanBatchBuilder.Id(6));
        message.WaitingDurations.Count.ShouldBe(1UL);
        message.ServerDurations.SumNanoseconds.ShouldBe(20_000_000);
        message.ClientDurations.SumNanoseconds.ShouldBe(1_000_000);

        var answer = new SpanBatchBuilder();
        answer.Span(1, 7, parent: 3, service: "stock", name: "GET", startMs: 3, durationMs: 4, kind: SpanKind.Server);
        await _store.Writer.WriteAsync(answer.Batch, default);
        await _store.Rollup.RollAsync(Later, default);

        (await EdgesAsync()).ShouldBe(["web > mail Message 1/0", "web > pay.example.com External 1/1", "web > shop Database 1/0", "web > stock Request 1/0"]);
    }

    /// <summary>The caller's and the callee's half of a call have one id, as Zipkin's libraries send them: the callee's spans stand below the callee's half.</summary>
    [Fact]
    public async Task Halves_of_a_shared_span_are_one_call()
    {
        (string, object?)[] shared = [("zipkin.shared", true)];
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, service: "web", kind: SpanKind.Server);
        builder.Span(1, 2, parent: 1, service: "web", startMs: 1, durationMs: 8, kind: SpanKind.Client, attributes: [("server.address", "cart")]);
        builder.Span(1, 2, parent: 1, service: "cart", startMs: 2, durationMs: 6, kind: SpanKind.Server, attributes: shared);
        builder.Span(1, 3, parent: 2, service: "cart", startMs: 3, durationMs: 3, kind: SpanKind.Client, attributes: [("server.address", "db")]);
        builder.Span(1, 3, parent: 2, service: "db", startMs: 4, durationMs: 1, kind: SpanKind.Server, status: SpanStatus.Error, attributes: shared);
        builder.Span(1, 4, parent: 2, service: "cart", startMs: 5, kind: SpanKind.Internal);
        builder.Span(2, 5, service: "phone", kind: SpanKind.Client);
        builder.Span(2, 5, service: "web", startMs: 1, kind: SpanKind.Server, attributes: shared);
        builder.Span(3, 7, service: "web", kind: SpanKind.Server);
        builder.Span(3, 8, parent: 7, service: "cart", startMs: 1, kind: SpanKind.Server, attributes: shared);
        await _store.Writer.WriteAsync(builder.Batch, default);
        string[] expected = ["web > cart 2/0", "cart > db 1/1", "phone > web 1/0"];

        (await DependenciesAsync()).ShouldBe(expected);
        await _store.Rollup.RollAsync(Later, default);
        (await DependenciesAsync()).ShouldBe(expected);
        (await EdgesAsync()).ShouldBe(["cart > db Request 1/1", "phone > web Request 1/0", "web > cart Other 1/0", "web > cart Request 1/0"]);
        var call = (await _store.Rollup.GetEdgeSeriesAsync(Tenant.Default, Hour, Hour.Start, 100, default)).Single(edge => edge.Server == "cart" && edge.Link == EdgeLink.Request);
        (call.ClientDurations.SumNanoseconds, call.ServerDurations.SumNanoseconds).ShouldBe((8_000_000, 6_000_000));

        async Task<IReadOnlyList<string>> DependenciesAsync() =>
            [.. (await _store.Reader.GetDependenciesAsync(Tenant.Default, Hour, default)).Select(pair => $"{pair.Caller} > {pair.Callee} {pair.Calls}/{pair.Errors}")];
    }

    /// <summary>Sizes are those of OTLP's protobuf, to a few bytes in a hundred.</summary>
    [Fact]
    public async Task Sizes_of_spans_are_added_up()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, service: "web", name: "GET", kind: SpanKind.Server);
        builder.Span(1, 2, parent: 1, service: "web", name: "GET", kind: SpanKind.Server, attributes: [("text", new string('x', 1_000)), ("number", 7L), ("flag", true)]);
        await _store.Writer.WriteAsync(builder.Batch, default);
        await _store.Rollup.RollAsync(Later, default);

        var point = (await _store.Rollup.GetSpanSeriesAsync(Tenant.Default, Hour, Hour.Start, 10, default)).ShouldHaveSingleItem();

        point.Bytes.ShouldBeInRange(1_140UL, 1_200UL);
    }

    private static TimeRange Hour => new(SpanBatchBuilder.Start, SpanBatchBuilder.Start + TimeSpan.FromHours(1));

    private async Task<IReadOnlyList<string>> EdgesAsync() =>
    [
        .. (await _store.Rollup.GetEdgeSeriesAsync(Tenant.Default, Hour, Hour.Start, 100, default))
            .Select(edge => $"{edge.Client} > {edge.Server} {edge.Link} {edge.Calls}/{edge.Failed}").Order(StringComparer.Ordinal),
    ];

    private async Task CheckAsync(IReadOnlyList<RandomTraces.Span> spans, string when)
    {
        var calls = RandomTraces.Calls(spans).Where(call => call.Caller.Service != call.Callee.Service).ToArray();
        var expected = calls.GroupBy(call => (call.Caller.Service, Callee: call.Callee.Service))
            .Select(group => new ServiceDependency(group.Key.Service, group.Key.Callee, group.Count(), group.Count(call => call.Callee.Failed)))
            .OrderByDescending(pair => pair.Calls).ThenBy(pair => pair.Caller, StringComparer.Ordinal).ThenBy(pair => pair.Callee, StringComparer.Ordinal);
        (await _store.Reader.GetDependenciesAsync(Tenant.Default, Everything, default)).Select(pair => pair.ToString()).ShouldBe(expected.Select(pair => pair.ToString()), customMessage: when);

        // A quantile is an estimate on single-precision numbers: to the millisecond here.
        var duration = Field.Intrinsic(Intrinsics.Duration);
        var plan = new ReadPlan(Tenant.Default, Dataset.Spans, Everything)
        {
            Where = new NotPredicate(Predicate.Equal(Field.Intrinsic(Intrinsics.Service), Literal.String("s3"))),
            GroupBy = [Field.Intrinsic(Intrinsics.Service), Field.Intrinsic(Intrinsics.Kind)],
            Step = TimeSpan.FromMinutes(5),
            Aggregates =
            [
                Aggregate.Count(),
                new Aggregate(AggregateFunction.CountIf, "errors", If: Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"))),
                new Aggregate(AggregateFunction.Sum, "sum", duration),
                new Aggregate(AggregateFunction.Average, "average", duration),
                new Aggregate(AggregateFunction.Quantile, "longest", duration, 1),
            ],
        };
        var table = await _store.Reader.ReadAsync(plan, default);
        var actual = Enumerable.Range(0, table.RowCount)
            .Select(i => FormattableString.Invariant($"{table.Texts("service")[i]} {table.Texts("kind")[i]} {table.Longs("bucket")[i]}: {table.Longs("count")[i]} {table.Longs("errors")[i]} {table.Doubles("sum")[i]:0} {table.Doubles("average")[i]:0} {table.Doubles("longest")[i] / 1e6:0}"));
        var byHand = spans.Where(span => span.Service != "s3")
            .GroupBy(span => (span.Service, Kind: (int)span.Kind, Bucket: span.Time.UnixNanoseconds / 300_000_000_000 * 300_000_000_000))
            .Select(group => FormattableString.Invariant(
                $"{group.Key.Service} {group.Key.Kind} {group.Key.Bucket}: {group.Count()} {group.Count(span => span.Failed)} {group.Sum(span => span.DurationMs * 1e6):0} {group.Average(span => span.DurationMs * 1e6):0} {group.Max(span => span.DurationMs)}"));
        actual.Order(StringComparer.Ordinal).ShouldBe(byHand.Order(StringComparer.Ordinal), customMessage: when);
    }

    private async Task CheckEdgesAsync(IReadOnlyList<RandomTraces.Span> spans)
    {
        var from = SpanBatchBuilder.Start - TimeSpan.FromMinutes(10);
        var range = new TimeRange(from, from + TimeSpan.FromHours(3));
        var points = await _store.Rollup.GetEdgeSeriesAsync(Tenant.Default, range, from, 100_000, default);
        var last = points.GroupBy(edge => (edge.Client, edge.Server, edge.Link)).Select(group => group.MaxBy(edge => edge.Time)!)
            .Select(edge => $"{edge.Client} > {edge.Server} {edge.Link}: {edge.Calls} {edge.Failed} {edge.ServerDurations.SumNanoseconds} {edge.ClientDurations.SumNanoseconds} {edge.WaitingDurations.SumNanoseconds} {edge.ServerDurations.Count}");
        var byHand = RandomTraces.Calls(spans)
            .Select(call => (call.Caller, call.Callee, Link: (call.Caller.Kind, call.Callee.Kind) switch
            {
                (SpanKind.Client, SpanKind.Server) => EdgeLink.Request,
                (SpanKind.Producer, SpanKind.Consumer) => EdgeLink.Message,
                _ => EdgeLink.Other,
            }))
            .Where(call => call.Link != EdgeLink.Other || call.Caller.Service != call.Callee.Service)
            .GroupBy(call => (Client: call.Caller.Service, Server: call.Callee.Service, call.Link))
            .Select(group =>
            {
                var waiting = group.Key.Link == EdgeLink.Message ? group.Sum(call => Math.Max(0, call.Callee.AtMs - call.Caller.AtMs - call.Caller.DurationMs)) : 0;
                return $"{group.Key.Client} > {group.Key.Server} {group.Key.Link}: {group.Count()} {group.Count(call => call.Caller.Failed || call.Callee.Failed)} {group.Sum(call => call.Callee.DurationMs) * 1_000_000L} {group.Sum(call => call.Caller.DurationMs) * 1_000_000L} {waiting * 1_000_000L} {group.Count()}";
            });
        last.Order(StringComparer.Ordinal).ShouldBe(byHand.Order(StringComparer.Ordinal));
    }

    /// <summary>Traces of up to 12 spans over about 80 minutes; every span starts up to four minutes after its parent, some have no parent that was sent.</summary>
    private sealed class RandomTraces
    {
        private readonly HashSet<int> _late = [];

        public RandomTraces(int seed)
        {
            var random = new Random(seed);
            var spans = new List<Span>();
            for (var trace = 1; trace <= 400; trace++)
            {
                var first = spans.Count;
                var at = random.Next(-5 * 60_000, 80 * 60_000);
                for (var id = 1; id <= random.Next(1, 13); id++)
                {
                    var parent = id == 1 ? 0 : random.Next(10) == 0 ? 99 : random.Next(1, id);
                    var start = parent is 0 or 99 ? at : spans[first + parent - 1].AtMs + random.Next(0, random.Next(5) == 0 ? 240_000 : 500);
                    spans.Add(new Span(trace, id, parent, $"s{random.Next(4)}", $"op{random.Next(3)}", (SpanKind)random.Next(6), start, random.Next(1, 60_000), random.Next(5) == 0));
                    if (random.Next(4) == 0)
                    {
                        _late.Add(spans.Count - 1);
                    }
                }
            }

            Spans = spans;
        }

        public IReadOnlyList<Span> Spans { get; }

        public bool IsLate(Span span) => _late.Contains(Spans.ToList().IndexOf(span));

        /// <summary>Every span with its parent, where that was sent.</summary>
        public static IEnumerable<(Span Caller, Span Callee)> Calls(IReadOnlyList<Span> spans)
        {
            var byId = spans.ToDictionary(span => (span.Trace, span.Id));
            foreach (var span in spans)
            {
                if (span.Parent != 0 && byId.TryGetValue((span.Trace, span.Parent), out var parent))
                {
                    yield return (parent, span);
                }
            }
        }

        public sealed record Span(int Trace, int Id, int Parent, string Service, string Name, SpanKind Kind, int AtMs, int DurationMs, bool Failed)
        {
            public Timestamp Time => SpanBatchBuilder.Start + TimeSpan.FromMilliseconds(AtMs);

            public long Minute => Time.UnixNanoseconds / 60_000_000_000;

            public void AddTo(SpanBatchBuilder builder) => builder.Span(
                Trace, Id, Parent, Service, Name, AtMs, DurationMs, Kind, Failed ? SpanStatus.Error : SpanStatus.Unset);
        }
    }
}
