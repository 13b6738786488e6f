using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Analysis.Doctor;
using Clew.Tests.Architecture;

namespace Clew.Tests.Analysis.Doctor;

/// <summary>One case of Cases/checks.txt: which check, a survey, and what it says of it.</summary>
internal sealed record CheckCase(string Check, string What, string Survey, string Expected)
{
    private const string File = "tests/Clew.Tests/Analysis/Doctor/Cases/checks.txt";

    /// <summary>Members left out keep what a new survey has; one that is misspelt fails.</summary>
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>What the check says: findings one a line, or clean, or why it cannot tell.</summary>
    public string Say()
    {
        var survey = JsonSerializer.Deserialize<TelemetrySurvey>(Survey, Options)!;
        var report = TracingDoctor.Examine(survey);
        var answer = report.Checks.Single(check => check.Check == Check);
        return answer.Outcome switch
        {
            CheckOutcome.Unknown => $"unknown: {answer.Reason}",
            CheckOutcome.Clean => "clean",
            _ => string.Join("\n=> ", report.Findings.Where(finding => finding.Check == Check).Select(finding => $"{finding.Severity}: {finding.Summary}{string.Concat(finding.Traces.Select(trace => $" [{trace}]"))}")),
        };
    }

    public static IReadOnlyList<CheckCase> ReadAll()
    {
        var cases = new List<CheckCase>();
        foreach (var block in Blocks().Where(block => !block.StartsWith('#')))
        {
            var lines = block.Split('\n');
            var title = lines[0].Split(" / ");
            cases.Add(new CheckCase(title[0], title[1], lines[1], string.Join("\n=> ", lines.Skip(2).Select(line => line[3..]))));
        }

        return cases;
    }

    /// <summary>Writes what the checks say now into the file.</summary>
    public static void Accept()
    {
        var text = new StringBuilder();
        foreach (var block in Blocks())
        {
            if (block.StartsWith('#'))
            {
                text.Append(block).Append("\n\n");
                continue;
            }

            var lines = block.Split('\n');
            var title = lines[0].Split(" / ");
            text.Append(lines[0]).Append('\n').Append(lines[1]).Append("\n=> ").Append(new CheckCase(title[0], title[1], lines[1], string.Empty).Say()).Append("\n\n");
        }

        System.IO.File.WriteAllText(Repository.PathOf(File), text.ToString().TrimEnd('\n') + "\n");
    }

    private static IEnumerable<string> Blocks() => Repository.Read(File).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block.Trim('\n'));
}
