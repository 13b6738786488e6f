using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Clew.Analysis.Reports;
using Clew.Cli.Client;
using Clew.Cli.Rendering;

namespace Clew.Cli.Commands;

/// <summary><c>clew security</c>: who attacked what, and how far they came.</summary>
internal static class SecurityCommand
{
    private static readonly TimeSpan DefaultRange = TimeSpan.FromHours(1);

    public static Command Create()
    {
        var full = new Option<bool>("--full") { Description = "All accounts, targets and steps, not the first of each" };
        var command = Ask.Common(new Command(
            "security",
            """
            List attacks and abuse of rights: who, against what, when, how far they came.

            Looks for brute force, password spraying, SQL injection, path traversal, scanning and rights gained by
            those who were refused, in server spans, access logs and the logs of sshd, PAM, sudo, PostgreSQL and
            applications. The last hour, unless a time range is given; the time before it tells what is not new.

            Exit codes: 0 nothing got in, 1 no answer, 2 wrong usage, 3 something got in.

            Examples:
              clew security
              clew security --since 6h --full
              clew security --start 14:00 --end 15:00 --json
            """)
        {
            full,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (start, end) = range.Resolve(parsed);
            var body = new JsonObject();
            if (start is null && end is null)
            {
                body["since"] = $"{DefaultRange.TotalMinutes:0}m";
            }

            if (start is { } from)
            {
                body["start"] = from.ToString();
            }

            if (end is { } to)
            {
                body["end"] = to.ToString();
            }

            using var http = Ask.Http(parsed);
            var answer = await new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http).PostAsync("/api/investigations", Encoding.UTF8.GetBytes(body.ToJsonString()), cancellation);
            return Ask.Show(
                parsed,
                answer,
                ReportJson.Default.InvestigationReport,
                (report, page) => SecurityText.Render(report, parsed.GetValue(full), page),
                report => report.Security.Any(attack => attack.Succeeded) ? ExitCode.Partial : ExitCode.Success);
        });
        return command;
    }
}
