using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clew.Analysis.Reports;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Investigations;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew similar</c>: has this happened before?</summary>
internal static class SimilarCommand
{
    public static Command Create()
    {
        var what = new Argument<string?>("REPORT|TRACE") { Description = "A report of clew investigate --json, or the id of a failing trace", Arity = ArgumentArity.ZeroOrOne };
        var error = new Option<string?>("--error", "-e") { Description = "An error's text, or a log line", HelpName = "TEXT" };
        var service = new Option<string?>("--service", "-s") { Description = "The service that fails", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var command = Ask.Common(new Command(
            "similar",
            """
            Find earlier investigations like a report, a trace, an error or about a service.

            Investigations are remembered for 400 days. Alike is what shares the kind of cause and its service, errors and log statements
            (without their numbers), operations, the kind of change; each match says what it shares. Without anything to compare with the
            latest investigations are listed.

            Exit codes: 0 shown, 1 nothing alike is remembered or no answer, 2 wrong usage.

            Examples:
              clew similar report.json
              clew similar 5b8efff798038103d269b633813fc60c
              clew similar --error 'connection pool exhausted' --service payments
            """)
        {
            what, error, service,
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(what) is not null && (result.GetValue(error) is not null || result.GetValue(service) is not null))
            {
                result.AddError("A report or a trace goes with neither --error nor --service.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            using var http = Ask.Http(parsed);
            var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
            var body = new JsonObject();
            switch (parsed.GetValue(what))
            {
                case { } id when TraceId.TryParse(id, out _) && !File.Exists(id):
                    body["traceId"] = id;
                    break;
                case { } path:
                    if (ReportFile.Read(parsed, path, out _) is not { } report)
                    {
                        return ExitCode.Usage;
                    }

                    body["report"] = JsonSerializer.SerializeToNode(report, ReportJson.Default.InvestigationReport);
                    break;
                case null when parsed.GetValue(error) is null && parsed.GetValue(service) is null:
                    return Ask.Show(parsed, await client.GetAsync("/api/investigations", cancellation), PastJson.Default.InvestigationList, SimilarText.List, list => list.Investigations.Count == 0 ? ExitCode.Failure : ExitCode.Success);
                default:
                    body["error"] = parsed.GetValue(error);
                    body["service"] = parsed.GetValue(service);
                    break;
            }

            var answer = await client.PostAsync("/api/investigations/similar", System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), cancellation);
            return Ask.Show(parsed, answer, PastJson.Default.SimilarList, SimilarText.Render, list => list.Similar.Count == 0 ? ExitCode.Failure : ExitCode.Success);
        });
        return command;
    }
}
