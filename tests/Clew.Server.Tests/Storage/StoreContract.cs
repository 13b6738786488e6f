using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Storage;

/// <summary>An open store under test, whatever its engine.</summary>
public interface ITestStore : IAsyncDisposable
{
    ITelemetryWriter Writer { get; }

    ITelemetryReader Reader { get; }

    IStoreAdministration Administration { get; }
}

/// <summary>What any engine behind the store ports must do. Engines derive from it and say how to open one, empty.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private static readonly TimeRange Everything = new(new Timestamp(0), Timestamp.MaxValue);
    private ITestStore _store = null!;

    protected abstract Task<ITestStore> OpenAsync();

    public async Task InitializeAsync() => _store = await OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task A_span_comes_back_with_every_field()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(
            1, 2, 1, "cart", "GET /cart/{id}", 1.5, 20.25, SpanKind.Server, SpanStatus.Error, "it broke",
            attributes:
            [
                ("http.route", "/cart/{id}"), ("http.response.status_code", 503), ("big", long.MinValue), ("ratio", 0.1), ("whole", 2.0), ("nan", double.NaN),
                ("yes", true), ("bytes", new byte[] { 0, 255, 10 }), ("empty", null), ("blank", ""), ("list", "json:[1,2.0,\"x\"]"), ("map", "json:{\"a\":null}"),
                ("twice", "one"), ("twice", "two"), ("ünïcödé 'quotes' \\ \n", "värde \u0000 \U0001F9F6"),
            ],
            events: [("exception", [("exception.type", "Timeout"), ("attempt", 3)]), ("bare", [])],
            links: [(SpanBatchBuilder.Trace(7), [("why", "retry")])],
            resource: builder.Resource("cart", ("service.version", "1.2.3"), ("k8s.pod.name", "cart-7"), ("replicas", 3)),
            scope: builder.Scope("io.lib", "9.1", ("scope.attr", true)));
        builder.Span(1, 1, 0, "gateway", "POST /checkout");

        await _store.Writer.WriteAsync(builder.Batch, default);
        var read = await _store.Reader.GetSpansAsync(Tenant.Default, [SpanBatchBuilder.Trace(1)], null, default);

        BatchText.Of(read).ShouldBe(BatchText.Of(builder.Batch).Reverse());
    }

    [Fact]
    public async Task A_log_record_comes_back_with_every_field()
    {
        var batch = LogSamples.EveryField();
        await _store.Writer.WriteAsync(batch, default);

        var read = await _store.Reader.FindLogsAsync(new RecordQuery(Tenant.Default, Everything, null, 10, TimeOrder.OldestFirst), default);

        BatchText.Of(read).ShouldBe(BatchText.Of(batch));
    }

    [Fact]
    public async Task Metrics_of_every_kind_come_back_with_every_field()
    {
        var batch = MetricSamples.EveryKind();
        await _store.Writer.WriteAsync(batch, default);
        await _store.Writer.WriteAsync(MetricSamples.Gauge("other", 5), default);

        var isSample = Predicate.Compare(Field.Intrinsic(Intrinsics.Name), ComparisonOperator.Matches, Literal.String("sample\\..*"));
        var read = await _store.Reader.FindMetricsAsync(new RecordQuery(Tenant.Default, Everything, isSample, 1_000), default);

        BatchText.Of(read).ShouldBe(BatchText.Of(batch));
    }

    [Fact]
    public async Task Changes_come_back_oldest_first()
    {
        var later = new ChangeRecord("b", SpanBatchBuilder.Start + TimeSpan.FromMinutes(1), "deploy", "cart", "v2", "2", "ada", "https://ci/1", new Dictionary<string, string> { ["pr"] = "7" });
        var earlier = new ChangeRecord("a", SpanBatchBuilder.Start, "infrastructure", "", "dns", "", "", "", new Dictionary<string, string>());
        await _store.Writer.WriteAsync(Tenant.Default, [later, earlier], default);
        await _store.Writer.WriteAsync(Tenant.Default, [later], default);

        var read = await _store.Reader.GetChangesAsync(Tenant.Default, Everything, default);

        read.Select(change => change with { Attributes = new Dictionary<string, string>() })
            .ShouldBe([earlier with { Attributes = read[0].Attributes }, later with { Attributes = read[1].Attributes }], ignoreOrder: false, customMessage: "order", comparer: ChangeComparer.Instance);
        read[1].Attributes.ShouldBe(later.Attributes);
    }

    [Fact]
    public async Task Tenants_do_not_see_each_other()
    {
        var ours = new SpanBatchBuilder().Span(1, 1);
        var theirs = new SpanBatchBuilder().Span(1, 2);
        theirs.Batch.Tenant = new Tenant("o'their \\ tenant");
        await Task.WhenAll(_store.Writer.WriteAsync(ours.Batch, default), _store.Writer.WriteAsync(theirs.Batch, default));

        var read = await _store.Reader.GetSpansAsync(theirs.Batch.Tenant, [SpanBatchBuilder.Trace(1)], null, default);

        BatchText.Of(read).ShouldBe(BatchText.Of(theirs.Batch));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing_and_mix_nothing_up()
    {
        var batches = Enumerable.Range(1, 40).Select(writer =>
        {
            var builder = new SpanBatchBuilder();
            for (var i = 1; i <= 25; i++)
            {
                builder.Span(writer, (writer * 1000) + i, service: $"service {writer % 7}", name: $"op {i}", startMs: i, attributes: [("writer", writer), ("key" + writer, i)]);
            }

            return builder.Batch;
        }).ToArray();

        await Task.WhenAll(batches.Select(batch => Task.Run(() => _store.Writer.WriteAsync(batch, default))));

        foreach (var writer in Enumerable.Range(1, 40))
        {
            var read = await _store.Reader.GetSpansAsync(Tenant.Default, [SpanBatchBuilder.Trace(writer)], null, default);
            BatchText.Of(read).ShouldBe(BatchText.Of(batches[writer - 1]));
        }
    }

    [Fact]
    public async Task A_batch_may_span_many_days_and_very_old_ones()
    {
        var builder = new SpanBatchBuilder();
        for (var day = 0; day < 150; day++)
        {
            builder.Span(1, day + 1, start: new Timestamp(day * 86_400L * 1_000_000_000));
        }

        await _store.Writer.WriteAsync(builder.Batch, default);

        var read = await _store.Reader.GetSpansAsync(Tenant.Default, [SpanBatchBuilder.Trace(1)], null, default);
        BatchText.Of(read).ShouldBe(BatchText.Of(builder.Batch));
    }

    [Fact]
    public async Task Traces_are_found_newest_first_with_their_summary()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 11, 0, "gateway", "GET /", 0, 100, SpanKind.Server);
        builder.Span(1, 12, 11, "cart", "load", 10, 50, status: SpanStatus.Error);
        builder.Span(2, 21, 0, "gateway", "GET /", 1000, 30, SpanKind.Server);
        builder.Span(3, 31, 30, "cart", "load", 2000, 5);
        await _store.Writer.WriteAsync(builder.Batch, default);

        var all = await _store.Reader.FindTracesAsync(new TraceQuery(Tenant.Default, Everything, null, 10), default);
        all.Select(trace => trace.TraceId).ShouldBe([SpanBatchBuilder.Trace(3), SpanBatchBuilder.Trace(2), SpanBatchBuilder.Trace(1)]);
        var first = all[2];
        (first.RootService, first.RootName, first.SpanCount, first.ErrorCount, first.OrphanCount).ShouldBe(("gateway", "GET /", 2, 1, 0));
        (first.End - first.Start).ShouldBe(TimeSpan.FromMilliseconds(100));
        first.Services.ShouldBe([new TraceServiceSummary("cart", 1, 1), new TraceServiceSummary("gateway", 1, 0)]);
        (all[0].OrphanCount, all[0].IsPartial, all[0].RootService).ShouldBe((1, true, "cart"));

        var limited = await _store.Reader.FindTracesAsync(
            new TraceQuery(Tenant.Default, Everything, Predicate.Equal(Field.Intrinsic(Intrinsics.Service), Literal.String("cart")), 1), default);
        limited.Select(trace => trace.TraceId).ShouldBe([SpanBatchBuilder.Trace(3)]);
    }

    [Theory]
    [MemberData(nameof(ConditionCases.All), MemberType = typeof(ConditionCases))]
    public async Task Conditions_hold_for_exactly_the_spans_they_should(string name, Predicate condition, string expected)
    {
        await _store.Writer.WriteAsync(ConditionCases.Spans(), default);

        var found = await _store.Reader.FindSpansAsync(new RecordQuery(Tenant.Default, Everything, condition, 100, TimeOrder.OldestFirst), default);

        string.Join(' ', Enumerable.Range(0, found.Count).Select(row => found[row].Name)).ShouldBe(expected, name);
    }

    [Fact]
    public async Task Names_of_attributes_are_listed_by_place()
    {
        await _store.Writer.WriteAsync(ConditionCases.Spans(), default);
        var isOfD = Predicate.Equal(Field.Intrinsic(Intrinsics.Name), Literal.String("d"));

        (await NamesAsync(null, 100, FieldSource.Attribute, FieldSource.Resource, FieldSource.Scope, FieldSource.Event, FieldSource.Link))
            .ShouldBe("attribute.blank attribute.code attribute.flag attribute.it's attribute.ratio attribute.text resource.pod resource.service.name scope.lib event.attempt link.why");
        (await NamesAsync(null, 1, FieldSource.Link, FieldSource.Attribute)).ShouldBe("attribute.blank link.why");
        (await NamesAsync(isOfD, 100, FieldSource.Attribute, FieldSource.Resource, FieldSource.Event)).ShouldBe("attribute.code resource.pod resource.service.name");
        (await NamesAsync(null, 100)).ShouldBe("");
        (await _store.Reader.GetAttributeNamesAsync(new AttributeQuery(new Tenant("other"), Dataset.Spans, Everything, null, 100), [FieldSource.Attribute], default)).ShouldBeEmpty();

        async Task<string> NamesAsync(Predicate? where, int limit, params FieldSource[] places) =>
            string.Join(' ', await _store.Reader.GetAttributeNamesAsync(new AttributeQuery(Tenant.Default, Dataset.Spans, Everything, where, limit), places, default));
    }

    [Fact]
    public async Task Values_of_an_attribute_are_listed_with_their_types_frequent_ones_first()
    {
        await _store.Writer.WriteAsync(ConditionCases.Spans(), default);
        await _store.Writer.WriteAsync(new SpanBatchBuilder().Span(2, 1, attributes: [("code", 404), ("none", null), ("http.method", "GET")]).Batch, default);
        await _store.Writer.WriteAsync(new SpanBatchBuilder().Span(2, 2, attributes: [("code", 404), ("attempt", 7), ("http.request.method", "PUT")]).Batch, default);
        var isOfPay = Predicate.Equal(Field.Intrinsic(Intrinsics.Service), Literal.String("pay"));

        (await ValuesAsync(FieldSource.Attribute, "code")).ShouldBe("i404 d500 i500 s500");
        (await ValuesAsync(FieldSource.Attribute, "code", isOfPay)).ShouldBe("d500 s500");
        (await ValuesAsync(FieldSource.Attribute, "code", limit: 1)).ShouldBe("i404");
        (await ValuesAsync(FieldSource.Resource, "pod")).ShouldBe("sp-1");
        (await ValuesAsync(FieldSource.Scope, "lib")).ShouldBe("sx");
        (await ValuesAsync(FieldSource.Event, "attempt")).ShouldBe("i1 i2");
        (await ValuesAsync(FieldSource.Link, "why")).ShouldBe("sretry");
        (await ValuesAsync(FieldSource.Anywhere, "attempt")).ShouldBe("i1 i2 i7");
        (await ValuesAsync(FieldSource.Attribute, "none")).ShouldBe("");
        (await ValuesAsync(FieldSource.Attribute, "http.request.method")).ShouldBe("sGET sPUT", "under either name");

        async Task<string> ValuesAsync(FieldSource place, string name, Predicate? where = null, int limit = 100) => string.Join(' ', (await _store.Reader.GetAttributeValuesAsync(
            new AttributeQuery(Tenant.Default, Dataset.Spans, Everything, where, limit), new Field(place, name), default)).Select(value => $"{(char)value.Type}{value.Text}"));
    }

    [Fact]
    public async Task A_thinner_sample_is_part_of_a_thicker_one_and_has_the_lines_of_its_traces()
    {
        const int Traces = 2_000;
        var builder = new SpanBatchBuilder();
        for (var i = 1; i <= Traces; i++)
        {
            builder.Span(i, 1);
            builder.Span(i, 2, 1);
        }

        await _store.Writer.WriteAsync(builder.Batch, default);
        await _store.Writer.WriteAsync(LogSamples.TracedAndLoose(Traces), default);
        var thick = await SpansAsync(10);
        var thin = await SpansAsync(33);
        var (traced, loose) = await LinesAsync(33);

        thick.Count.ShouldBeInRange(100, 300, "one trace in ten of 2,000");
        thin.Count.ShouldBeInRange(20, 120);
        thin.Values.ShouldAllBe(spans => spans == 2, "whole traces");
        thin.Keys.ShouldBeSubsetOf(thick.Keys);
        traced.ShouldBe(thin.Keys, ignoreOrder: true);
        loose.ShouldBeInRange(20, 120, "of lines without a trace as many");

        async Task<Dictionary<TraceId, int>> SpansAsync(int oneIn)
        {
            var read = await _store.Reader.FindSpansAsync(new RecordQuery(Tenant.Default, Everything, null, 10_000) { OneTraceIn = oneIn }, default);
            return Enumerable.Range(0, read.Count).GroupBy(row => read.TraceIds[row]).ToDictionary(trace => trace.Key, trace => trace.Count());
        }

        async Task<(TraceId[] Traced, int Loose)> LinesAsync(int oneIn)
        {
            var read = await _store.Reader.FindLogsAsync(new RecordQuery(Tenant.Default, Everything, null, 10_000) { OneTraceIn = oneIn }, default);
            var traces = Enumerable.Range(0, read.Count).Select(row => read.TraceIds[row]).ToArray();
            return ([.. traces.Where(id => !id.IsEmpty)], traces.Count(id => id.IsEmpty));
        }
    }

    [Fact]
    public async Task Plans_group_and_aggregate_in_the_store()
    {
        var builder = new SpanBatchBuilder();
        for (var i = 0; i < 100; i++)
        {
            builder.Span(i, i + 1, service: i % 2 == 0 ? "even" : "odd", startMs: i * 100, durationMs: i, status: i % 10 == 0 ? SpanStatus.Error : SpanStatus.Unset);
        }

        await _store.Writer.WriteAsync(builder.Batch, default);
        var table = await _store.Reader.ReadAsync(
            new ReadPlan(Tenant.Default, Dataset.Spans, Everything)
            {
                GroupBy = [Field.Intrinsic(Intrinsics.Service), Field.Intrinsic(Intrinsics.ResourceFingerprint)],
                Step = TimeSpan.FromSeconds(5),
                Aggregates =
                [
                    Aggregate.Count(),
                    new Aggregate(AggregateFunction.CountIf, "errors", If: Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"))),
                    new Aggregate(AggregateFunction.Quantile, "p50", Field.Intrinsic(Intrinsics.Duration), 0.5),
                    new Aggregate(AggregateFunction.Max, "slowest", Field.Intrinsic(Intrinsics.Duration)),
                ],
            },
            default);

        table.RowCount.ShouldBe(4);
        table.Texts("service").ShouldBe(["even", "even", "odd", "odd"], ignoreOrder: true);
        table.Longs("count").ShouldBe([25, 25, 25, 25]);
        table.Longs("errors").ShouldBe([5, 5, 0, 0], ignoreOrder: true);
        table.Doubles("slowest").Max().ShouldBe(99e6);
        table.Longs("bucket").Distinct().ShouldBe([SpanBatchBuilder.Start.UnixNanoseconds, (SpanBatchBuilder.Start + TimeSpan.FromSeconds(5)).UnixNanoseconds], ignoreOrder: true);
        table.ResourceIndexes!.Select(index => table.Resources![index].Service).ShouldBe(table.Texts("service"));
    }

    [Fact]
    public async Task Dependencies_count_calls_and_errors_between_services()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 11, 0, "hello").Span(1, 12, 11, "world", status: SpanStatus.Error).Span(1, 13, 12, "world").Span(1, 14, 12, "hello").Span(2, 21, 0, "world").Span(2, 22, 21, "hello");
        await _store.Writer.WriteAsync(builder.Batch, default);

        var dependencies = await _store.Reader.GetDependenciesAsync(Tenant.Default, Everything, default);

        dependencies.ShouldBe([new ServiceDependency("world", "hello", 2, 0), new ServiceDependency("hello", "world", 1, 1)]);
    }

    [Fact]
    public async Task Retention_by_age_deletes_what_is_older_and_nothing_else()
    {
        var builder = new SpanBatchBuilder();
        var now = SpanBatchBuilder.Start;
        foreach (var (hours, id) in new[] { (100, 1), (30, 2), (25, 3), (23, 4), (1, 5) })
        {
            builder.Span(id, id, start: now - TimeSpan.FromHours(hours), name: $"{hours} h");
        }

        await _store.Writer.WriteAsync(builder.Batch, default);
        var result = await _store.Administration.ApplyRetentionAsync(new RetentionPolicy(TimeSpan.FromHours(24), null), now, default);

        var left = await _store.Reader.FindSpansAsync(new RecordQuery(Tenant.Default, Everything, null, 100, TimeOrder.OldestFirst), default);
        Enumerable.Range(0, left.Count).Select(row => left[row].Name).ShouldBe(["23 h", "1 h"]);
        result.DeletedPartitions.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Retention_by_size_keeps_the_newest()
    {
        var noise = new Random(17);
        for (var day = 0; day < 4; day++)
        {
            var builder = new SpanBatchBuilder();
            for (var i = 0; i < 3_000; i++)
            {
                var bytes = new byte[60];
                noise.NextBytes(bytes);
                builder.Span((day * 10_000) + i, i + 1, start: SpanBatchBuilder.Start + TimeSpan.FromDays(day), startMs: i, attributes: [("noise", bytes)]);
            }

            await _store.Writer.WriteAsync(builder.Batch, default);
        }

        var before = (await _store.Administration.GetStatisticsAsync(default)).TotalBytes;
        await _store.Administration.ApplyRetentionAsync(new RetentionPolicy(null, before / 8), SpanBatchBuilder.Start, default);

        var after = await _store.Administration.GetStatisticsAsync(default);
        after.TotalBytes.ShouldBeLessThanOrEqualTo(before / 4);
        var left = await _store.Reader.FindSpansAsync(new RecordQuery(Tenant.Default, Everything, null, 20_000, TimeOrder.NewestFirst), default);
        left.Count.ShouldBeInRange(500, 2_500);
        left[0].Start.ShouldBe(SpanBatchBuilder.Start + TimeSpan.FromDays(3) + TimeSpan.FromMilliseconds(2_999));
    }

    private sealed class ChangeComparer : IEqualityComparer<ChangeRecord>
    {
        public static readonly ChangeComparer Instance = new();

        public bool Equals(ChangeRecord? x, ChangeRecord? y) => x is not null && y is not null && Key(x) == Key(y);

        public int GetHashCode(ChangeRecord obj) => Key(obj).GetHashCode();

        private static (string, Timestamp, string, string, string, string, string, string) Key(ChangeRecord change) =>
            (change.Id, change.Time, change.Kind, change.Service, change.Summary, change.Version, change.Author, change.Link);
    }
}
