using Clew.Analysis.Statistics;
using FsCheck;
using FsCheck.Fluent;

namespace Clew.Tests.Analysis.Statistics;

public sealed class SeriesShapeTests
{
    [Fact]
    public void Changes_of_level_are_found_where_they_are()
    {
        var values = Noisy(30, 10).Concat(Noisy(20, 25)).Concat(Noisy(25, 12)).ToArray();

        var found = ChangePoints.Find(values);

        found.Count.ShouldBe(2);
        found[0].ShouldBeInRange(29, 31);
        found[1].ShouldBeInRange(49, 51);
    }

    [Fact]
    public void Noise_and_what_never_moves_have_no_change()
    {
        ChangePoints.Find([.. Noisy(120, 10)]).ShouldBeEmpty();
        ChangePoints.Find([.. Enumerable.Repeat(7.0, 50)]).ShouldBeEmpty();
        ChangePoints.Find([1, 2]).ShouldBeEmpty();
    }

    [Fact]
    public void A_step_is_found_at_any_height_and_place() =>
        Prop.ForAll(Gen.Choose(6, 40).ToArbitrary(), Gen.Choose(8, 1000).ToArbitrary(), Gen.Choose(-1_000_000, 1_000_000).ToArbitrary(), (at, height, level) =>
        {
            var values = Noisy(at, level).Concat(Noisy(20, level + height)).ToArray();
            ChangePoints.Find(values).ShouldContain(c => Math.Abs(c - at) <= 1, $"step of {height} at {at} from {level}");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_season_is_found_and_taken_away()
    {
        double[] values = [.. Enumerable.Range(0, 72).Select(i => 100 + (20 * Math.Sin(2 * Math.PI * i / 12)) + (0.2 * i))];

        SeasonalDecomposition.FindPeriod(values).ShouldBe(12);
        var parts = SeasonalDecomposition.Of(values, 12).ShouldNotBeNull();

        parts.Rest.Skip(6).Take(60).Select(Math.Abs).Max().ShouldBeLessThan(4);
        parts.Season.Take(12).Sum().ShouldBe(0, 1e-9);
        for (var i = 0; i < values.Length; i++)
        {
            (parts.Trend[i] + parts.Season[i] + parts.Rest[i]).ShouldBe(values[i], 1e-9);
        }
    }

    [Fact]
    public void An_incident_does_not_bend_the_season()
    {
        double[] values = [.. Enumerable.Range(0, 72).Select(i => 100 + (20 * Math.Sin(2 * Math.PI * i / 12)) + (i is >= 60 and < 64 ? 300 : 0))];

        var parts = SeasonalDecomposition.Of(values, 12).ShouldNotBeNull();

        parts.Rest.Skip(60).Take(4).Min().ShouldBeGreaterThan(200);
        parts.Rest.Take(48).Select(Math.Abs).Max().ShouldBeLessThan(15);
    }

    [Fact]
    public void Once_is_no_season()
    {
        SeasonalDecomposition.Of([1, 2, 3, 4, 5, 6, 7], 4).ShouldBeNull();
        var random = new System.Random(11);
        SeasonalDecomposition.FindPeriod([.. Enumerable.Range(0, 60).Select(_ => random.NextDouble())]).ShouldBeNull();
        SeasonalDecomposition.FindPeriod([.. Enumerable.Range(0, 60).Select(i => (double)i)]).ShouldBeNull();
    }

    [Fact]
    public void A_disk_that_fills_is_full_when_the_line_says()
    {
        // 90 % now, one percent more every minute: full in ten minutes. Two odd points change nothing.
        var points = Enumerable.Range(0, 30).Select(i => (Seconds: -60.0 * i, Value: i is 4 or 17 ? 0.1 : 0.90 - (0.01 * i))).ToArray();

        var line = TrendLine.Of(points).ShouldNotBeNull();
        var full = line.Reaches(1, 0).ShouldNotBeNull();

        full.Seconds.ShouldBe(600, 15);
        full.Earliest.ShouldBeLessThanOrEqualTo(full.Seconds);
        full.Latest.ShouldBeGreaterThanOrEqualTo(full.Seconds);
        line.Low.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void What_does_not_surely_rise_is_never_full()
    {
        TrendLine.Of([.. Enumerable.Range(0, 20).Select(i => ((double)i, 0.5 + (0.1 * (i % 2))))])!.Value.Reaches(1, 20).ShouldBeNull();
        TrendLine.Of([.. Enumerable.Range(0, 20).Select(i => ((double)i, 0.9 - (0.01 * i)))])!.Value.Reaches(1, 20).ShouldBeNull();
        TrendLine.Of([.. Enumerable.Range(0, 20).Select(i => ((double)i, 1.0 + i))])!.Value.Reaches(1, 20).ShouldBe(new Exhaustion(0, 0, 0));
        TrendLine.Of([(0, 1), (1, 2)]).ShouldBeNull();
        TrendLine.Of([.. Enumerable.Repeat((1.0, 2.0), 10)]).ShouldBeNull();
    }

    [Fact]
    public void The_slope_of_a_line_is_its_slope_however_many_points() =>
        Prop.ForAll(Gen.Choose(6, 600).ToArbitrary(), Gen.Choose(-50, 50).ToArbitrary(), (count, slope) =>
        {
            var line = TrendLine.Of([.. Enumerable.Range(0, count).Select(i => ((double)i, (slope * (double)i) + 3))]).ShouldNotBeNull();
            line.Slope.ShouldBe(slope, 1e-9);
            line.At(0).ShouldBe(3, 1e-6);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_bounded_sample_is_evenly_spread_and_the_same_each_time() =>
        Prop.ForAll(Gen.Choose(0, 5000).ToArbitrary(), Gen.Choose(2, 64).ToArbitrary(), (count, capacity) =>
        {
            var sample = new BoundedSample<int>(capacity);
            for (var i = 0; i < count; i++)
            {
                sample.Add(i);
            }

            sample.Seen.ShouldBe(count);
            sample.Kept.Count.ShouldBeLessThanOrEqualTo(capacity);
            sample.Kept.Count.ShouldBeGreaterThanOrEqualTo(Math.Min(count, capacity / 2));
            sample.Kept.ShouldBeInOrder();
            if (sample.Kept.Count > 1)
            {
                var strides = sample.Kept.Zip(sample.Kept.Skip(1), (a, b) => b - a).Distinct().ToArray();
                strides.Length.ShouldBe(1);
                sample.Kept[0].ShouldBe(0);
            }
        }).QuickCheckThrowOnFailure();

    /// <summary>Values around a level, spread evenly within ±1, the same in every run.</summary>
    private static IEnumerable<double> Noisy(int count, double level) => Enumerable.Range(0, count).Select(i => level + (2 * (((i + 1) * 0.6180339887498949) % 1)) - 1);
}
