using System.Globalization;
using System.Text;
using Clew.Analysis.LogTemplates;
using Clew.Tests.Architecture;

namespace Clew.Tests.Analysis.LogTemplates;

/// <summary>How well templates group the lines of eight systems whose true templates are known (2,000 lines each, corrected labels).</summary>
public sealed class LogTemplateGroupingTests
{
    private const string Document = "docs/derivation.md";
    private const string Begin = "<!-- grouping: written by a test (make accept, where the recorded logs are) -->\n";
    private const string End = "<!-- end of grouping -->\n";

    [SharedFact("logs-2k")]
    public void The_page_says_how_well_lines_are_grouped()
    {
        var table = new StringBuilder(
            """
            | system | true templates | each line alone: found | GA | FGA | PA | compared: found | GA | FGA | PA | GA of the miner |
            |---|---|---|---|---|---|---|---|---|---|---|

            """);
        var sums = new double[7];
        var systems = 0;
        foreach (var folder in Directory.GetDirectories(SharedFolder.PathOf("logs-2k")).Order(StringComparer.Ordinal))
        {
            var system = Path.GetFileName(folder);
            var rows = Csv(File.ReadAllText(Path.Combine(folder, $"{system}_2k.log_structured_corrected.csv")));
            var (content, template) = (Array.IndexOf(rows[0], "Content"), Array.IndexOf(rows[0], "EventTemplate"));
            var truth = rows.Skip(1).Select(row => row[template]).ToArray();
            var lines = rows.Skip(1).Select(row => row[content]).ToArray();
            var templater = new LogTemplater();
            var alone = Array.ConvertAll(lines, line => Encoding.UTF8.GetString(templater.Of(Encoding.UTF8.GetBytes(line))));
            var refined = Refined(alone, lines);
            var compared = Array.ConvertAll(alone, text => refined[text]);
            var miner = new TemplateMiner();
            var mined = Array.ConvertAll(lines, line => miner.Add(line).ToString(CultureInfo.InvariantCulture));
            double[] figures =
            [
                Accuracy(alone, truth), GroupScore(alone, truth), Exact(alone, truth), Accuracy(compared, truth), GroupScore(compared, truth), Exact(compared, truth), Accuracy(mined, truth),
            ];
            systems++;
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += figures[i];
            }

            table.Append(CultureInfo.InvariantCulture, $"| {system} | {truth.Distinct().Count()} | {alone.Distinct().Count()} | {Row(figures[..3])} | {compared.Distinct().Count()} | {Row(figures[3..])} |\n");
        }

        var average = Array.ConvertAll(sums, sum => sum / systems);
        table.Append(CultureInfo.InvariantCulture, $"| average | | | {Row(average[..3])} | | {Row(average[3..])} |\n");
        var page = Repository.Read(Document);
        var begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = page.IndexOf(End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            File.WriteAllText(Repository.PathOf(Document), page[..begin] + table + page[end..]);
            return;
        }

        page[begin..end].ShouldBe(table.ToString(), "grouping has changed; write the page anew with: make accept");
    }

    private static string Row(double[] figures) => string.Join(" | ", figures.Select(figure => figure.ToString("0.000", CultureInfo.InvariantCulture)));

    private static Dictionary<string, string> Refined(string[] templates, string[] lines)
    {
        var samples = templates.Zip(lines).GroupBy(pair => pair.First, pair => pair.Second, StringComparer.Ordinal)
            .Select((group, i) => new TemplateSample((ulong)i + 1, group.Key, group.Count(), [.. group]));
        return TemplateRefiner.Refine([.. samples]).SelectMany(refined => refined.Members.Select(member => (member.Text, Refined: refined.Text))).ToDictionary(pair => pair.Text, pair => pair.Refined, StringComparer.Ordinal);
    }

    /// <summary>Harmonic mean of the shares of found and of true groups that are right (loghub's F-grouping).</summary>
    private static double GroupScore(string[] found, string[] truth)
    {
        var groups = found.Index().GroupBy(line => line.Item, line => line.Index, StringComparer.Ordinal).Select(group => group.ToArray()).ToArray();
        double right = groups.Count(lines => truth.Index().Where(line => line.Item == truth[lines[0]]).Select(line => line.Index).SequenceEqual(lines));
        return 2 * right / (groups.Length + truth.Distinct().Count());
    }

    /// <summary>Share of the lines whose template is the true one, letter by letter (loghub's parsing accuracy).</summary>
    private static double Exact(string[] found, string[] truth) => found.Zip(truth).Count(pair => pair.First == pair.Second) / (double)found.Length;

    /// <summary>Share of the lines whose group has the same lines as a true one (loghub's grouping accuracy).</summary>
    private static double Accuracy(string[] found, string[] truth)
    {
        var right = 0;
        foreach (var group in found.Index().GroupBy(line => line.Item, line => line.Index, StringComparer.Ordinal))
        {
            var lines = group.ToArray();
            right += lines.Select(line => truth[line]).Distinct().Count() == 1 && truth.Count(label => label == truth[lines[0]]) == lines.Length ? lines.Length : 0;
        }

        return (double)right / found.Length;
    }

    /// <summary>RFC 4180.</summary>
    private static List<string[]> Csv(string text)
    {
        var rows = new List<string[]>();
        var row = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append(text[++i]);
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                row.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                if (c == '\n')
                {
                    rows.Add([.. row]);
                    row.Clear();
                }
            }
            else
            {
                field.Append(c);
            }
        }

        if (row.Count > 0)
        {
            rows.Add([.. row, field.ToString()]);
        }

        return rows;
    }
}
