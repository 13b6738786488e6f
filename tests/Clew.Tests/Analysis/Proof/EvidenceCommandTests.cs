using Clew.Analysis;
using Clew.Analysis.Inspections;
using Clew.Analysis.Proof;
using Clew.Analysis.Worlds;
using Clew.Cli;
using Clew.Tests.Analysis.Investigation;

namespace Clew.Tests.Analysis.Proof;

/// <summary>What evidence cites is a command that the command line knows, and a question that can be asked again.</summary>
public sealed class EvidenceCommandTests
{
    private static readonly string[] HostileTexts = ["a b", "it's", "--errors", "-n", "$(reboot)", "`id`", "a\"b", "x|y;z&", "ünïcode", "a\nb", "*", "#no", "=", "\\", "a=b"];

    public static TheoryData<string, string?> Commands => new()
    {
        { "clew traces --service pay --operation 'GET /a b' --status error --start 2026-08-21T10:00:00Z --end 2026-08-21T10:15:00Z", "/api/traces?end=2026-08-21T10:15:00Z&operation=GET /a b&service=pay&start=2026-08-21T10:00:00Z&status=error" },
        { "clew traces --errors --attr a=1 --attr '!b'", "/api/traces?attr=a=1&attr=!b&status=error" },
        { "clew logs --service=pay --text='it'\\''s'", "/api/logs?service=pay&text=it's" },
        { "clew trace 5b8efff798038103d269b633813fc60c", "/api/traces/5b8efff798038103d269b633813fc60c?" },
        { "clew kubernetes events --namespace shop --warnings", "/api/kubernetes/events?namespace=shop&type=Warning" },
        { "clew kubernetes objects pods nodes --node n1", "/api/kubernetes/objects?kind=pods&kind=nodes&node=n1" },
        { "clew query promql 'up == 0' --end 2026-08-21T10:15:00Z", "/api/query?end=2026-08-21T10:15:00Z&language=promql&query=up == 0" },
        { "clew change list --start 2026-08-21T10:00:00Z", "/api/changes?start=2026-08-21T10:00:00Z" },
        { "clew traces --since 15m", null },
        { "clew traces --start -15m", null },
        { "clew traces --start 10:00", null },
        { "clew traces --service", null },
        { "clew traces stray", null },
        { "clew traces --nonsense x", null },
        { "clew trace", null },
        { "clew trace a b", null },
        { "clew traces --service 'open", null },
        { "clew traces --service $(id)", null },
        { "clew traces --service a | rm", null },
        { "clew serve", null },
        { "clew", null },
        { "rm -rf x", null },
        { "", null },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_is_read_into_the_question_it_asks(string command, string? question)
    {
        var check = EvidenceCommand.Read(command);

        (check is null ? null : $"{check.Api}?{string.Join('&', check.Parameters.Select(parameter => $"{parameter.Name}={parameter.Value}"))}").ShouldBe(question);
        check?.Expect.ShouldBeNull();
    }

    [Fact]
    public void A_command_of_any_length_is_answered() => EvidenceCommand.Read("clew traces --service " + new string('a', EvidenceCommand.MaxLength)).ShouldBeNull();

    [Fact]
    public void Every_query_of_the_golden_reports_is_a_command_and_a_check()
    {
        var queries = InvestigationCaseTests.Cases().Select(world => Investigator.Investigate(world.Build()))
            .SelectMany(report => report.Causes.SelectMany(cause => cause.Evidence).Select(item => (item.Query, item.Check)).Concat(report.NextSteps.Select(step => (Query: step.Command, Check: EvidenceCommand.Read(step.Command)))))
            .Where(item => item.Query?.StartsWith("clew ", StringComparison.Ordinal) == true).DistinctBy(item => item.Query).ToArray();

        queries.Length.ShouldBeGreaterThan(20);
        foreach (var (query, check) in queries)
        {
            Understood(query!);
            check.ShouldNotBeNull(query);
        }
    }

    [Fact]
    public void Every_command_that_can_be_built_is_understood_with_any_text_in_it()
    {
        var world = new World { Window = new WorldStretch(1_787_306_400_000_000_000, 1_787_307_300_000_000_000, 0, 0), WindowOrigin = "", Baseline = [], BaselineReason = "", Services = [] };
        foreach (var text in HostileTexts)
        {
            (string Command, string[] Values)[] built =
            [
                (EvidenceQueries.Traces(world, text, text, onlyErrors: true, text), [text, text, text, "error"]),
                (EvidenceQueries.Logs(world, text, "warn", text), [text, text, "warn"]),
                (EvidenceQueries.KubernetesEvents(world, text, text, text, text, text), [text, text, text, text, text]),
                (EvidenceQueries.KubernetesObjects(world, "pods", text, text, text, text), [text, text, text, text, "pods"]),
                (EvidenceQueries.Alerts(world, text), [text]),
                (EvidenceQueries.Changes(world, 3_600), []),
            ];
            foreach (var (command, values) in built)
            {
                Understood(command);
                var check = EvidenceCommand.Read(command).ShouldNotBeNull(command);
                check.Parameters.Where(parameter => parameter.Name is not ("start" or "end")).Select(parameter => parameter.Value).Order(StringComparer.Ordinal).ShouldBe(values.Order(StringComparer.Ordinal), command);
                check.Parameters.Count(parameter => parameter.Name is "start" or "end").ShouldBe(2);
            }
        }

        foreach (var command in new[] { EvidenceQueries.PromQl(world, "sum(rate(a{b='c'}[5m]))"), EvidenceQueries.LogQl(world, "{a=\"b\"} |= \"it's\""), EvidenceQueries.TraceQl(world, "{ status = error }"), EvidenceQueries.Trace("5b8efff798038103d269b633813fc60c") })
        {
            Understood(command);
            EvidenceCommand.Read(command).ShouldNotBeNull(command);
        }
    }

    private static void Understood(string command)
    {
        var words = EvidenceCommand.Split(command).ShouldNotBeNull(command);
        words[0].ShouldBe("clew");
        CommandLine.CreateRoot().Parse([.. words.Skip(1)]).Errors.Select(error => error.Message).ShouldBeEmpty(command);
    }
}
