using Clew.Query.TraceQL;
using Clew.Server.Tests.Storage;
using Clew.Telemetry;
using Clew.Tests.Query.TraceQL;

namespace Clew.Server.Tests.Query;

/// <summary>
/// Every case of <c>Clew.Tests/Query/TraceQL/Cases/eval-*.txt</c> on the real store: what the store tests, counts and finds by itself must give the same answers as evaluating everything in
/// memory does.
/// </summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class StoredTraceQlTests(StoredTraces stored) : IClassFixture<StoredTraces>
{
    [Fact]
    public async Task The_store_gives_the_answers_that_memory_gives()
    {
        var wrong = new List<string>();
        foreach (var one in StoredTraces.Cases)
        {
            // Portions of two traces and three spans: the seams between them are part of the contract.
            var source = new StoreTraceSource(stored.Reader, StoredTraces.TenantOf(one), new TraceSearchLimits { PortionTraces = 2, PortionSpans = 3 });
            string answer;
            try
            {
                answer = string.Join('\n', await one.AskAsync(source));
            }
            catch (Exception error) when (error is InvalidQuestionException or QueryLimitException)
            {
                answer = error.Message;
            }

            if (answer != string.Join('\n', one.Answer))
            {
                wrong.Add($"{one}\n{answer}\nexpected\n{string.Join('\n', one.Answer)}");
            }
        }

        StoredTraces.Cases.Count.ShouldBeGreaterThan(400);
        string.Join("\n\n", wrong).ShouldBeEmpty();
    }

    /// <summary>A search looks at parts of its time one after the other: here their seams lie between the spans of the cases.</summary>
    [Fact]
    public async Task Searches_find_the_same_whatever_the_parts_of_their_time_are()
    {
        foreach (var one in StoredTraces.Cases.Where(one => one.Question.StartsWith("find ", StringComparison.Ordinal)))
        {
            var source = new StoreTraceSource(stored.Reader, StoredTraces.TenantOf(one), new TraceSearchLimits { PortionTraces = 1 });
            (await one.AskAsync(source, TimeSpan.FromSeconds(10.5))).ShouldBe(one.Answer, one.ToString());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Newest_spans_come_first_and_each_trace_once_over_the_parts(int portion)
    {
        var tenant = new Tenant($"order-{portion}");
        var builder = new Clew.Testing.SpanBatchBuilder();
        builder.Span(0, 1, startMs: 1_000).Span(0, 2, parent: 1, startMs: 9_000).Span(1, 1, startMs: 15_000);
        builder.Batch.Tenant = tenant;
        await stored.Writer.WriteAsync(builder.Batch, CancellationToken.None);
        var source = new StoreTraceSource(stored.Reader, tenant, new TraceSearchLimits { PortionTraces = portion });

        var found = new List<string>();
        await foreach (var part in source.FindTracesAsync(new TimeRange(Clew.Testing.SpanBatchBuilder.Start, Clew.Testing.SpanBatchBuilder.Start + TimeSpan.FromSeconds(16)), null, 10, CancellationToken.None))
        {
            found.AddRange(part.Traces.Select(trace => trace.Id.ToString()));
        }

        found.ShouldBe([Clew.Testing.SpanBatchBuilder.Trace(1).ToString(), Clew.Testing.SpanBatchBuilder.Trace(0).ToString()]);
    }

    /// <summary>Where a single span read is one too many, only the store can have counted.</summary>
    [Theory]
    [InlineData("metrics 0s 30s 10s { } | rate() by(resource.service.name)")]
    [InlineData("metrics 0s 30s 10s { } | count_over_time() by(span.http.status)")]
    [InlineData("metrics 0s 30s 10s { span.size >= 1.5 && span.size < 30 } | count_over_time() by(span.size)")]
    [InlineData("metrics 0s 30s 10s { } | avg_over_time(duration) by(resource.region)")]
    [InlineData("metrics 0s 30s 10s { } | quantile_over_time(duration, 0, 0.5, 1)")]
    [InlineData("metrics 0s 30s 10s { } | histogram_over_time(duration) by(kind)")]
    [InlineData("metrics 0s 30s whole { kind = client } | compare({ status = error })")]
    [InlineData("metrics 0s 30s whole { kind = client } | compare({ status = error }, 1)")]
    [InlineData("metrics 0s 30s 10s { name = \"put\" } | compare({ status = error })")]
    [InlineData("metrics 0s 30s whole { name = \"put\" } | compare({ }, 10, 1772359210000000000, 1772359220000000000)")]
    public async Task The_store_computes_by_itself(string question)
    {
        var one = StoredTraces.Cases.Single(one => one.Question == question);
        var source = new StoreTraceSource(stored.Reader, StoredTraces.TenantOf(one), new TraceSearchLimits { Candidates = 1, Spans = 1 });

        (await one.AskAsync(source)).ShouldBe(one.Answer);
    }

    [Fact]
    public async Task A_search_that_has_more_candidates_than_it_may_evaluate_says_so()
    {
        var one = StoredTraces.Cases.First(one => one.Question == "find { } | count() > 3");
        var limits = new TraceSearchLimits { Candidates = 2, PortionTraces = 1 };
        var engine = new TraceQlEngine(new StoreTraceSource(stored.Reader, StoredTraces.TenantOf(one), limits));
        var budget = new Clew.Query.Language.QueryBudget(new(), TimeProvider.System, CancellationToken.None);

        var found = await engine.SearchAsync(TraceQlQuery.Parse("{ } | count() > 3"), TimeRange.All, 10, budget);

        found.IsComplete.ShouldBeFalse();
        found.TracesInspected.ShouldBe(2);
        await Should.ThrowAsync<QueryLimitException>(() => engine.MetricsAsync(
            TraceQlQuery.Parse("{ } | count() > 3 | rate()"), StepGrid.Whole(new TimeRange(Clew.Testing.SpanBatchBuilder.Start, Clew.Testing.SpanBatchBuilder.Start + TimeSpan.FromHours(1))), new MetricsLimits(), budget));
    }
}

/// <summary>A store with the traces of every file of cases, each under a tenant of its own.</summary>
public sealed class StoredTraces : IAsyncLifetime
{
    private TemporaryStore _store = null!;

    internal static IReadOnlyList<TraceQlCase> Cases { get; } = [.. TraceQlCase.All()];

    internal ITelemetryReader Reader => _store.Reader;

    internal ITelemetryWriter Writer => _store.Writer;

    public async Task InitializeAsync()
    {
        _store = await TemporaryStore.OpenAsync();
        foreach (var file in Cases.GroupBy(TenantOf))
        {
            var batch = TraceLines.Read(file.First().Load);
            batch.Tenant = file.Key;
            await _store.Writer.WriteAsync(batch, CancellationToken.None);
        }
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    /// <summary>Cases of one file load the same traces.</summary>
    internal static Tenant TenantOf(TraceQlCase one) => new(one.Place.Split(':')[0]);
}
