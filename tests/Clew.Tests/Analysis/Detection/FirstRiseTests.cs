using Clew.Analysis.Detection;

namespace Clew.Tests.Analysis.Detection;

public sealed class FirstRiseTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("0 0 0", null)]
    [InlineData("0 0 1 0 0", "2-3")]
    [InlineData("0 0 0 9 8 7 0 0", "3-6")]
    [InlineData("9 9 0 0 0 0 0 0 0 0 0 0 0 0 8 8 8", "14-17")]
    [InlineData("0 0 0 0 0 0 0 9 0 0 9 9", "7-12")]
    [InlineData("20 22 19 21 20 60 70 20 21", "5-7")]
    [InlineData("20 22 19 21 20 24 20 21", "7-8")]
    public void The_latest_rise_above_what_is_usual_is_found(string counts, string? expected)
    {
        var rise = FirstRise.Of([.. counts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)]);
        (rise is { } found ? $"{found.First}-{found.End}" : null).ShouldBe(expected);
    }
}
