using Clew.Query.Language;
using Clew.Telemetry;

namespace Clew.Tests.Query.Language;

public sealed class QueryBudgetTests
{
    [Fact]
    public void Each_limit_is_named_by_the_error_that_meets_it()
    {
        var clock = new SteppedClock();
        var budget = new QueryBudget(new QueryBudgetLimits { Samples = 100, Steps = 10, Timeout = TimeSpan.FromSeconds(5) }, clock, CancellationToken.None);

        budget.TakeSamples(100);
        Should.Throw<QueryLimitException>(() => budget.TakeSamples(1)).Limit.ShouldBe("query.samples");
        budget.CheckSteps(10);
        Should.Throw<QueryLimitException>(() => budget.CheckSteps(11)).Limit.ShouldBe("query.steps");
        budget.Check();
        clock.Now += TimeSpan.FromSeconds(6);
        Should.Throw<QueryLimitException>(budget.Check).Limit.ShouldBe("query.language_timeout");
    }

    [Fact]
    public void Samples_given_back_can_be_taken_again()
    {
        var budget = new QueryBudget(new QueryBudgetLimits { Samples = 100 }, TimeProvider.System, CancellationToken.None);
        budget.TakeSamples(90);
        budget.ReturnSamples(50);
        budget.TakeSamples(60);
        budget.SamplesTaken.ShouldBe(100);
    }

    [Fact]
    public void A_query_whose_asker_went_away_stops()
    {
        using var cancellation = new CancellationTokenSource();
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, cancellation.Token);
        budget.Check();
        cancellation.Cancel();
        Should.Throw<OperationCanceledException>(budget.Check);
    }

    private sealed class SteppedClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
