using Clew.Analysis.Statistics;
using FsCheck;
using FsCheck.Fluent;

namespace Clew.Tests.Analysis.Statistics;

public sealed class SeriesCorrelationTests
{
    [Fact]
    public void Coefficients_are_those_of_the_textbook()
    {
        double[] a = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
        double[] b = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];

        SeriesCorrelation.Spearman(a, b).ShouldBe(-29.0 / 165, 1e-9);
        SeriesCorrelation.Pearson([1, 2, 3, 4], [2, 4, 6, 8]).ShouldBe(1, 1e-12);
        SeriesCorrelation.Pearson([1, 2, 3, 4], [5, 5, 5, 5]).ShouldBe(0);
    }

    [Fact]
    public void Equal_values_share_their_rank() => SeriesCorrelation.Ranks([3, 1, 3, 2]).ShouldBe([3.5, 1, 3.5, 2]);

    [Fact]
    public void The_lag_is_found_by_which_one_goes_before_the_other()
    {
        double[] first = [.. Enumerable.Range(0, 60).Select(i => Math.Sin(i * 0.9) + (i % 7))];
        double[] second = [.. Enumerable.Range(0, 60).Select(i => i < 3 ? double.NaN : first[i - 3])];

        var best = SeriesCorrelation.Lagged(first, second, maxLag: 5, minPairs: 10).ShouldNotBeNull();

        best.Lag.ShouldBe(3);
        best.Spearman.ShouldBe(1, 1e-9);
        SeriesCorrelation.Lagged(first, second, maxLag: 5, minPairs: 100).ShouldBeNull();
    }

    [Fact]
    public void Coefficients_are_symmetric_bounded_and_blind_to_scale() =>
        Prop.ForAll(Series(12).ToArbitrary(), Series(12).ToArbitrary(), (a, b) =>
        {
            var pearson = SeriesCorrelation.Pearson(a, b);
            pearson.ShouldBeInRange(-1, 1);
            SeriesCorrelation.Pearson(b, a).ShouldBe(pearson, 1e-9);
            SeriesCorrelation.Pearson([.. a.Select(v => (3 * v) + 5)], b).ShouldBe(pearson, 1e-6);
            SeriesCorrelation.Spearman([.. a.Select(v => Math.Exp(v / 500.0))], b).ShouldBe(SeriesCorrelation.Spearman(a, b), 1e-9);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_rank_test_knows_which_group_is_larger()
    {
        double[] low = [.. Enumerable.Range(0, 20).Select(i => (double)i)];
        double[] high = [.. Enumerable.Range(0, 20).Select(i => 100.0 + i)];

        RankTest.Of(high, low).Superiority.ShouldBe(1);
        RankTest.Of(high, low).Sigmas.ShouldBeGreaterThan(5);
        RankTest.Of(low, low).Superiority.ShouldBe(0.5);
        RankTest.Of([], low).ShouldBe(new RankTest(0.5, 0));
        RankTest.Of([4, 4], [4, 4]).Sigmas.ShouldBe(0);
    }

    private static Gen<double[]> Series(int length) => Gen.Choose(-1000, 1000).Select(v => (double)v).ArrayOf(length);
}
