using System.Text.RegularExpressions;
using Clew.Analysis.Reports;

namespace Clew.Tests.Analysis.Investigation;

public sealed partial class InvestigationCaseTests
{
    private static void CheckStrata(InvestigationReport report, string expectation)
    {
        var said = string.Join('\n', report.Strata.Select(s => $"{s.Outcome}: {s.Statement} remaining {s.Remaining} folded {string.Join("; ", s.Folded)}"));
        var match = StrataExpectation().Match(expectation);
        match.Success.ShouldBeTrue(expectation);
        var strata = report.Strata.Where(s => s.Outcome == match.Groups["outcome"].Value).ToArray();
        if (match.Groups["none"].Success)
        {
            strata.ShouldBeEmpty(said);
            return;
        }

        strata.ShouldNotBeEmpty(said);
        var best = strata[0];
        string.Join(" and ", best.Attributes.Select(a => $"{(a.Service is null ? "" : a.Service + ": ")}{a.Key} {(a.Value.StartsWith("≥ ", StringComparison.Ordinal) || a.Value.StartsWith("< ", StringComparison.Ordinal) ? a.Value : "= " + a.Value)}"))
            .ShouldBe(match.Groups["name"].Value, said);
        best.Low.ShouldBeLessThanOrEqualTo(best.RiskDifference);
        best.High.ShouldBeGreaterThanOrEqualTo(best.RiskDifference);
        if (match.Groups["folds"].Success)
        {
            best.Folded.ShouldContain(match.Groups["folds"].Value, said);
        }
    }

    [GeneratedRegex("""^(?<outcome>\w+) ((?<none>none)|"(?<name>[^"]*)"( folds="(?<folds>[^"]*)")?)$""")]
    private static partial Regex StrataExpectation();
}
