using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using FsCheck;
using FsCheck.Fluent;

namespace Clew.Tests.Server.Api;

public sealed class ParameterTextTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("250ms", 250_000_000L)]
    [InlineData("1.5s", 1_500_000_000L)]
    [InlineData("4500ns", 4_500L)]
    [InlineData("2us", 2_000L)]
    [InlineData("2\u00b5s", 2_000L)]
    [InlineData("2\u03bcs", 2_000L)]
    [InlineData("1h30m", 5_400_000_000_000L)]
    [InlineData("1m2.5s", 62_500_000_000L)]
    [InlineData("7d", 604_800_000_000_000L)]
    [InlineData(".5s", 500_000_000L)]
    public void A_length_of_time_is_read(string text, long nanoseconds)
    {
        DurationText.TryParse(text, out var read).ShouldBeTrue();
        read.ShouldBe(nanoseconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("fast")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("1.2.3s")]
    [InlineData("5S")]
    [InlineData("5w")]
    [InlineData("99999999999999999999999999999999999999s")]
    [InlineData("300000d")]
    public void Anything_else_is_no_length_of_time(string? text) => DurationText.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2026-08-21T10:00:00Z", "2026-08-21T10:00:00.000000000Z")]
    [InlineData("2026-08-21T10:00:00.123456789Z", "2026-08-21T10:00:00.123456789Z")]
    [InlineData("2026-08-21t10:00:00.5z", "2026-08-21T10:00:00.500000000Z")]
    [InlineData("2026-08-21 10:00:00", "2026-08-21T10:00:00.000000000Z")]
    [InlineData("2026-08-21T12:00:00+02:00", "2026-08-21T10:00:00.000000000Z")]
    [InlineData("2026-08-21", "2026-08-21T00:00:00.000000000Z")]
    [InlineData("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000000Z")]
    [InlineData("0", "1970-01-01T00:00:00.000000000Z")]
    [InlineData("1485449191", "2017-01-26T16:46:31.000000000Z")]
    [InlineData("1485449191639", "2017-01-26T16:46:31.639000000Z")]
    [InlineData("1485449191639875", "2017-01-26T16:46:31.639875000Z")]
    [InlineData("1485449191639875001", "2017-01-26T16:46:31.639875001Z")]
    public void A_moment_is_read(string text, string moment)
    {
        TimestampText.TryParse(text, out var read).ShouldBeTrue();
        read.ToString().ShouldBe(moment);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("-5")]
    [InlineData("2026-02-30")]
    [InlineData("2026-08-21T25:00:00Z")]
    [InlineData("2026-08-21T10:00Z")]
    [InlineData("9999-12-31T00:00:00Z")]
    [InlineData("99999999999999999999")]
    [InlineData("99000000000")]
    public void Anything_else_is_no_moment(string? text) => TimestampText.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Every_moment_reads_back_as_it_was_written()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), nanoseconds =>
        {
            var moment = new Clew.Telemetry.Timestamp(nanoseconds);
            TimestampText.TryParse(moment.ToString(), out var read).ShouldBeTrue();
            read.ShouldBe(moment);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("trace", 1)]
    [InlineData("Debug", 5)]
    [InlineData("info", 9)]
    [InlineData("WARN", 13)]
    [InlineData("warning", 13)]
    [InlineData("error", 17)]
    [InlineData("fatal", 21)]
    [InlineData("18", 18)]
    [InlineData("0", null)]
    [InlineData("25", null)]
    [InlineData("loud", null)]
    public void A_severity_is_a_word_or_a_number(string text, int? severity) => SeverityWords.Parse(text).ShouldBe(severity);

    [Fact]
    public void Severities_have_the_short_names_of_the_standard()
    {
        SeverityWords.NameOf(1).ShouldBe("TRACE");
        SeverityWords.NameOf(14).ShouldBe("WARN2");
        SeverityWords.NameOf(24).ShouldBe("FATAL4");
        SeverityWords.NameOf(0).ShouldBeNull();
        SeverityWords.NameOf(25).ShouldBeNull();
    }
}
