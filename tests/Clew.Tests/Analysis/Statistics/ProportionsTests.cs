using Clew.Analysis.Statistics;
using FsCheck;
using FsCheck.Fluent;
using Interval = Clew.Analysis.Statistics.Interval;

namespace Clew.Tests.Analysis.Statistics;

public sealed class ProportionsTests
{
    [Fact]
    public void Wilsons_interval_is_the_published_one()
    {
        // Newcombe 1998, table I: 81 of 263.
        var interval = Proportions.Wilson(new Share(81, 263));
        interval.Low.ShouldBe(0.2553, 0.0001);
        interval.High.ShouldBe(0.3662, 0.0001);
        Proportions.Wilson(new Share(0, 20)).High.ShouldBe(0.1611, 0.0001);
        Proportions.Wilson(new Share(0, 0)).ShouldBe(new Interval(0, 1));
    }

    [Fact]
    public void The_interval_of_a_difference_is_the_published_one()
    {
        // Newcombe 1998 (comparison of eleven methods), table II: 56/70 less 48/80.
        var interval = Proportions.Difference(new Share(56, 70), new Share(48, 80));
        interval.Low.ShouldBe(0.0524, 0.0001);
        interval.High.ShouldBe(0.3339, 0.0001);
    }

    [Fact]
    public void Fishers_test_is_exact_for_the_tea_tasting_lady()
    {
        Proportions.FisherGreater(new Share(3, 4), new Share(1, 4)).ShouldBe(17.0 / 70, 1e-9);
        Proportions.FisherGreater(new Share(4, 4), new Share(0, 4)).ShouldBe(1.0 / 70, 1e-9);
        Proportions.FisherGreater(new Share(0, 4), new Share(4, 4)).ShouldBe(1, 1e-9);
        Proportions.FisherGreater(new Share(300, 1000), new Share(2000, 100_000)).ShouldBeLessThan(1e-100);
    }

    [Fact]
    public void False_discovery_rates_are_those_of_the_textbook()
    {
        double[] chances = [0.01, 0.04, 0.03, 0.005];
        Proportions.FalseDiscoveryRates(chances).ShouldBe([0.02, 0.04, 0.04, 0.02], 1e-12);
        Proportions.FalseDiscoveryRates([]).ShouldBeEmpty();
    }

    [Fact]
    public void Of_tests_of_pure_chance_hardly_any_is_believed()
    {
        var random = new System.Random(20260101);
        var chances = Enumerable.Range(0, 1000).Select(_ => random.NextDouble()).ToArray();
        Proportions.FalseDiscoveryRates(chances).Count(r => r <= 0.05).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Intervals_hold_what_was_observed_and_association_has_its_bounds() =>
        Prop.ForAll(Shares().ToArbitrary(), pair =>
        {
            var (a, b) = pair;
            Proportions.Wilson(a).Contains(a.Rate).ShouldBeTrue();
            Proportions.Difference(a, b).Contains(a.Rate - b.Rate).ShouldBeTrue();
            Proportions.Association(a, b).ShouldBeInRange(-1.0000001, 1.0000001);
            Proportions.FisherGreater(a, b).ShouldBeInRange(0, 1);
        }).QuickCheckThrowOnFailure();

    private static Gen<(Share, Share)> Shares() =>
        from ofA in Gen.Choose(1, 500)
        from ofB in Gen.Choose(1, 500)
        from hitsA in Gen.Choose(0, ofA)
        from hitsB in Gen.Choose(0, ofB)
        select (new Share(hitsA, ofA), new Share(hitsB, ofB));
}
