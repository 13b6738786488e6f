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
        var table = new StringBuilder("| system | true templates | found | grouping accuracy | of the miner that compares lines |\n|---|---|---|---|---|\n");
        var (sum, minerSum, systems) = (0.0, 0.0, 0);
        foreach (var folder in Directory.GetDirectories(SharedFolder.PathOf("logs-2k")).Order(StringComparer.Ordinal))
        {
            var system = Path.GetFileName(folder);
            var rows = Csv(File.ReadAllText(Path.Combine(folder, $"{system}_2k.log_structured_corrected.csv")));
            var (content, template) = (Array.IndexOf(rows[0], "Content"), Array.IndexOf(rows[0], "EventTemplate"));
            var truth = rows.Skip(1).Select(row => row[template]).ToArray();
            var templater = new LogTemplater();
            var found = rows.Skip(1).Select(row => Encoding.UTF8.GetString(templater.Of(Encoding.UTF8.GetBytes(row[content])))).ToArray();
            var miner = new TemplateMiner();
            var mined = rows.Skip(1).Select(row => miner.Add(row[content]).ToString(CultureInfo.InvariantCulture)).ToArray();
            var (accuracy, minerAccuracy) = (Accuracy(found, truth), Accuracy(mined, truth));
            (sum, minerSum, systems) = (sum + accuracy, minerSum + minerAccuracy, systems + 1);
            table.Append(CultureInfo.InvariantCulture, $"| {system} | {truth.Distinct().Count()} | {found.Distinct().Count()} | {accuracy:0.000} | {minerAccuracy:0.000} |\n");
        }

        table.Append(CultureInfo.InvariantCulture, $"| average | | | {sum / systems:0.000} | {minerSum / systems:0.000} |\n");
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
