using Clew.Analysis.Reports;

namespace Clew.Cli.Rendering;

/// <summary>What became of a report's evidence: a line for each piece, with the command where it is not the same.</summary>
public static class VerificationText
{
    private const int Columns = 11;

    public static IEnumerable<Line> Render(Verification verification, Page page)
    {
        if (verification.Items.Count == 0)
        {
            yield return Line.Of("The report cites no evidence.");
            yield break;
        }

        foreach (var item in verification.Items)
        {
            var line = new Line().Add(Word(item.Outcome), InkOf(item.Outcome)).To(Columns + 2).Add(item.Id, Ink.Accent).Add("  ");
            var at = line.Width;
            foreach (var text in TextWidth.Wrap(Sentence.Clean(item.Statement), Math.Max(20, page.Width - at)))
            {
                yield return line.Add(text);
                line = new Line().Space(at);
            }

            foreach (var text in TextWidth.Wrap(Sentence.Clean(item.Detail), Math.Max(20, page.Width - at)))
            {
                yield return new Line().Space(at).Add(text, item.Outcome == EvidenceOutcome.Same ? Ink.Dim : Ink.Plain);
            }

            if (item is { Query: { } query, Outcome: not EvidenceOutcome.Same })
            {
                yield return new Line().Space(at).Add("$ " + query, Ink.Accent);
            }
        }

        yield return Line.Empty;
        var counts = verification.Items.GroupBy(item => item.Outcome).OrderBy(group => group.Key).Select(group => $"{group.Count()} {Word(group.Key)}");
        yield return Line.Of($"{Sentence.Count(verification.Items.Count, "piece", "pieces")} of evidence: {string.Join(", ", counts)}.", Ink.Strong);
    }

    private static string Word(EvidenceOutcome outcome) => outcome switch
    {
        EvidenceOutcome.Same => "same",
        EvidenceOutcome.Changed => "changed",
        EvidenceOutcome.Gone => "gone",
        _ => "not checked",
    };

    private static Ink InkOf(EvidenceOutcome outcome) => outcome switch
    {
        EvidenceOutcome.Same => Ink.Good,
        EvidenceOutcome.Changed => Ink.Warning,
        EvidenceOutcome.Gone => Ink.Bad,
        _ => Ink.Dim,
    };
}
