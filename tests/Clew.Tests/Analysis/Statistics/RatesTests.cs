using Clew.Analysis.Statistics;

namespace Clew.Tests.Analysis.Statistics;

public sealed class RatesTests
{
    [Fact]
    public void A_state_is_not_blurred_by_a_few_stretches_in_the_other_state()
    {
        var usual = UsualRate.Of([.. Enumerable.Repeat(new Share(10, 10), 8), new Share(0, 10), new Share(0, 10)]);

        usual.Rate.ShouldBe(1);
        usual.Spread.ShouldBe(0);
        usual.Significance(new Share(0, 20)).ShouldBeLessThan(-6);
    }

    [Fact]
    public void What_comes_and_goes_has_a_wide_spread()
    {
        var usual = UsualRate.Of([new(1, 4), new(3, 4), new(0, 4), new(2, 4), new(4, 4), new(1, 4), new(3, 4)]);

        Math.Abs(usual.Significance(new Share(20, 20))).ShouldBeLessThan(2.5);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void Few_observations_are_never_very_significant(int observations) =>
        UsualRate.Of(Enumerable.Repeat(new Share(0, 10), 8)).Significance(new Share(observations, observations)).ShouldBeLessThan(13);

    [Fact]
    public void Without_observations_nothing_is_significant()
    {
        UsualRate.Of([]).Significance(new Share(5, 5)).ShouldBe(0);
        UsualRate.Of([new Share(1, 2)]).Significance(new Share(0, 0)).ShouldBe(0);
    }

    [Fact]
    public void Strengths_lie_between_nothing_and_certainty()
    {
        Strength.OfSignificance(1.9).ShouldBe(0);
        Strength.OfSignificance(-20).ShouldBeInRange(0.98, 1);
        Strength.OfRatio(10, 10, 1).ShouldBe(0);
        Strength.OfRatio(1, 1000, 1).ShouldBe(1);
        Strength.Combine([0.5, 0.5]).ShouldBe(0.75);
        Strength.Combine([]).ShouldBe(0);
    }

    [Fact]
    public void Quantiles_of_nothing_are_no_number()
    {
        Robust.Quantile(ReadOnlySpan<double>.Empty, 0.5).ShouldBe(double.NaN);
        Robust.Median([]).ShouldBe(double.NaN);
        Robust.WeightedMedian([]).ShouldBe(double.NaN);
        Robust.Median([3, 1, 2, 4]).ShouldBe(2.5);
        Robust.WeightedMedian([new(1, 1), new(9, 5), new(2, 1)]).ShouldBe(9);
    }
}
