using System.CommandLine;
using System.Text.Json;
using Clew.Analysis.Reports;
using Clew.Cli.Client;
using Clew.Cli.Rendering;

namespace Clew.Cli.Commands;

/// <summary><c>clew verify REPORT</c>: is the evidence still there?</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var file = ReportFile.Argument();
        var command = Ask.Common(new Command(
            "verify",
            """
            Look up again what a report cites, and say what is still so.

            Each piece of evidence carries a query and the figures it gave when the report was written. They are asked again, of this
            server or another one that holds the data, and compared: same, changed (with both figures), or gone. Percentiles may
            differ by 2 %: the store estimates them.

            Exit codes: 0 all that can be looked up is the same, 1 something is gone or no answer, 2 wrong usage, 3 something changed.

            Examples:
              clew investigate --since 15m --json > report.json; clew verify report.json
              clew verify report.json --url http://other:2539
            """)
        {
            file,
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            if (ReportFile.Read(parsed, parsed.GetRequiredValue(file), out _) is not { } report)
            {
                return ExitCode.Usage;
            }

            using var http = Ask.Http(parsed);
            var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
            var answer = await client.PostAsync("/api/investigations/verify", JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Default.InvestigationReport), cancellation);
            return Ask.Show(parsed, answer, ReportJson.Default.Verification, VerificationText.Render, CodeOf);
        });
        return command;
    }

    private static int CodeOf(Verification verification) => verification.Outcome switch
    {
        EvidenceOutcome.Gone => ExitCode.Failure,
        EvidenceOutcome.Changed => ExitCode.Partial,
        _ => ExitCode.Success,
    };
}
