using Clew.Cli.Client;
using Clew.Cli.Rendering;

namespace Clew.Tests.Cli.Rendering;

public sealed class QueryTextTests
{
    private static readonly Page Page = new() { Width = 100 };

    [Fact]
    public void Traces_show_their_sets_and_what_is_left_out()
    {
        TempoSpan span = new("eee19b7ec3c1b174", "POST /pay", "250000000", [new("status", new TempoValue(StringValue: "error")), new("items", new TempoValue(IntValue: "3"))]);
        TempoTraces found = new(
            [new("5b8efff798038103d269b633813fc60c", "checkout", "POST /pay", "1772359200000000000", 250, [new([span], 5, [new("by(kind)", new TempoValue(StringValue: "server"))])])],
            new TempoWork(2, 1, 2));

        var lines = QueryText.Traces(found, Page).Select(line => line.ToString()).ToList();

        lines.ShouldBe(
        [
            "5b8efff798038103d269b633813fc60c  checkout  POST /pay  250 ms",
            "  by(kind)=server",
            "  eee19b7ec3c1b174  250 ms  POST /pay  status=error items=3",
            "  … 4 more spans; --spans shows them",
            "There were more traces than a search looks at: some that match may be missing. Ask for less time or add conditions.",
        ]);
        QueryText.Traces(new TempoTraces([]), Page).Single().ToString().ShouldBe("No trace matches in this time.");
    }

    [Fact]
    public void Metrics_are_drawn()
    {
        TempoMetrics metrics = new([new([new("name", new TempoValue(StringValue: "get"))], [new("0", 1), new("1", 0), new("2", 8)])]);

        var lines = QueryText.Series(metrics, Page).Select(line => line.ToString().TrimEnd()).ToList();

        lines.ShouldBe(["SERIES    MIN  MAX  LAST  OVER TIME", "name=get    0    8     8  ▁ █"]);
        QueryText.Numbers(new TempoMetrics([new([new("p", new TempoValue(DoubleValue: 0.9))], null, 0.25)]), Page).Select(line => line.ToString().TrimEnd()).ShouldBe(["SERIES  VALUE", "p=0.9    0.25"]);
        QueryText.Series(new TempoMetrics([]), Page).Single().ToString().ShouldBe("No span matches in this time.");
    }
}
