using System.Globalization;
using System.Text;
using System.Text.Json;
using Clew.Analysis;
using Clew.Analysis.Reports;
using Shop.Demo.Lab;

namespace Clew.Tests.Analysis.Lab;

/// <summary>The lab's recordings counted by sort, with 95 % intervals; written to the folder that CLEW_LAB_TABLES names, for <c>make eval</c>.</summary>
public sealed class LabTableTests
{
    [Fact]
    public void As_many_answers_are_right_as_are_no_known_failures()
    {
        var judged = LabRecordings.Names.Select(n => (Scenario: LabRecordings.Scenario(n), Judgement: Judgement.Of(
            LabRecordings.Scenario(n), JsonSerializer.Serialize(Investigator.Investigate(LabRecordings.World(n)), ReportJson.Default.InvestigationReport)))).ToArray();
        if (Environment.GetEnvironmentVariable("CLEW_LAB_TABLES") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, "scenarios.md"), Table(judged));
        }

        judged.Count(j => j.Judgement is { IsRight: true, BlamesDecoy: false }).ShouldBe(judged.Length - LabRecordings.KnownFailures.Count);
    }

    [Theory]
    [InlineData(0, 10, 0, 28)]
    [InlineData(10, 10, 72, 100)]
    [InlineData(45, 50, 79, 96)]
    public void Intervals_are_Wilsons(int right, int of, double low, double high)
    {
        var interval = Wilson(right, of);
        Math.Round(100 * interval.Low).ShouldBe(low);
        Math.Round(100 * interval.High).ShouldBe(high);
    }

    private static string Table((Scenario Scenario, Judgement Judgement)[] judged)
    {
        var text = new StringBuilder("| the lab | right | of | share | 95 % interval |\n|---|---|---|---|---|\n");
        Row("incidents, cause first", judged.Where(j => !j.Scenario.IsHealthy), j => j.Judgement.IsRight);
        Row("of these, the loudest service innocent", judged.Where(j => j.Scenario.Loudest.Length > 0), j => j.Judgement.IsRight);
        Row("of these, with two causes: one of them first", judged.Where(j => j.Scenario.Expect.Count > 1), j => j.Judgement.IsRight);
        Row("… and both told apart", judged.Where(j => j.Scenario.Expect.Count > 1), j => j.Judgement.IsComplete);
        Row("cause first and the right change with it", judged.Where(j => j.Scenario.Change is not null), j => j.Judgement.IsComplete);
        Row("decoys not blamed", judged.Where(j => j.Scenario.Decoys.Any()), j => !j.Judgement.BlamesDecoy);
        Row("healthy times left alone", judged.Where(j => j.Scenario.IsHealthy), j => j.Judgement.IsRight);
        Row("accusations called CONFIRMED", judged.Where(j => j.Judgement.Verdict == "CONFIRMED"), j => j.Judgement.IsRight);
        text.Append("\n| scenario | right | answer |\n|---|---|---|\n");
        foreach (var (scenario, judgement) in judged)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {scenario.Name} | {(judgement.IsRight ? "yes" : "no")}{(judgement.BlamesDecoy ? ", blames a decoy" : "")} | {judgement.Says} |\n");
        }

        return text.ToString();

        void Row(string name, IEnumerable<(Scenario Scenario, Judgement Judgement)> of, Func<(Scenario Scenario, Judgement Judgement), bool> isRight)
        {
            var (all, right) = (of.Count(), of.Count(isRight));
            var (low, high) = Wilson(right, all);
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {right} | {all} | {100.0 * right / Math.Max(1, all):0} % | {100 * low:0} to {100 * high:0} % |\n");
        }
    }

    /// <summary>Wilson's score interval for a share, 95 %.</summary>
    private static (double Low, double High) Wilson(int right, int of)
    {
        if (of == 0)
        {
            return (0, 1);
        }

        const double Z = 1.96;
        var (share, n) = (right / (double)of, (double)of);
        var middle = (share + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n))) / (1 + (Z * Z / n));
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}
