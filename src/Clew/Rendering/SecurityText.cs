using Clew.Analysis.Reports;

namespace Clew.Cli.Rendering;

/// <summary>Attacks and abuse of rights: who, against what, when, whether it got in, what it did then and how far it came. The gravest first.</summary>
public static class SecurityText
{
    private const int NamesShown = 8;
    private const int StepsShown = 12;
    private const int WidestText = 100;
    private const int LabelWidth = 10;
    private const int Indent = 2;

    /// <param name="full">All names and steps, instead of the first ones.</param>
    public static IEnumerable<Line> Render(InvestigationReport report, bool full, Page page)
    {
        var text = page with { Width = Math.Min(page.Width, WidestText) };
        var unknown = report.Unknown.Where(one => one.Inspection == "security").ToArray();
        if (report.Security.Count == 0)
        {
            foreach (var line in TextWidth.Wrap($"No attack and no abuse of rights was seen from {page.DateTime(report.Window.Start)} to {page.DateTime(report.Window.End)}.", text.Width))
            {
                yield return Line.Of(line, unknown.Length == 0 ? Ink.Good : Ink.Plain);
            }
        }

        foreach (var attack in report.Security)
        {
            var outcome = attack.Succeeded ? "GOT IN" : attack.WasThereBefore ? "as before" : "kept out";
            yield return new Line().Add(attack.Pattern.ToUpperInvariant(), Ink.Strong).Add("  ").Add(outcome, attack.Succeeded ? Ink.Bad : attack.WasThereBefore ? Ink.Dim : Ink.Good);
            foreach (var line in Attack(attack, full, text))
            {
                yield return line;
            }

            yield return Line.Empty;
        }

        foreach (var one in unknown)
        {
            foreach (var line in Labelled("not judged", one.Reason, Ink.Dim, text))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<Line> Attack(SecurityReport attack, bool full, Page page)
    {
        IEnumerable<Line>[] parts =
        [
            Labelled("", attack.Statement, Ink.Plain, page),
            Labelled("actor", attack.Actor, Ink.Accent, page),
            Labelled("when", $"{page.DateTime(attack.Start)} to {(page.Day(attack.Start) == page.Day(attack.End) ? page.TimeOfDay(attack.End) : page.DateTime(attack.End))}, {Sentence.Count(attack.Attempts, "attempt")}", Ink.Plain, page),
            Labelled("accounts", Names(attack.Accounts, full), Ink.Plain, page),
            Labelled("targets", Names(attack.Targets, full), Ink.Plain, page),
            Labelled("got in as", attack.Succeeded ? attack.Account ?? string.Empty : string.Empty, Ink.Bad, page),
            .. attack.FollowUp.Take(full ? int.MaxValue : StepsShown).Select((step, i) => Labelled(i == 0 ? "then" : "", step, Ink.Plain, page)),
            Labelled("", attack.FollowUp.Count > StepsShown && !full ? $"and {Sentence.Count(attack.FollowUp.Count - StepsShown, "step")} more (--full)" : string.Empty, Ink.Dim, page),
            Labelled("reached", Reached(attack.BlastRadius, full), attack.Succeeded ? Ink.Warning : Ink.Plain, page),
            Labelled("sample", attack.Sample ?? string.Empty, Ink.Dim, page),
        ];
        foreach (var line in parts.SelectMany(part => part))
        {
            yield return line;
        }

        if (attack.Query is { Length: > 0 } query)
        {
            yield return new Line().Space(Indent).Add("$ ", Ink.Dim).Add(query, Ink.Accent);
        }

        foreach (var trace in attack.TraceIds)
        {
            yield return new Line().Space(Indent).Add("$ ", Ink.Dim).Add($"clew trace {trace}", Ink.Accent);
        }
    }

    private static string Reached(BlastRadius radius, bool full)
    {
        if (radius.Services.Count == 0 && radius.Accounts.Count == 0)
        {
            return "nothing that is known";
        }

        var accounts = radius.Accounts.Count > 0 ? $"; accounts {Names(radius.Accounts, full)}" : string.Empty;
        return $"{Names(radius.Services, full)} in {Sentence.Count(radius.Requests, "request")}{accounts}";
    }

    private static string Names(IReadOnlyList<string> names, bool full) =>
        string.Join(", ", full ? names : names.Take(NamesShown)) + (full || names.Count <= NamesShown ? string.Empty : $" and {names.Count - NamesShown} more (--full)");

    /// <summary>Nothing when there is no text.</summary>
    private static IEnumerable<Line> Labelled(string label, string text, Ink ink, Page page)
    {
        if (text.Length == 0)
        {
            yield break;
        }

        var lines = TextWidth.Wrap(text, page.Width - Indent - LabelWidth - 1);
        for (var i = 0; i < lines.Count; i++)
        {
            yield return new Line().Space(Indent).Add((i == 0 ? label : string.Empty).PadRight(LabelWidth + 1), Ink.Dim).Add(lines[i], ink);
        }
    }
}
