using Clew.Query.Language;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Source;
using Clew.Telemetry;

namespace Clew.Tests.Query.PromQL;

/// <summary>Series from a store, here one in memory that follows the contract by the letter; <c>StoredPromQlTests</c> has the same on the embedded one.</summary>
public sealed class StoreMetricSourceTests
{
    [Fact]
    public async Task Metrics_of_opentelemetry_are_the_series_that_the_cases_state()
    {
        var wrong = new List<string>();
        foreach (var one in StoredSeriesLines.All())
        {
            var store = new MemoryMetricReader();
            wrong.AddRange(await one.CheckAsync(store, store.WriteAsync));
        }

        StoredSeriesLines.All().Sum(one => one.Questions.Count).ShouldBeGreaterThan(25);
        string.Join("\n\n", wrong).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("values")]
    [InlineData("operators")]
    public async Task Series_that_came_by_remote_write_answer_as_they_were_sent(string name)
    {
        var store = new MemoryMetricReader();
        var runner = new ScriptRunner(new PromQlOptions { Experimental = true }, new StoredScriptSource(store, store.WriteAsync));

        (await runner.RunAsync(CaseFile.Read($"PromQL/Cases/{name}.txt"))).ShouldBeEmpty();

        runner.Evaluations.ShouldBeGreaterThan(20);
    }

    [Theory]
    [InlineData("m", 5, "query.selected_series")]
    [InlineData("m{x=~'1|2'}", 5, null)]
    public async Task More_series_than_a_query_may_select_are_refused_by_the_name_of_the_limit(string query, int most, string? limit)
    {
        var source = Loaded(series: 10, samples: 2, out _);
        var asked = Ask(source, query, new QueryBudgetLimits { Series = most });

        if (limit is null)
        {
            (await asked).Series.Count.ShouldBe(2);
        }
        else
        {
            (await Should.ThrowAsync<QueryLimitException>(() => asked)).Limit.ShouldBe(limit);
        }
    }

    [Fact]
    public async Task More_samples_than_a_query_may_hold_are_refused_before_they_are_read()
    {
        var source = Loaded(series: 1, samples: 1_000, out _);

        (await Should.ThrowAsync<QueryLimitException>(() => Ask(source, "count_over_time(m[1d])", new QueryBudgetLimits { Samples = 100 }))).Limit.ShouldBe("query.samples");
    }

    [Fact]
    public async Task An_asker_who_went_away_stops_the_reading()
    {
        var source = Loaded(series: 10, samples: 10, out _);
        using var cancellation = new CancellationTokenSource();
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, cancellation.Token);
        var read = 0;

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var series in source.SelectAsync(new MetricSelection(Matchers("m"), 0, long.MaxValue), budget, cancellation.Token))
            {
                read += series.Times.Length;
                await cancellation.CancelAsync();
            }
        });

        read.ShouldBeLessThan(100);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(1_000, 1_000_000)]
    public async Task However_large_portions_are_every_sample_comes_once(int series, int points)
    {
        var source = Loaded(series: 13, samples: 17, out _, series, points);

        var result = await Ask(source, "count_over_time(m[1d])", new QueryBudgetLimits());

        result.Series.Count.ShouldBe(13);
        result.Series.ShouldAllBe(one => one.Samples[0].Value == 17);
    }

    private static StoreMetricSource Loaded(int series, int samples, out StoredScriptSource script, int firstPortion = 2, int portionPoints = 10)
    {
        var store = new MemoryMetricReader();
        MetricBatch? written = null;
        script = new StoredScriptSource(store, batch =>
        {
            written = batch;
            return store.WriteAsync(batch);
        });
        for (var i = 0; i < series; i++)
        {
            for (var sample = 0; sample < samples; sample++)
            {
                script.Add(Clew.Query.PromQL.Data.LabelSet.Of([new("__name__", "m"), new("x", $"{i}")]), sample * 1_000, sample, null, 0);
            }
        }

        Drain(script).GetAwaiter().GetResult();
        return new StoreMetricSource(store, written!.Tenant) { FirstPortion = firstPortion, PortionPoints = portionPoints };
    }

    private static async Task Drain(StoredScriptSource source)
    {
        await foreach (var _ in source.SelectAsync(new MetricSelection(Matchers("nothing"), 0, 1), new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None), CancellationToken.None))
        {
            throw new InvalidOperationException("nothing is called so");
        }
    }

    private static IReadOnlyList<Clew.Query.PromQL.Syntax.LabelMatcher> Matchers(string query) => ((Clew.Query.PromQL.Syntax.VectorSelector)PromQlParser.Parse(query)).Matchers;

    private static Task<Clew.Query.PromQL.Evaluation.QueryResult> Ask(StoreMetricSource source, string query, QueryBudgetLimits limits) =>
        new PromQlEngine(source, new PromQlOptions()).InstantAsync(PromQlParser.Parse(query), 100_000, new QueryBudget(limits, TimeProvider.System, CancellationToken.None));
}
