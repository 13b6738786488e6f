using System.Text.Json;
using Clew.Analysis;
using Clew.Analysis.Reports;
using Shop.Demo.Lab;
using Xunit.Abstractions;

namespace Clew.Tests.Analysis.Lab;

/// <summary>Every recorded scenario of the lab, investigated again.</summary>
public sealed class LabReplayTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. LabRecordings.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_cause_is_named_first_healthy_times_are_left_alone_and_decoys_are_not_blamed(string name)
    {
        var judgement = Judge(name);
        output.WriteLine(judgement.Says);
        var isRight = judgement is { IsRight: true, BlamesDecoy: false };
        if (LabRecordings.KnownFailures.Contains(name))
        {
            isRight.ShouldBeFalse($"{name} is answered rightly now ({judgement.Says}): take it off known-failures.txt");
            return;
        }

        judgement.IsRight.ShouldBeTrue(judgement.Says);
        judgement.BlamesDecoy.ShouldBeFalse(judgement.Says);
    }

    [Fact]
    public void Every_scenario_is_recorded_or_said_not_to_be_and_known_failures_are_scenarios()
    {
        typeof(LabRecordings).Assembly.GetManifestResourceNames().Where(n => n.StartsWith("lab/", StringComparison.Ordinal)).Select(n => n[4..^4]).Order(StringComparer.Ordinal)
            .ShouldBe(LabRecordings.Names.Concat(LabRecordings.NotRecorded).Order(StringComparer.Ordinal));
        LabRecordings.KnownFailures.Except(LabRecordings.Names).ShouldBeEmpty();
    }

    private static Judgement Judge(string name) => Judgement.Of(
        LabRecordings.Scenario(name), JsonSerializer.Serialize(Investigator.Investigate(LabRecordings.World(name)), ReportJson.Default.InvestigationReport));
}
