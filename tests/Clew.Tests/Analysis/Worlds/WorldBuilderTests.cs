using System.Text;
using Clew.Analysis.Worlds;
using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Analysis.Worlds;

public sealed class WorldBuilderTests
{
    private static readonly long Start = SpanBatchBuilder.Start.UnixNanoseconds;

    [Theory]
    [InlineData(1_500)]
    [InlineData(-1_500)]
    public void A_machine_whose_clock_is_wrong_is_set_by_its_callers(double wrong)
    {
        var world = Build(wrong);
        var spans = world.Traces.ShouldHaveSingleItem().Spans;
        spans.Count.ShouldBe(4);
        spans[0].Offset.ShouldBe(0);
        for (var i = 1; i < spans.Count; i++)
        {
            var parent = spans[spans[i].Parent];
            spans[i].Offset.ShouldBeInRange(parent.Offset, parent.Offset + parent.Duration);
            (spans[i].Offset + spans[i].Duration).ShouldBeLessThanOrEqualTo(parent.Offset + parent.Duration);
        }
    }

    [Fact]
    public void Clocks_that_agree_are_left_alone() =>
        Build(0).Traces[0].Spans.Select(s => s.Offset / 1e6).ShouldBe([0, 5, 6, 7]);

    [Fact]
    public void Statements_that_differ_in_names_are_one_and_others_are_not()
    {
        string[] people = ["anna", "bela", "cleo", "dora", "emil", "fritz", "gerd", "hanna", "ines", "jana", "karl", "lena"];
        var world = OfLines(
        [
            .. people.Select(name => (9, $"login of {name} was refused by policy")),
            .. people.Select(name => (9, $"login of {name} was refused by policy")),
            (17, "login of mallory was refused by policy"),
            (9, "cache warmed up"),
            (9, "index was built anew"),
        ]);

        world.Templates.Select(t => (t.Text, t.IsError)).ShouldBe(
            [("login of <*> was refused by policy", false), ("login of mallory was refused by policy", true), ("cache warmed up", false), ("index was built anew", false)], ignoreOrder: true);
        world.LogRates.Select(r => (world.Templates[r.Template].Text, r.Counts[0])).ShouldContain(("login of <*> was refused by policy", 2 * people.Length));
        world.LogRates.Sum(r => r.Counts[0]).ShouldBe((2 * people.Length) + 3);
        world.LogRates.ShouldAllBe(r => r.FirstInWindow > 0);
    }

    private static World OfLines((int Severity, string Text)[] lines)
    {
        var records = string.Join(',', lines.Select((line, i) => $$$"""{"timeUnixNano":"{{{Start + i}}}","severityNumber":{{{line.Severity}}},"body":{"stringValue":"{{{line.Text}}}"}}"""));
        var batch = new LogBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeJson(Encoding.UTF8.GetBytes($$$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{{{records}}} ]}]}]}"""), batch).Accepted.ShouldBe(lines.Length);
        var builder = new WorldBuilder(new WorldStretch(Start - 1, Start + 10_000_000_000, 0, 0), [new WorldStretch(Start - 20_000_000_000, Start - 1, 0, 0)]);
        builder.Add(batch);
        return builder.Build(new WorldFrame("As given.", "As given."));
    }

    /// <summary>A request through three services, the middle one with a clock that is wrong by so many milliseconds.</summary>
    private static World Build(double wrong)
    {
        var batch = new SpanBatchBuilder();
        var orders = batch.Resource("orders", ("service.instance.id", "orders-0"));
        batch.Span(1, 1, service: "gateway", name: "GET /", startMs: 0, durationMs: 60, kind: SpanKind.Server)
            .Span(1, 2, 1, "gateway", "POST", 5, 50, SpanKind.Client)
            .Span(1, 3, 2, "orders", "POST /orders", 6 + wrong, 48, SpanKind.Server, resource: orders)
            .Span(1, 4, 3, "orders", "SELECT", 7 + wrong, 10, SpanKind.Client, resource: orders);
        var builder = new WorldBuilder(new WorldStretch(Start - 1, Start + 10_000_000_000, 4, 1), [new WorldStretch(Start - 20_000_000_000, Start - 1, 0, 0)]);
        builder.Add(batch.Batch);
        return builder.Build(new WorldFrame("As given.", "As given."));
    }
}
