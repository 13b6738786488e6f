using Clew.Cli.Commands;
using Clew.Telemetry;

namespace Clew.Tests.Cli;

public sealed class TimeArgumentsTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 21, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo East = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(2), "east", "east");

    [Theory]
    [InlineData("now", "2026-08-21T10:00:00.000000000Z")]
    [InlineData("-15m", "2026-08-21T09:45:00.000000000Z")]
    [InlineData("now-1h30m", "2026-08-21T08:30:00.000000000Z")]
    [InlineData("+5m", "2026-08-21T10:05:00.000000000Z")]
    [InlineData("1787306400", "2026-08-21T10:00:00.000000000Z")]
    [InlineData("1787306400123", "2026-08-21T10:00:00.123000000Z")]
    [InlineData("1787306400123456", "2026-08-21T10:00:00.123456000Z")]
    [InlineData("1787306400123456789", "2026-08-21T10:00:00.123456789Z")]
    [InlineData("2026-08-21T10:00:00.123456789Z", "2026-08-21T10:00:00.123456789Z")]
    [InlineData("2026-08-21T10:00:00+02:00", "2026-08-21T08:00:00.000000000Z")]
    [InlineData("2026-08-21 10:00:00", "2026-08-21T08:00:00.000000000Z")]
    [InlineData("2026-08-21", "2026-08-20T22:00:00.000000000Z")]
    [InlineData("11:30", "2026-08-21T09:30:00.000000000Z")]
    [InlineData("12:00:30", "2026-08-20T10:00:30.000000000Z")]
    public void Reads_moments_as_people_write_them(string text, string expected)
    {
        TimeArguments.TryParse(text, East, Now, out var time).ShouldBeTrue();

        time.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("15m")]
    [InlineData("now2026-01-01")]
    [InlineData("-")]
    [InlineData("25:00")]
    [InlineData("2026-13-01")]
    public void Refuses_what_is_no_moment(string text)
    {
        TimeArguments.TryParse(text, East, Now, out _).ShouldBeFalse();
        string? error = null;
        TimeArguments.Parse(text, "--start", East, Now, sentence => error = sentence).ShouldBeNull();
        error.ShouldNotBeNull().ShouldStartWith($"--start is '{text}'; expected ");
    }

    [Fact]
    public void A_zone_with_another_offset_in_summer_and_winter_is_right_on_both()
    {
        TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out var berlin).ShouldBeTrue();

        TimeArguments.TryParse("2026-01-15T12:00:00", berlin!, Now, out var winter).ShouldBeTrue();
        TimeArguments.TryParse("2026-07-15T12:00:00", berlin!, Now, out var summer).ShouldBeTrue();
        (winter, summer).ShouldBe((Timestamp.FromDateTimeOffset(new(2026, 1, 15, 11, 0, 0, TimeSpan.Zero)), Timestamp.FromDateTimeOffset(new(2026, 7, 15, 10, 0, 0, TimeSpan.Zero))));
    }
}
