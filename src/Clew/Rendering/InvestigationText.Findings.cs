using Clew.Analysis.Reports;

namespace Clew.Cli.Rendering;

/// <summary>What the requests that go wrong have in common, and attacks seen meanwhile.</summary>
public static partial class InvestigationText
{
    private const int StrataShown = 3;
    private const int FoldedShown = 3;
    private const int AttacksShown = 3;

    private static IEnumerable<Line> Strata(InvestigationReport report, bool full, Page page)
    {
        if (report.Strata.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("WHAT THEY HAVE IN COMMON");
        var shown = full ? report.Strata.Count : StrataShown;
        foreach (var stratum in report.Strata.Take(shown))
        {
            foreach (var line in Hanging($"{stratum.Outcome,-8} ", string.Join(" and ", stratum.Attributes.Select(Condition)), Ink.Warning, page))
            {
                yield return line;
            }

            var facts = new List<string>
            {
                $"{Page.Number(stratum.Bad)} of {Sentence.Count(stratum.Bad + stratum.Good, "request")}, {Page.Percent(stratum.Ratio)}",
                $"{Page.Percent(stratum.RiskDifference)} more than others ({Page.Percent(stratum.Low)} to {Page.Percent(stratum.High)})",
                $"{Page.Percent(stratum.Remaining)} without them",
            };
            if (stratum.RatioBaseline is { } usual)
            {
                facts.Add($"usually {Page.Percent(usual)}");
            }

            foreach (var line in Paragraph(string.Join($" {page.Dot} ", facts), Indent + 2, Ink.Dim, page))
            {
                yield return line;
            }

            if (stratum.Folded.Count > 0)
            {
                var others = full ? stratum.Folded.Count : FoldedShown;
                var more = stratum.Folded.Count > others ? $" and {stratum.Folded.Count - others} more" : string.Empty;
                foreach (var line in Paragraph($"the same requests: {string.Join(", ", stratum.Folded.Take(others))}{more}", Indent + 2, Ink.Dim, page))
                {
                    yield return line;
                }
            }
        }

        foreach (var line in More(report.Strata.Count - shown, "slice"))
        {
            yield return line;
        }
    }

    private static string Condition(StratumAttribute attribute)
    {
        var isComparison = attribute.Value.StartsWith('≥') || attribute.Value.StartsWith('<');
        var condition = attribute.Key + (isComparison ? " " : " = ") + attribute.Value;
        return attribute.Service is { } service ? $"{condition} (of {service})" : condition;
    }

    private static IEnumerable<Line> Security(InvestigationReport report, bool full, Page page)
    {
        if (report.Security.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("ATTACKS SEEN");
        var shown = full ? report.Security.Count : AttacksShown;
        foreach (var attack in report.Security.Take(shown))
        {
            foreach (var line in Hanging($"{attack.Pattern} ", attack.Statement, attack.Succeeded ? Ink.Bad : Ink.Warning, page))
            {
                yield return line;
            }
        }

        yield return Command($"clew security --start {Moment(report.Window.Start)} --end {Moment(report.Window.End)}", Indent);
        foreach (var line in More(report.Security.Count - shown, "attack"))
        {
            yield return line;
        }
    }

    private static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
