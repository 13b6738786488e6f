using System.CommandLine;
using Clew.Analysis.Doctor;
using Clew.Cli.Client;
using Clew.Cli.Rendering;

namespace Clew.Cli.Commands;

/// <summary><c>clew doctor</c>: what is wrong with the telemetry itself?</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var measures = new Option<bool>("--measures") { Description = "Show the measures of the tracing itself instead: rates, delays, sampling, cost" };
        var all = new Option<bool>("--all") { Description = "Also list the checks that found nothing" };
        var command = Ask.Common(new Command(
            "doctor",
            """
            Find what is wrong with the telemetry itself, why, and what to do.

            Traces that break between services or at queues, missing spans, clocks that disagree, failures that are not marked or not
            kept, logs without trace ids, services without traces, names with ids in them, secrets, waste, data that is refused.
            docs/doctor.md lists every check. Without a time range: the hour up to the latest span.

            Exit codes: 0 nothing found that misleads (notes do not count), 1 no answer, 2 wrong usage, 3 something was found.

            Examples:
              clew doctor
              clew doctor --since 24h --json
              clew doctor --measures --since 1h
            """)
        {
            measures, all,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var http = Ask.Http(parsed);
            var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
            var path = parsed.GetValue(measures) ? "/api/tracing/measures" : "/api/doctor";
            var answer = await client.GetAsync(range.Ask(parsed, new Question(path)).ToString(), cancellation);
            return parsed.GetValue(measures)
                ? Ask.Show(parsed, answer, DoctorJson.Default.TracingMeasures, DoctorText.Measures, _ => ExitCode.Success)
                : Ask.Show(
                    parsed, answer, DoctorJson.Default.DoctorReport, (report, page) => DoctorText.Report(report, parsed.GetValue(all), page),
                    report => report.Findings.Any(finding => finding.Severity > DoctorSeverity.Note) ? ExitCode.Partial : ExitCode.Success);
        });
        return command;
    }
}
