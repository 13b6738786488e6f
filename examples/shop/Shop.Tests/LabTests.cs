using System.Text.Json.Nodes;
using Shop.Demo.Lab;
using Shop.Services;

namespace Shop.Tests;

public sealed class LabTests
{
    private static readonly IReadOnlyList<Scenario> All = Scenario.ReadAll(Path.Combine(AppContext.BaseDirectory, "lab"));

    [Fact]
    public void The_lab_has_incidents_of_every_sort()
    {
        All.Count(s => !s.IsHealthy).ShouldBeGreaterThanOrEqualTo(30);
        All.Count(s => s.Loudest.Length > 0).ShouldBeGreaterThanOrEqualTo(10);
        All.Count(s => s.Expect.Count == 2).ShouldBeGreaterThanOrEqualTo(5);
        All.Count(s => !s.IsHealthy && s.Decoys.Any()).ShouldBeGreaterThanOrEqualTo(5);
        All.Count(s => s.IsHealthy).ShouldBeGreaterThanOrEqualTo(5);
    }

    [Fact]
    public void The_loudest_is_never_the_guilty_one() => All.ShouldAllBe(s => s.Expect.All(names => !names.Contains(s.Loudest)));

    [Fact]
    public void Scenarios_name_services_of_the_shop_and_files_that_are_there()
    {
        foreach (var action in All.SelectMany(s => s.Before.Concat(s.Steps.Select(step => step.Action))))
        {
            switch (action.Verb)
            {
                case "switch" or "off" or "rollout" or "second" or "kill":
                    Workload.Find(action.Words[0].TrimEnd('+')).ShouldNotBeNull(action.Words[0]);
                    break;
                case "kubernetes":
                    File.Exists(Path.Combine(AppContext.BaseDirectory, "lab", "kubernetes", action.Words[0])).ShouldBeTrue(action.Words[0]);
                    break;
                default:
                    break;
            }
        }
    }

    [Fact]
    public void A_scenario_is_read_line_by_line()
    {
        var scenario = Scenario.Parse(
            "x",
            """
            # a remark
            about: Something
            fault: 12.5
            before: switch orders breaker
            at 3: change deploy auth "Roll out auth: a \ b" decoy
            at -1: switch dns forward-upstream min_ms=1 max_ms=2
            expect: dns | payments
            expect: auth
            change: deploy dns
            loudest: gateway
            """);
        scenario.Fault.ShouldBe(TimeSpan.FromSeconds(12.5));
        scenario.Before.ShouldHaveSingleItem().Verb.ShouldBe("switch");
        scenario.Steps.Select(s => s.At.TotalSeconds).ShouldBe([-1, 3]);
        scenario.Steps[0].Action.Words.ShouldBe(["dns", "forward-upstream", "min_ms=1", "max_ms=2"]);
        scenario.Decoys.ShouldHaveSingleItem().ShouldBe("Roll out auth: a \\ b");
        scenario.Expect.Select(e => string.Join(',', e)).ShouldBe(["dns,payments", "auth"]);
        scenario.Change.ShouldBe(("deploy", "dns"));
        scenario.Loudest.ShouldBe("gateway");
        scenario.IsHealthy.ShouldBeFalse();
    }

    [Theory]
    [InlineData("about: x")]
    [InlineData("expect: dns")]
    [InlineData("about: x\nexpect: nothing\nexpect: dns")]
    [InlineData("about: x\nexpect: dns\nat soon: kill dns")]
    [InlineData("about: x\nexpect: dns\nat 0: explode dns")]
    [InlineData("about: x\nexpect: dns\nat 0: kill")]
    [InlineData("about: x\nexpect: dns\nat 0: change deploy auth \"x\" really")]
    [InlineData("about: x\nexpect: dns\nsomething else")]
    public void What_is_not_understood_is_refused(string text) => Should.Throw<FormatException>(() => Scenario.Parse("x", text));

    [Theory]
    [InlineData("expect: dns", "CONFIRMED", "dns", "LIKELY", "", true, true)]
    [InlineData("expect: dns", "INCONCLUSIVE", "dns", "INCONCLUSIVE", "", true, true)]
    [InlineData("expect: dns", "LIKELY", "payments", "LIKELY", "", false, false)]
    [InlineData("expect: payments | dns", "LIKELY", "payments", "LIKELY", "", true, true)]
    [InlineData("expect: dns\nchange: deploy dns", "LIKELY", "dns", "LIKELY", "", true, false)]
    [InlineData("expect: dns\nexpect: auth", "LIKELY", "dns", "LIKELY", "", true, false)]
    [InlineData("expect: nothing", "INCONCLUSIVE", "dns", "INCONCLUSIVE", "", true, true)]
    [InlineData("expect: nothing", "LIKELY", "dns", "LIKELY", "", false, false)]
    public void Answers_are_judged(string expect, string verdict, string service, string sureness, string none, bool isRight, bool isComplete)
    {
        none.ShouldBeEmpty();
        var report = $$"""{"verdict": "{{verdict}}", "causes": [{"service": "{{service}}", "kind": "errors", "verdict": "{{sureness}}"}]}""";
        var judgement = Judgement.Of(Scenario.Parse("x", "about: x\n" + expect), report);
        judgement.IsRight.ShouldBe(isRight);
        judgement.IsComplete.ShouldBe(isComplete);
        judgement.BlamesDecoy.ShouldBeFalse();
    }

