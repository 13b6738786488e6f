using Clew.Analysis.Reports;

namespace Clew.Cli.Rendering;

/// <summary>How trouble spread, what the cause was weighed by, what else goes on, what helps and what contributed.</summary>
public static partial class InvestigationText
{
    private static IEnumerable<Line> Propagation(InvestigationReport report, Page page)
    {
        if (report.Propagation.Count < 2)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("HOW IT SPREAD");
        foreach (var step in report.Propagation)
        {
            var time = step.Time is { } moment ? page.TimeOfDay(moment) : new string(' ', 8);
            var from = step.From is { } name ? $"{name} {page.Arrow} " : string.Empty;
            yield return Fit(new Line().Space(Indent).Add($"{step.Order,2} {time}  ", Ink.Dim).Add(from, Ink.Dim).Add(step.To, Ink.Accent), page);
        }
    }

    private static IEnumerable<Line> Factors(Cause cause, Page page)
    {
        if (cause.Factors.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("WEIGHED BY");
        foreach (var factor in cause.Factors)
        {
            foreach (var line in Hanging($"{factor.Name,-14} {Score(factor.Value)}  ", factor.Statement, Ink.Dim, page))
            {
                yield return line;
            }
        }
    }

    /// <summary>Causes of other symptoms at the same time.</summary>
    private static IEnumerable<Line> OtherCauses(InvestigationReport report, Page page)
    {
        var others = report.Causes.Where(c => c.Incident > 1 && c.Verdict == Verdict.Likely).ToArray();
        if (others.Length == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("AT THE SAME TIME, WITH OTHER SYMPTOMS");
        foreach (var cause in others)
        {
            foreach (var line in Hanging($"{cause.Service} ", $"{KindWord(cause.Kind)}, score {Score(cause.Score)}: {cause.Summary}", Ink.Accent, page))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<Line> Remedies(InvestigationReport report, bool full, Page page)
    {
        var shown = report.Remedies.Where(r => full || r.When != "later").ToArray();
        if (shown.Length == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("WHAT HELPS");
        foreach (var remedy in shown)
        {
            foreach (var line in Hanging($"{remedy.When,-7} ", remedy.Text, Ink.Dim, page))
            {
                yield return line;
            }

            if (remedy.Command is { } command)
            {
                yield return Command(command, Indent + 8);
            }
        }
    }

    private static IEnumerable<Line> Fishbone(InvestigationReport report, Page page)
    {
        if (report.Fishbone.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("WHAT CONTRIBUTED");
        foreach (var branch in report.Fishbone)
        {
            foreach (var item in branch.Items)
            {
                foreach (var line in Hanging($"{branch.Category,-12} ", item.Evidence.Count > 0 ? $"{item.Text} [{string.Join(' ', item.Evidence)}]" : item.Text, Ink.Dim, page))
                {
                    yield return line;
                }
            }
        }
    }
}
