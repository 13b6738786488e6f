using System.Text.Json;
using Clew.Cli.Client;
using Clew.Cli.Rendering;

namespace Clew.Tests.Cli;

/// <summary>Answers of Prometheus's API on the terminal and as lines of fields.</summary>
public sealed class PromQlTextTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private const string Matrix = """
        {"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"__name__":"a","x":"1,2"},"values":[[0,"1"],[60.5,"3"],[120,"NaN"]]},
        {"metric":{},"values":[[60,"2"]],"histograms":[[120,{"count":"6","sum":"30","buckets":[]}]]}]},"warnings":["PromQL warning: mind"]}
        """;

    [Fact]
    public void A_vector_is_a_table_and_a_single_number_alone()
    {
        Text(PromQlText.Values(Read("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},"value":[1,"1"]},{"metric":{"b":"c"},"histogram":[1,{"count":"6","sum":"30"}]}]}}"""), Page())).ShouldBe(
        [
            "SERIES                        VALUE",
            "up{job=\"a\"}                       1",
            "{b=\"c\"}      histogram of 6, sum 30",
        ]);
        Text(PromQlText.Values(Read("""{"status":"success","data":{"resultType":"scalar","result":[1,"42"]}}"""), Page())).ShouldBe(["42"]);
        Text(PromQlText.Values(Read("""{"status":"success","data":{"resultType":"vector","result":[]},"infos":["PromQL info: hm"]}"""), Page())).ShouldBe(["No series matches in this time.", "PromQL info: hm"]);
    }

    [Fact]
    public void A_range_is_a_chart_over_the_time_of_all_series()
    {
        var lines = Text(PromQlText.Charts(Read(Matrix), Page())).ToList();

        lines.Count.ShouldBe(4);
        lines[1].ShouldMatch("^a\\{x=\"1,2\"\\} +1 +3 +NaN +▃ +█ *$");
        lines[2].ShouldMatch("^\\{\\} +2 +2 +2 +█ *$");
        lines[3].ShouldBe("PromQL warning: mind");
    }

    [Fact]
    public void Fields_with_commas_and_quotes_are_quoted() => PromQlText.Csv(Read(Matrix)).ShouldBe(
    [
        "time,series,value",
        "1970-01-01T00:00:00.000Z,\"a{x=\"\"1,2\"\"}\",1",
        "1970-01-01T00:01:00.500Z,\"a{x=\"\"1,2\"\"}\",3",
        "1970-01-01T00:02:00.000Z,\"a{x=\"\"1,2\"\"}\",NaN",
        "1970-01-01T00:01:00.000Z,{},2",
        "1970-01-01T00:02:00.000Z,{},\"histogram of 6, sum 30\"",
    ]);

    private static PrometheusReply Read(string json) => JsonSerializer.Deserialize<PrometheusReply>(json, Web)!;

    private static IEnumerable<string> Text(IEnumerable<Line> lines) => lines.Select(line => line.ToString().TrimEnd());

    private static Page Page() => new() { Width = 120 };
}
