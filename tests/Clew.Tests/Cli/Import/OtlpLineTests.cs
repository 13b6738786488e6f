using System.Text;
using Clew.Cli;
using Clew.Cli.Import;

namespace Clew.Tests.Cli.Import;

public sealed class OtlpLineTests
{
    [Fact]
    public void Counts_spans_and_their_time_range_and_finds_the_inside_of_the_array()
    {
        const string elements =
            """{"resource":{"attributes":[{"key":"spans","value":{"stringValue":"[{"}}]},"scopeSpans":[{"spans":[{"startTimeUnixNano":"10","endTimeUnixNano":40,"events":[{"timeUnixNano":"99"}]},{"startTimeUnixNano":"7","endTimeUnixNano":"8"}]},{"scope":{},"spans":[{}]}]}, {"scopeSpans":[]}""";
        var (parts, wrong) = Scan("{ \"resourceSpans\" : [" + elements + "] }");

        wrong.ShouldBeNull();
        parts[0].ShouldBe(new LinePart(21, elements.Length, 2, 3, 7, 40));
        parts[1].ShouldBe(LinePart.None);
        parts[2].ShouldBe(LinePart.None);
    }

    [Fact]
    public void Counts_log_records_by_their_time_and_not_by_when_they_were_observed()
    {
        var (parts, wrong) = Scan("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"5","observedTimeUnixNano":"900"},{"timeUnixNano":"3"}]}]}]}""");

        wrong.ShouldBeNull();
        parts[1].Records.ShouldBe(2);
        (parts[1].First, parts[1].Last).ShouldBe((3, 5));
    }

    [Fact]
    public void Counts_data_points_of_every_kind_of_metric_and_leaves_out_where_their_sums_began()
    {
        var (parts, wrong) = Scan(
            """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a","gauge":{"dataPoints":[{"timeUnixNano":"50"}]}},{"name":"dataPoints","sum":{"dataPoints":[{"startTimeUnixNano":"1","timeUnixNano":"60","exemplars":[{"timeUnixNano":"2"}]},{}],"isMonotonic":true}},{"exponentialHistogram":{"dataPoints":[{"positive":{"bucketCounts":["1"]}}]}}]}]}]}""");

        wrong.ShouldBeNull();
        parts[2].Records.ShouldBe(4);
        (parts[2].First, parts[2].Last).ShouldBe((50, 60));
    }

    [Fact]
    public void A_line_may_carry_several_signals_and_keys_nobody_knows()
    {
        var (parts, wrong) = Scan("""{"note":{"resourceSpans":[1]},"resourceLogs":[{"scopeLogs":[]}],"resourceSpans":[{}],"resourceMetrics":[]}""");

        wrong.ShouldBeNull();
        parts[0].Resources.ShouldBe(1);
        parts[1].Resources.ShouldBe(1);
        parts[2].Length.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"na""", "the JSON ends too early, after 47 bytes")]
    [InlineData("""{"resourceSpans":[{]}""", "not JSON: ")]
    [InlineData("""{"resourceSpans":[]} {"resourceSpans":[]}""", "not JSON: ")]
    [InlineData("""{"resourceSpans":{}}""", "resourceSpans is not an array")]
    [InlineData("""{"resourceSpans":[{}],"resourceSpans":[{}]}""", "resourceSpans stands twice in the object")]
    [InlineData("""{"data":[]}""", "this looks like Jaeger's JSON")]
    [InlineData("""{"resourceProfiles":[]}""", "profiles cannot be imported yet")]
    [InlineData("""{"level":"info","msg":"hello"}""", "no resourceSpans, resourceLogs or resourceMetrics in it (its first key is \"level\")")]
    [InlineData("{}", "an empty object")]
    [InlineData("[1]", "not an OTLP/JSON object")]
    [InlineData("2026-01-01 INFO started", "not JSON: ")]
    public void Says_what_is_wrong_with_a_line(string line, string expected) => Scan(line).Wrong.ShouldNotBeNull().ShouldStartWith(expected);

    [Fact]
    public void Nesting_beyond_the_limit_is_a_bad_line_and_not_a_crash()
    {
        var deep = string.Concat(Enumerable.Repeat("[", Limits.JsonDepth + 10)) + string.Concat(Enumerable.Repeat("]", Limits.JsonDepth + 10));

        Scan("{\"resourceSpans\":" + deep + "}").Wrong.ShouldNotBeNull().ShouldStartWith("not JSON: ");
    }

    private static (LinePart[] Parts, string? Wrong) Scan(string line)
    {
        var parts = new LinePart[3];
        var wrong = OtlpLine.Scan(Encoding.UTF8.GetBytes(line), parts);
        return (parts, wrong);
    }
}
