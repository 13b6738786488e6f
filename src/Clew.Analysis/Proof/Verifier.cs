using System.Globalization;
using Clew.Analysis.Inspections;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Proof;

/// <summary>Puts figures beside a report's evidence, and says later whether they are still the same.</summary>
public static class Verifier
{
    /// <summary>
    /// By how much an estimated figure (a percentile) may differ, as a share of itself, and still be the same: the store's digest depends on the order in which it merges.
    /// </summary>
    public const double EstimateTolerance = 0.02;

    /// <summary>The different checks of a report, those of its first causes first.</summary>
    public static IReadOnlyList<(string Query, EvidenceCheck Check)> ChecksOf(InvestigationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return [.. report.Causes.SelectMany(cause => cause.Evidence).Where(item => item is { Query: not null, Check: not null }).DistinctBy(item => item.Query).Select(item => (item.Query!, item.Check!))];
    }

    /// <summary>The report with what its checks found when they were asked.</summary>
    public static InvestigationReport WithAnswers(InvestigationReport report, IReadOnlyList<WorldAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (answers.Count == 0)
        {
            return report;
        }

        var known = answers.DistinctBy(answer => answer.Query).ToDictionary(answer => answer.Query, answer => answer.Figures, StringComparer.Ordinal);
        return report with { Causes = [.. report.Causes.Select(cause => cause with { Evidence = [.. cause.Evidence.Select(Answered)] })] };

        EvidenceItem Answered(EvidenceItem item) =>
            item is { Query: { } query, Check: { } check } && known.TryGetValue(query, out var figures) ? item with { Check = check with { Expect = figures } } : item;
    }

    /// <summary>Compares what was found then with what is found now.</summary>
    /// <param name="look">What is found now: figures, or why there are none.</param>
    /// <param name="tracesStored">Of trace ids the report cites, those that are stored.</param>
    public static Verification Compare(InvestigationReport report, Func<EvidenceItem, (EvidenceFigures? Figures, string? Problem)> look, IReadOnlySet<string> tracesStored)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(look);
        ArgumentNullException.ThrowIfNull(tracesStored);
        var items = report.Causes.SelectMany(cause => cause.Evidence).Select(item =>
        {
            var (figures, problem) = look(item);
            var (outcome, detail) = Judge(item.Check?.Expect, figures, problem);
            var stored = item.TraceIds.Count(tracesStored.Contains);
            if (stored < item.TraceIds.Count)
            {
                detail += Phrase.Text($"; {stored} of {item.TraceIds.Count} cited traces are stored");
                outcome = outcome switch
                {
                    EvidenceOutcome.Gone => EvidenceOutcome.Gone,
                    EvidenceOutcome.NotChecked when stored == 0 => EvidenceOutcome.Gone,
                    _ => EvidenceOutcome.Changed,
                };
            }

            return new VerifiedEvidence { Id = item.Id, Statement = item.Statement, Query = item.Query, Outcome = outcome, Detail = detail, Expected = item.Check?.Expect, Actual = figures };
        }).ToArray();
        return new Verification { Outcome = items.Select(item => item.Outcome).DefaultIfEmpty(EvidenceOutcome.NotChecked).Max(), Items = items };
    }

    /// <summary>Figures in words: <c>72 spans, 72 failed, p95 1.2 s</c>.</summary>
    public static string Describe(EvidenceFigures figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        var parts = new List<string> { Phrase.Text($"{figures.Count} {figures.Of}") };
        if (figures.Errors is { } errors)
        {
            parts.Add(Phrase.Text($"{errors} failed"));
        }

        if (figures.DurationP95 is { } p95)
        {
            parts.Add($"p95 {Phrase.Seconds(p95)}");
        }

        if (figures.Value is { } value)
        {
            parts.Add("largest value " + value.ToString("G6", CultureInfo.InvariantCulture));
        }

        return string.Join(", ", parts);
    }

    private static (EvidenceOutcome Outcome, string Detail) Judge(EvidenceFigures? expected, EvidenceFigures? actual, string? problem)
    {
        if (actual is null)
        {
            return (EvidenceOutcome.NotChecked, problem ?? "no query is cited");
        }

        if (expected is null)
        {
            return actual.Count == 0 ? (EvidenceOutcome.Gone, "nothing is found") : (EvidenceOutcome.NotChecked, $"{Describe(actual)}; the report has no figures to compare with");
        }

        if (actual.Count == 0 && expected.Count > 0)
        {
            return (EvidenceOutcome.Gone, $"nothing is found; it was {Describe(expected)}");
        }

        var isSame = expected.Count == actual.Count && expected.Errors == actual.Errors && IsNear(expected.DurationP95, actual.DurationP95) && IsNear(expected.Value, actual.Value);
        return isSame ? (EvidenceOutcome.Same, Describe(actual)) : (EvidenceOutcome.Changed, $"{Describe(actual)}; it was {Describe(expected)}");
    }

    private static bool IsNear(double? then, double? now) =>
        then == now || (then is { } a && now is { } b && Math.Abs(a - b) <= EstimateTolerance * Math.Max(Math.Abs(a), Math.Abs(b)));
}
