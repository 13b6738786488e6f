using System.Text;
using Clew.Analysis.Doctor;
using Clew.Tests.Architecture;

namespace Clew.Tests.Analysis.Doctor;

public sealed class DoctorCheckTests
{
    private const string Document = "docs/doctor.md";
    private const string Begin = "<!-- checks: written by a test (make accept) -->\n";
    private const string End = "<!-- end of checks -->\n";

    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        foreach (var (i, item) in CheckCase.ReadAll().Index())
        {
            data.Add(i, $"{item.Check} / {item.What}");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_check_says_what_its_case_expects(int index, string name)
    {
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1" && index == 0)
        {
            CheckCase.Accept();
        }

        var item = CheckCase.ReadAll()[index];
        var said = item.Say();

        said.ShouldBe(item.Expected, name);
        (item.What switch { "hit" => !said.StartsWith("unknown", StringComparison.Ordinal) && said != "clean", "near" => said == "clean", _ => said.StartsWith("unknown", StringComparison.Ordinal) })
            .ShouldBeTrue($"{name}: {said}");
    }

    [Fact]
    public void Every_check_has_a_hit_a_near_miss_and_missing_data()
    {
        var cases = CheckCase.ReadAll();
        foreach (var check in DoctorCatalogue.All)
        {
            string.Join(' ', cases.Where(item => item.Check == check.Id).Select(item => item.What).Distinct().Order(StringComparer.Ordinal)).ShouldBe("hit missing near", check.Id);
        }

        cases.Select(item => item.Check).Except(DoctorCatalogue.All.Select(check => check.Id)).ShouldBeEmpty();
    }

    [Fact]
    public void The_page_has_a_row_for_every_check()
    {
        var page = Repository.Read(Document);
        var begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = page.IndexOf(End, StringComparison.Ordinal);
        begin.ShouldBeGreaterThan(Begin.Length);
        end.ShouldBeGreaterThan(begin - 1);
        var rows = new StringBuilder("| check | stands for | what is found | likely cause | what to do |\n|---|---|---|---|---|\n");
        foreach (var check in DoctorCatalogue.All)
        {
            rows.Append($"| `{check.Id}` | {check.Covers} | {check.Title} ({check.Severity.ToString().ToLowerInvariant()}) | {check.Cause} | {check.Fix} |\n");
        }

        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            File.WriteAllText(Repository.PathOf(Document), page[..begin] + rows + page[end..]);
            page = Repository.Read(Document);
            end = page.IndexOf(End, StringComparison.Ordinal);
        }

        page[begin..end].ShouldBe(rows.ToString(), "the checks have changed; write the page anew with: make accept");
    }

    /// <summary>F1 to F10 and the 25 mistakes of the guides that docs/doctor.md lists.</summary>
    [Fact]
    public void Every_failure_mode_and_every_mistake_has_a_check()
    {
        var covered = DoctorCatalogue.All.SelectMany(check => check.Covers.Split([' ', '·', ','], StringSplitOptions.RemoveEmptyEntries)).ToHashSet();
        Enumerable.Range(1, 10).Select(i => $"F{i}").Concat(Enumerable.Range(1, 25).Select(i => $"{i}")).Where(item => !covered.Contains(item)).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_worse_comes_first_and_nothing_is_counted_twice()
    {
        var survey = new TelemetrySurvey
        {
            Services = [.. Enumerable.Range(1, 14).Select(i => new ServiceCounts { Name = $"s{i}", Spans = 100, Errors = 60 + i, NegativeDurations = i })],
        };

        var report = TracingDoctor.Examine(survey);

        report.Findings.Select(finding => finding.Severity).ShouldBeInOrder(SortDirection.Descending);
        var chronic = report.Findings.Where(finding => finding.Check == "chronic-errors").ToArray();
        chronic.Length.ShouldBe(DoctorRules.SignsPerCheck + 1);
        chronic[0].Subject.ShouldBe("s14");
        chronic[^1].Summary.ShouldBe("The same holds for 4 more, less often.");
        chronic.Sum(finding => finding.Count).ShouldBe(survey.Services.Sum(service => service.Errors));
        report.Checks.Count.ShouldBe(DoctorCatalogue.All.Count);
    }
}
