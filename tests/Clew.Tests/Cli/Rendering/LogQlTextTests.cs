using System.Text.Json;
using Clew.Cli.Client;
using Clew.Cli.Rendering;

namespace Clew.Tests.Cli.Rendering;

public sealed class LogQlTextTests
{
    private static readonly Page Page = new() { Width = 100 };

    [Fact]
    public void Lines_of_all_streams_stand_in_the_order_of_time_with_the_labels_that_tell_them_apart()
    {
        var reply = Reply(
            """
            [{"stream":{"app":"shop","level":"error"},"values":[["1787306403000000000","three"],["1787306401000000000","one"]]},
             {"stream":{"app":"shop","level":"info","pod":"a"},"values":[["1787306402000000000","two \u001b[31m"]]}]
            """);

        Text(LogQlText.Lines(reply, Page)).ShouldBe(
        [
            "{app=\"shop\"}",
            "── 2026-08-21 UTC",
            "10:00:01.000 {level=\"error\"} one",
            "10:00:02.000 {level=\"info\", pod=\"a\"} two \uFFFD[31m",
            "10:00:03.000 {level=\"error\"} three",
        ]);
        LogQlText.Lines(reply, Page).Last().Pieces[^1].Ink.ShouldBe(Ink.Bad);
    }

    [Fact]
    public void One_stream_has_its_labels_once()
    {
        Text(LogQlText.Lines(Reply("""[{"stream":{"app":"shop"},"values":[["1787306401000000000","one"]]}]"""), Page with { Unbounded = true })).ShouldBe(
            ["{app=\"shop\"}", "2026-08-21 10:00:01.000Z one"]);
    }

    [Fact]
    public void No_lines_are_said_to_be_none() => Text(LogQlText.Lines(Reply("[]"), Page)).ShouldBe(["No line matches in this time."]);

    private static List<string> Text(IEnumerable<Line> lines) => [.. lines.Select(line => line.ToString().TrimEnd())];

    private static PrometheusReply Reply(string streams) => new(new PrometheusData("streams", JsonDocument.Parse(streams).RootElement));
}
