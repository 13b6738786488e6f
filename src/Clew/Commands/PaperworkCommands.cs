using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Clew.Analysis.Paperwork;
using Clew.Analysis.Reports;

namespace Clew.Cli.Commands;

/// <summary><c>clew postmortem REPORT</c> and <c>clew runbook REPORT</c>: documents from a report, without a server.</summary>
internal static class PaperworkCommands
{
    public static Command CreatePostmortem() => Create(
        "postmortem",
        """
        Write the draft of a blameless postmortem from a report, as Markdown.

        Summary, impact, timeline (with a Mermaid diagram), times to detect and to repair, root cause with the chain of whys and its
        evidence, contributing factors, what went well and badly, action items without names, similar incidents. What only people know
        stands as "(fill in)". Asks no server.

        Exit codes: 0 written, 1 the file cannot be written, 2 wrong usage.

        Examples:
          clew postmortem report.json --out postmortem.md
          clew investigate --since 15m --json | clew postmortem -
          clew investigate --since 15m --postmortem postmortem.md
        """,
        Postmortem.Write);

    public static Command CreateRunbook() => Create(
        "runbook",
        """
        Write a runbook for the next time from a report, as Markdown.

        Symptoms, detection, the queries that show it (over the last minutes), what it is not, mitigation, resolution, prevention.
        Asks no server.

        Exit codes: 0 written, 1 the file cannot be written, 2 wrong usage.

        Examples:
          clew runbook report.json
          clew runbook report.json --out runbooks/slow-payments.md
        """,
        Runbook.Write);

    /// <summary>Writes a document of a report; false, with the error told, when the file cannot be written.</summary>
    public static bool Write(ParseResult parsed, string path, byte[] content)
    {
        try
        {
            File.WriteAllBytes(path, content);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Ask.Fail(parsed, $"{Sentence.Clean(path)} cannot be written: {Sentence.Clean(e.Message)}", isMistake: false);
            return false;
        }
    }

    private static Command Create(string name, string description, Func<InvestigationReport, string> write)
    {
        var file = ReportFile.Argument();
        var target = new Option<string?>("--out") { Description = "Write to this file instead of standard output", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print an object with the text as its member markdown" };
        var command = new Command(name, description) { file, target, json };
        command.SetAction(parsed =>
        {
            if (ReportFile.Read(parsed, parsed.GetRequiredValue(file), out _) is not { } report)
            {
                return ExitCode.Usage;
            }

            var text = write(report);
            if (parsed.GetValue(json))
            {
                text = new JsonObject { ["markdown"] = text }.ToJsonString() + "\n";
            }

            if (parsed.GetValue(target) is { } path)
            {
                return Write(parsed, path, Encoding.UTF8.GetBytes(text)) ? ExitCode.Success : ExitCode.Failure;
            }

            parsed.InvocationConfiguration.Output.Write(text);
            return ExitCode.Success;
        });
        return command;
    }
}
