using Clew.Analysis.Statistics;

namespace Clew.Tests.Analysis.Statistics;

/// <summary>A level that turns into a climb is found where it turns; what does not climb steadily is no trend.</summary>
public sealed class TrendTests
{
    private static readonly double[] Noise = [.. Enumerable.Range(0, 400).Select(i => Math.Sin(i * 12.9898) * 43758.5453 % 1)];

    [Theory]
    [InlineData(60, 20)]
    [InlineData(200, 50)]
    [InlineData(300, 0)]
    public void A_climb_is_found_where_it_begins(int count, int begin)
    {
        var values = Enumerable.Range(0, count).Select(i => 200 + (3.0 * Math.Max(0, i - begin)) + (2 * Noise[i])).ToArray();
        Trend.Break(values).ShouldNotBeNull().ShouldBeInRange(begin - 5, begin + 5);
    }

    [Fact]
    public void Noise_is_no_climb() => Trend.Break([.. Enumerable.Range(0, 200).Select(i => 200 + (20 * Noise[i]))]).ShouldBeNull();

    [Fact]
    public void A_jump_is_no_climb() => Trend.Break([.. Enumerable.Range(0, 200).Select(i => i < 190 ? 200.0 : 500)]).ShouldBeNull();

    [Fact]
    public void A_fall_is_no_climb() => Trend.Break([.. Enumerable.Range(0, 200).Select(i => 500.0 - i)]).ShouldBeNull();

    [Fact]
    public void A_slight_rise_is_no_climb() => Trend.Break([.. Enumerable.Range(0, 200).Select(i => 500 + (i * 0.1))]).ShouldBeNull();

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Too_few_values_are_none(int count) => Trend.Break([.. Enumerable.Range(0, count).Select(i => (double)i)]).ShouldBeNull();
}
