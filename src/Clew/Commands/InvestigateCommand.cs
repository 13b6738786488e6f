using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clew.Analysis.Paperwork;
using Clew.Analysis.Reports;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Capsules;
using Clew.Server.Investigations;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew investigate</c>: what is the cause?</summary>
internal static class InvestigateCommand
{
    public static Command Create()
    {
        var trace = new Option<string>("--trace") { Description = "A trace that shows the trouble; the window is laid around it", HelpName = "ID" };
        trace.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !TraceId.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"--trace is '{result.Tokens[0].Value}'; expected up to 32 hex digits.");
            }
        });
        var service = new Option<string>("--service", "-s") { Description = "A service that is in trouble", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var words = new Argument<string[]>("TEXT") { Arity = ArgumentArity.ZeroOrMore, Description = "What is known, in words: ids, times (UTC), services, a message in quotes" };
        var operation = new Option<string>("--operation") { Description = "An operation that is in trouble", HelpName = "NAME" };
        var alert = new Option<string>("--alert") { Description = "Name or fingerprint of an alert", HelpName = "NAME" };
        var error = new Option<string>("--error") { Description = "An error message, a part of a log line, or an id of clew errors or clew logs --templates", HelpName = "TEXT" };
        var user = new Option<string>("--user") { Description = "A user, session or customer whose requests fail", HelpName = "ID" };
        var at = new Option<string>("--at") { Description = "When it was seen, roughly", HelpName = "TIME" };
        var baselineStart = new Option<string>("--baseline-start") { Description = "Begin of a baseline to use in place of the one that would be picked", HelpName = "TIME" };
        var baselineEnd = new Option<string>("--baseline-end") { Description = "Its end", HelpName = "TIME" };
        var full = new Option<bool>("--full") { Description = "Everything the report has, not the most important of each part" };
        var postmortem = new Option<string?>("--postmortem") { Description = "Write the draft of a postmortem to this file, as Markdown", HelpName = "FILE.md" };
        var runbook = new Option<string?>("--runbook") { Description = "Write a runbook for the next time to this file, as Markdown", HelpName = "FILE.md" };
        var capsule = new Option<string?>("--capsule") { Description = "Write report, world and evidence to this file, for clew open", HelpName = "FILE" };
        var command = Ask.Common(new Command(
            "investigate",
            """
            Find the cause of an incident, and say why.

            Compares a window with a baseline and ranks the services by what speaks against them.
            Start from a time range, an alert, a trace, an error, a user, a service or a sentence; without any, from the latest onset of trouble.

            Exit codes: 0 a cause is named (CONFIRMED or LIKELY), 1 no answer, 2 wrong usage, 3 INCONCLUSIVE: nothing stands out enough.

            Examples:
              clew investigate
              clew investigate checkout failed for user_789 at 10:15
              clew investigate --alert CheckoutErrors
              clew investigate --since 15m
              clew investigate --start 14:05 --end 14:20 --tz local
              clew investigate --trace 5b8efff798038103d269b633813fc60c
              clew investigate --service checkout --since 1h --json
              clew investigate --since 30m --postmortem postmortem.md --capsule incident.capsule
            """)
        {
            words, trace, service, operation, alert, error, user, at, baselineStart, baselineEnd, full, postmortem, runbook, capsule,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.Validators.Add(result =>
        {
            if (result.GetValue(baselineStart) is null != result.GetValue(baselineEnd) is null)
            {
                result.AddError("--baseline-start and --baseline-end go together; one of them is missing.");
            }

            foreach (var (option, name) in new[] { (baselineStart, "--baseline-start"), (baselineEnd, "--baseline-end"), (at, "--at") })
            {
                if (result.GetValue(option) is { } text)
                {
                    TimeArguments.Parse(text, name, TimeZoneInfo.Utc, TimeProvider.System.GetUtcNow(), result.AddError);
                }
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var (start, end) = range.Resolve(parsed);
            var body = new JsonObject();
            Set(body, "start", start?.ToString());
            Set(body, "end", end?.ToString());
            Set(body, "traceId", parsed.GetValue(trace));
            Set(body, "service", parsed.GetValue(service));
            Set(body, "operation", parsed.GetValue(operation));
            Set(body, "alert", parsed.GetValue(alert));
            Set(body, "error", parsed.GetValue(error));
            Set(body, "user", parsed.GetValue(user));
            Set(body, "at", Time(parsed, at));
            Set(body, "text", parsed.GetValue(words) is { Length: > 0 } text ? string.Join(' ', text) : null);
            Set(body, "baselineStart", Time(parsed, baselineStart));
            Set(body, "baselineEnd", Time(parsed, baselineEnd));

            using var http = Ask.Http(parsed);
            var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
            var question = Encoding.UTF8.GetBytes(body.ToJsonString());
            var answer = parsed.GetValue(capsule) is { } archive
                ? await CapsuleAsync(parsed, client, question, archive, cancellation)
                : await AskAsync(parsed, client, question, cancellation);
            if (answer is null || !Documents(parsed, answer, (parsed.GetValue(postmortem), Postmortem.Write), (parsed.GetValue(runbook), Runbook.Write)))
            {
                return ExitCode.Failure;
            }

            return Ask.Show(
                parsed,
                answer,
                ReportJson.Default.InvestigationReport,
                (report, page) => InvestigationText.Render(report, parsed.GetValue(full), page),
                report => report.Verdict == Verdict.Inconclusive ? ExitCode.Partial : ExitCode.Success);
        });
        return command;
    }

    /// <summary>Asks for the capsule, keeps it, and answers with the report in it; null, with the error told, when it cannot be kept.</summary>
    private static async Task<Answer?> CapsuleAsync(ParseResult parsed, ClewClient client, byte[] question, string file, CancellationToken cancellation)
    {
        var answer = await client.PostForFileAsync("/api/investigations/capsule", question, "application/gzip", cancellation);
        if (answer.Body is not { } bytes)
        {
            return answer;
        }

        if (!PaperworkCommands.Write(parsed, file, bytes))
        {
            return null;
        }

        try
        {
            using var input = new MemoryStream(bytes, writable: false);
            var capsule = CapsuleArchive.Read(input, CapsuleLimits.Default);
            parsed.InvocationConfiguration.Error.WriteLine($"Capsule: {Sentence.Clean(file)}, root {capsule.Manifest.Root}");
            return new Answer(capsule["report.json"], capsule["report.json"] is null ? "The capsule has no report." : null);
        }
        catch (InvalidDataException e)
        {
            return new Answer(null, $"The server's capsule cannot be read: {Sentence.Clean(e.Message)}");
        }
    }

    /// <summary>Writes the documents that were asked for; false when one cannot be written. An answer that is no report is not its business.</summary>
    private static bool Documents(ParseResult parsed, Answer answer, params ReadOnlySpan<(string? File, Func<InvestigationReport, string> Write)> documents)
    {
        foreach (var (file, write) in documents)
        {
            if (file is not null && Ask.Read(answer, ReportJson.Default.InvestigationReport, out _) is { } report && !PaperworkCommands.Write(parsed, file, Encoding.UTF8.GetBytes(write(report))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where somebody looks, each stage is a line on standard error, written over by the next.</summary>
    private static async Task<Answer> AskAsync(ParseResult parsed, ClewClient client, byte[] body, CancellationToken cancellation)
    {
        const string Path = "/api/investigations";
        if (Console.IsErrorRedirected)
        {
            return await client.PostAsync(Path, body, cancellation);
        }

        var error = parsed.InvocationConfiguration.Error;
        var answer = await client.PostForLinesAsync(Path, body, line =>
        {
            if (JsonSerializer.Deserialize(line, InvestigationLineJson.Default.InvestigationLine)?.Stage is { } stage)
            {
                var shown = Sentence.Clean(stage);
                error.Write($"\r\u001b[K{(shown.Length > MaxStage ? shown[..MaxStage] + "…" : shown)}");
            }
        }, cancellation);
        error.Write("\r\u001b[K");
        return answer.Body is null ? answer : JsonSerializer.Deserialize(answer.Body, InvestigationLineJson.Default.InvestigationLine) switch
        {
            { Report: { } report } => new Answer(System.Text.Encoding.UTF8.GetBytes(report.GetRawText())),
            { Problem: { } problem } => new Answer(null, Sentence.Clean(problem)),
            _ => new Answer(null, "The server's answer ended too early; its log says why."),
        };
    }

    /// <summary>Columns of a stage that are shown: one line of a usual terminal.</summary>
    private const int MaxStage = 110;

    private static string? Time(ParseResult parsed, Option<string> option) => parsed.GetValue(option) is { } text
        ? TimeArguments.Parse(text, option.Name, ClientOptions.ZoneOf(parsed), TimeProvider.System.GetUtcNow(), _ => { })?.ToString()
        : null;

    private static void Set(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
