using System.Text.Json;
using Clew.Analysis;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;

namespace Clew.Tests.Analysis.Investigation;

/// <summary>Golden worlds: hit, near miss and missing data for each inspection, and how causes beat symptoms. The cases are text files beside this.</summary>
public sealed partial class InvestigationCaseTests
{
    public static TheoryData<string> Names()
    {
        var names = new TheoryData<string>();
        foreach (var name in All().Select(c => c.Name))
        {
            names.Add(name);
        }

        return names;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_world_is_read_as_it_should_be(string name)
    {
        var world = All().Single(c => c.Name == name);
        world.Expectations.ShouldNotBeEmpty();
        var report = Investigator.Investigate(world.Build());
        foreach (var expectation in world.Expectations)
        {
            Check(report, expectation);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_world_gives_the_same_bytes_also_after_a_file(string name)
    {
        var world = All().Single(c => c.Name == name).Build();
        var first = JsonSerializer.SerializeToUtf8Bytes(Investigator.Investigate(world), ReportJson.Default.InvestigationReport);
        var again = JsonSerializer.SerializeToUtf8Bytes(Investigator.Investigate(world), ReportJson.Default.InvestigationReport);
        var file = JsonSerializer.SerializeToUtf8Bytes(world, WorldJson.Default.World);
        var reloaded = JsonSerializer.Deserialize(file, WorldJson.Default.World)!;
        var fromFile = JsonSerializer.SerializeToUtf8Bytes(Investigator.Investigate(reloaded), ReportJson.Default.InvestigationReport);

        again.ShouldBe(first);
        fromFile.ShouldBe(first);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_report_is_whole(string name)
    {
        var world = All().Single(c => c.Name == name).Build();
        var report = Investigator.Investigate(world);

        report.Causes.Select(c => c.Service).ShouldBeUnique();
        world.Services.ShouldBeSubsetOf(report.Causes.Select(c => c.Service), "the ranking is total");
        report.Causes.Where(c => !world.Services.Contains(c.Service)).ShouldAllBe(c => c.Evidence.Count > 0, "what is outside of the services is there for a reason");
        report.Causes.Select(c => c.Rank).ShouldBe(Enumerable.Range(1, report.Causes.Count));
        report.Causes.Select(c => c.Score).ShouldBeInOrder(SortDirection.Descending);
        report.Causes.ShouldAllBe(c => c.Score >= 0 && c.Score <= 1);
        report.Causes.Skip(1).Where(c => c.Incident < 2).ShouldAllBe(c => c.Verdict == Clew.Analysis.Reports.Verdict.Inconclusive);
        report.Causes.Skip(1).ShouldAllBe(c => c.Verdict != Clew.Analysis.Reports.Verdict.Confirmed, "only the first cause can be confirmed");
        report.Timeline.Select(t => t.Time).ShouldBeInOrder();
        var evidence = report.Causes.SelectMany(c => c.Evidence).Select(e => e.Id).ToArray();
        evidence.ShouldBeUnique();
        foreach (var why in report.Causes.SelectMany(c => c.Whys))
        {
            why.Evidence.ShouldNotBeEmpty(why.Question);
            why.Evidence.ShouldBeSubsetOf(evidence);
        }
    }

    internal static IEnumerable<WorldCase> Cases() => All();

    private static IEnumerable<WorldCase> All()
    {
        var assembly = typeof(InvestigationCaseTests).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.Replace('\\', '/').Contains("Analysis/Investigation/Cases/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            foreach (var world in WorldCase.Parse(reader.ReadToEnd()))
            {
                yield return world;
            }
        }
    }

    /// <summary>Evidence about the service, wherever it is cited.</summary>
    private static bool Found(InvestigationReport report, string inspection, string service) =>
        report.Causes.SelectMany(c => c.Evidence).Any(e => e.Inspection == inspection && (e.Entity == service || e.Entity.StartsWith(service + " ", StringComparison.Ordinal)));

    private static void Check(InvestigationReport report, string expectation)
    {
        var words = expectation.Split(' ');
        var said = string.Join('\n', report.Causes.SelectMany(c => c.Evidence.Select(e => $"{c.Rank} {c.Service} {c.Score:0.###} {c.Kind} {c.Verdict}: [{e.Inspection}] {e.Statement}")));
        switch (words[0])
        {
            case "cause":
                var cause = report.Causes[0];
                cause.Service.ShouldBe(string.Join(' ', words.Skip(1).TakeWhile(w => !w.Contains('='))), said);
                foreach (var option in words.Where(w => w.Contains('=')).Select(w => w.Split('=')))
                {
                    var actual = option[0] switch
                    {
                        "kind" => JsonSerializer.Serialize(cause.Kind, ReportJson.Default.CauseKind).Trim('"'),
                        "verdict" => cause.Verdict.ToString().ToUpperInvariant(),
                        "change" => cause.Change?.Kind ?? "none",
                        "instance" => cause.Instance ?? "none",
                        "revision" => cause.Change?.Revision ?? "none",
                        "place" => cause.Place is { } place ? JsonSerializer.Serialize(place.Kind, ReportJson.Default.PlaceKind).Trim('"') : "none",
                        _ => throw new FormatException(expectation),
                    };
                    actual.ShouldBe(option[1], said);
                }

                break;
            case "finds":
                Found(report, words[1], string.Join(' ', words.Skip(2))).ShouldBeTrue(said);
                break;
            case "not":
                Found(report, words[1], string.Join(' ', words.Skip(2))).ShouldBeFalse(said);
                break;
            case "says":
                said.ShouldContain(expectation["says ".Length..]);
                break;
            case "advises":
                string.Join('\n', report.NextSteps.Select(s => s.Command)).ShouldContain(expectation["advises ".Length..]);
                break;
            case "season":
                report.Baseline.Seasons.Single(s => s.DaysBack == int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture)).Statement.ShouldContain(string.Join(' ', words.Skip(2)).Trim('"'));
                break;
            case "unknown":
                report.Unknown.Select(u => u.Inspection).ShouldContain(words[1]);
                break;
            case "rejected":
                report.Rejected.Select(r => $"{r.Service} {r.Reason}").ShouldContain($"{words[1]} {words[2]}", said);
                break;
            case "tells":
                var text = expectation.Split('"')[1];
                report.Causes.SelectMany(c => c.Evidence).Where(e => e.Inspection == words[1] && (e.Entity == words[2] || e.Entity.StartsWith(words[2] + " ", StringComparison.Ordinal))).Select(e => e.Statement)
                    .ShouldContain(s => s.Contains(text, StringComparison.Ordinal), said);
                break;
            case "security":
                CheckSecurity(report, words[1..]);
                break;
            case "strata":
                CheckStrata(report, expectation["strata ".Length..]);
                break;
            case "silent":
                said.ShouldBeEmpty();
                report.Verdict.ShouldBeOneOf(Clew.Analysis.Reports.Verdict.NoIncident, Clew.Analysis.Reports.Verdict.Inconclusive);
                break;
            case "verdict":
                JsonSerializer.Serialize(report.Verdict, ReportJson.Default.Verdict).Trim('"').ShouldBe(words[1], said);
                break;
            case "place":
                report.Causes[0].Place.ShouldNotBeNull(said).Text.ShouldBe(expectation["place ".Length..], said);
                break;
            case "second":
                report.Causes.Any(c => c.Incident == 2 && c.Service == words[1] && c.Verdict == Clew.Analysis.Reports.Verdict.Likely).ShouldBeTrue(said);
                break;
            case "single":
                report.Causes.Max(c => c.Incident).ShouldBeLessThan(2, said);
                break;
            case "unchanged":
                report.Causes[0].Change.ShouldBeNull(said);
                break;
            default:
                throw new FormatException(expectation);
        }
    }
}