    [Fact]
    public void A_decoy_is_blamed_when_somebody_is_accused_with_it()
    {
        var scenario = Scenario.Parse("x", "about: x\nexpect: dns\nat -1: change deploy dns \"harmless\" decoy");
        string Report(string verdict) => $$"""{"verdict": "{{verdict}}", "causes": [{"service": "dns", "kind": "errors", "verdict": "{{verdict}}", "change": {"kind": "deploy", "target": "dns", "summary": "harmless"} }]}""";
        Judgement.Of(scenario, Report("LIKELY")).BlamesDecoy.ShouldBeTrue();
        Judgement.Of(scenario, Report("INCONCLUSIVE")).BlamesDecoy.ShouldBeFalse();
        Judgement.Of(scenario, """{"verdict": "INCONCLUSIVE", "causes": []}""").IsRight.ShouldBeFalse();
    }

    [Fact]
    public void A_world_comes_out_of_its_file_as_it_went_in_but_for_ids_and_small_change()
    {
        const string World =
            """
            {"schemaVersion": 1, "services": ["a"], "somethingNew": {"x": [1]},
             "traces": [
              {"traceId": "5b8efff798038103d269b633813fc60c", "stretch": -1, "start": 1795288484940740001, "spans": [
                {"spanId": "0102030405060708", "parent": -1, "operation": 0, "instance": 2, "offset": 0, "duration": 33912345, "isError": false},
                {"spanId": "0102030405060709", "parent": 0, "operation": 1, "instance": 0, "offset": 1200000, "duration": 30000000, "isError": true, "facts": {"peer": "x"}},
                {"spanId": "010203040506070a", "parent": 1, "operation": 1, "instance": 0, "offset": 2300000, "duration": 100000, "isError": false, "later": 7}],
               "logs": [{"span": 1, "service": 0, "template": 3, "offset": 5000000}]},
              {"traceId": "6b8efff798038103d269b633813fc60c", "stretch": 2, "start": 1795288485940740001, "spans": [
                {"spanId": "0202030405060708", "parent": -1, "operation": 0, "instance": 2, "offset": 0, "duration": 1, "isError": false}], "logs": []}],
             "series": [
              {"service": 0, "name": "m", "points": [{"time": 1795288484000000000, "value": 1.23456}, {"time": 1795288486000000000, "value": 1.23456}]},
              {"service": 0, "name": "n", "points": [{"time": 1795288484000000000, "value": 0}, {"time": 1795288486000000000, "value": 7}]}]}
            """;
        var world = JsonNode.Parse(WorldFile.Decompress(WorldFile.Compress(World)))!;
        var expected = JsonNode.Parse(World)!;
        var number = 0;
        foreach (var trace in expected["traces"]!.AsArray())
        {
            trace!["traceId"] = (expected["traces"]!.AsArray().IndexOf(trace) + 1).ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
            trace["start"] = (long)trace["start"]! / 100_000 * 100_000;
            foreach (var span in trace["spans"]!.AsArray())
            {
                span!["spanId"] = (++number).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
                span["duration"] = (long)span["duration"]! / 100_000 * 100_000;
            }
        }

        expected["series"]![0]!["points"]![0]!["value"] = 1.235;
        expected["series"]![0]!["points"]![1]!["value"] = 1.235;
        JsonNode.DeepEquals(JsonNode.Parse(world.ToJsonString()), JsonNode.Parse(expected.ToJsonString())).ShouldBeTrue(world.ToJsonString());
    }

    [Fact]
    public void A_breaker_opens_after_failures_in_a_row_rests_and_lets_one_call_decide()
    {
        var time = new SettableTime();
        var breaker = new CircuitBreaker(time);
        for (var i = 1; i < CircuitBreaker.MaxFailures; i++)
        {
            breaker.Allows().ShouldBeTrue();
            breaker.Record(false).ShouldBeNull();
        }

        breaker.Record(false).ShouldBe(("closed", "open"));
        breaker.Allows().ShouldBeFalse();
        time.Advance(CircuitBreaker.Rest);
        breaker.Allows().ShouldBeTrue();
        breaker.Allows().ShouldBeFalse();
        breaker.Record(false).ShouldBe(("half-open", "open"));
        time.Advance(CircuitBreaker.Rest);
        breaker.Allows().ShouldBeTrue();
        breaker.Record(true).ShouldBe(("half-open", "closed"));
        breaker.Allows().ShouldBeTrue();
    }

    [Fact]
    public async Task A_full_volume_takes_no_line_until_there_is_room()
    {
        using var journal = new Journal();
        await journal.AppendAsync("ord_1", CancellationToken.None);
        journal.Fill(true);
        (await Should.ThrowAsync<IOException>(() => journal.AppendAsync("ord_2", CancellationToken.None))).Message.ShouldContain("No space left");
        journal.Fill(false);
        await journal.AppendAsync("ord_3", CancellationToken.None);
    }

    [Fact]
    public async Task The_database_answers_the_same_with_and_without_its_index()
    {
        using var tables = new StockDatabase.Tables(TimeProvider.System);
        var found = await tables.AnswerAsync("moved sku-003", CancellationToken.None);
        found.ShouldStartWith("ok ");
        tables.HasIndex = false;
        (await tables.AnswerAsync("moved sku-003", CancellationToken.None)).ShouldBe(found);
        (await tables.AnswerAsync("products", CancellationToken.None)).ShouldBe("ok 40");
        (await tables.AnswerAsync("product sku-039", CancellationToken.None)).ShouldBe("ok 39");
        (await tables.AnswerAsync("product sku-040", CancellationToken.None)).ShouldStartWith("error");
        (await tables.AnswerAsync("search 00", CancellationToken.None)).ShouldBe("ok 10");
        (await tables.AnswerAsync("search ' OR '1'='1", CancellationToken.None)).ShouldStartWith("error syntax error");
    }
}
