using Clew.Query.Language;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Tests.Query.PromQL;

/// <summary>The engine's contract beyond the meaning of queries: budgets, cancellation, remarks with places, types.</summary>
public sealed class PromQlEngineTests
{
    private readonly MemoryMetricSource _source = new();

    public PromQlEngineTests()
    {
        for (var series = 0; series < 20; series++)
        {
            for (var minute = 0; minute <= 60; minute++)
            {
                _source.Add(LabelSet.Of([new("__name__", "m"), new("i", series.ToString())]), minute * 60_000, minute, null, 0);
            }
        }
    }

    [Fact]
    public async Task A_query_that_reads_too_much_stops_and_names_the_limit()
    {
        var error = await Should.ThrowAsync<QueryLimitException>(() => Instant("m", 3_600_000, new QueryBudgetLimits { Samples = 50 }));
        error.Limit.ShouldBe("query.samples");
    }

    [Fact]
    public async Task A_query_that_computes_too_much_stops_and_names_the_limit()
    {
        var error = await Should.ThrowAsync<QueryLimitException>(() => Instant("sum_over_time(vector(time())[1d:1ms])", 0, new QueryBudgetLimits { Samples = 1_000_000 }));
        error.Limit.ShouldBe("query.samples");
    }

    [Fact]
    public async Task Too_many_steps_are_refused_before_anything_is_read()
    {
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);
        var error = await Should.ThrowAsync<QueryLimitException>(() => Engine().RangeAsync(PromQlParser.Parse("m"), 0, 11_000, 1, budget));
        error.Limit.ShouldBe("query.steps");
        budget.SamplesTaken.ShouldBe(0);
    }

    [Fact]
    public async Task A_query_whose_asker_went_away_stops()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Engine().InstantAsync(
            PromQlParser.Parse("m"), 0, new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, cancellation.Token)));
    }

    [Fact]
    public async Task Remarks_say_where_in_the_query_they_arise()
    {
        const string Query = "1 +\n  histogram_quantile(2, m)";
        var result = await Instant(Query, 60_000);

        result.Annotations.Select(annotation => annotation.TextIn(Query)).ShouldContain("PromQL warning: quantile value should be between 0 and 1, got 2 (2:22)");
    }

    [Fact]
    public async Task Equal_selections_are_loaded_once()
    {
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);
        await Engine().InstantAsync(PromQlParser.Parse("m"), 3_600_000, budget);
        var once = budget.SamplesTaken;
        budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);
        await Engine().InstantAsync(PromQlParser.Parse("m or m or m"), 3_600_000, budget);

        // What is computed grows; the five samples of each of the twenty series are read once.
        budget.SamplesTaken.ShouldBeLessThan(once + 100);
    }

    [Theory]
    [InlineData("m", ExpressionType.InstantVector, 20)]
    [InlineData("m[2m]", ExpressionType.RangeVector, 20)]
    [InlineData("1 + 1", ExpressionType.Scalar, 1)]
    [InlineData("\"text\"", ExpressionType.String, 0)]
    public async Task An_instant_query_answers_in_the_type_of_its_expression(string query, ExpressionType type, int series)
    {
        var result = await Instant(query, 60_000);

        result.Type.ShouldBe(type);
        result.Series.Count.ShouldBe(series);
    }

    [Fact]
    public async Task A_range_query_takes_scalars_and_instant_vectors_alone()
    {
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);
        (await Should.ThrowAsync<PromQlException>(() => Engine().RangeAsync(PromQlParser.Parse("m[5m]"), 0, 60_000, 60_000, budget))).Message.ShouldContain("range vector");
        (await Engine().RangeAsync(PromQlParser.Parse("m"), 60_000, 0, 60_000, budget)).Series.ShouldBeEmpty();
        (await Engine().RangeAsync(PromQlParser.Parse("1"), 0, 120_000, 60_000, budget)).Series.ShouldHaveSingleItem().Samples.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("m{i='0'} @ end()", 3)]
    [InlineData("end()", 200)]
    [InlineData("range()", 140)]
    public async Task The_end_of_a_query_is_the_end_it_states_even_where_no_step_reaches_it(string query, double value)
    {
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);
        var result = await Engine().RangeAsync(PromQlParser.Parse(query, new PromQlOptions { Experimental = true }), 60_000, 200_000, 80_000, budget);

        result.Series.ShouldHaveSingleItem().Samples.Select(sample => (sample.Time, sample.Value)).ShouldBe([(60_000, value), (140_000, value)]);
    }

    private PromQlEngine Engine() => new(_source, new PromQlOptions());

    private Task<QueryResult> Instant(string query, long time, QueryBudgetLimits? limits = null) =>
        Engine().InstantAsync(PromQlParser.Parse(query), time, new QueryBudget(limits ?? new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None));
}
