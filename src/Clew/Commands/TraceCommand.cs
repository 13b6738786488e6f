using System.CommandLine;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew trace ID</c>: one trace as a waterfall.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "The trace's id in hex, any case, with or without leading zeros" };
        id.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !TraceId.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not a trace id; expected up to 32 hex digits.");
            }
        });
        var logs = new Option<bool>("--logs", "-l") { Description = "Show the log records of the trace under their spans" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show ids, attributes, events and links" };
        var adjust = new Option<bool>("--adjust") { Description = "Correct times for clocks that disagree, by an estimate from many traces" };
        var all = new Option<bool>("--all") { Description = "Show every span, also many alike" };
        var command = Ask.Common(new Command(
            "trace",
            """
            Show a trace as a waterfall.

            The tree of spans, bars on a shared time axis, duration and self time. Spans marked with a dot are on the critical path,
            whose stretches are the thick parts of the bars: from top to bottom they cover the whole time once. Failed spans are
            marked with a cross and say why. A service stands where it changes. Durations with ~ are of spans whose clock was off.

            Exit codes: 0 found, 1 no such trace or no answer, 2 wrong usage.

            Examples:
              clew trace 5b8efff798038103d269b633813fc60c
              clew trace 5B8EFFF798038103D269B633813FC60C --logs -v
            """)
        {
            id, logs, verbose, all, adjust,
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            _ = TraceId.TryParse(parsed.GetRequiredValue(id), out var trace);
            using var http = Ask.Http(parsed);
            var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
            LogList? records = null;
            if (parsed.GetValue(logs) && !parsed.GetValue(ClientOptions.Json))
            {
                var found = await client.GetAsync(new Question($"/api/traces/{trace}/logs").With("limit", "10000").ToString(), cancellation);
                records = Ask.Read(found, ApiJson.Default.LogList, out var error);
                if (records is null)
                {
                    return Ask.Fail(parsed, error ?? "The server's answer is empty.", found.IsMistake);
                }
            }

            var view = new TraceView(parsed.GetValue(verbose), parsed.GetValue(all), records);
            var answer = await client.GetAsync(new Question($"/api/traces/{trace}").With("adjusted", parsed.GetValue(adjust) ? "true" : null).ToString(), cancellation);
            return Ask.Show(parsed, answer, ApiJson.Default.TraceDetail, (detail, page) => TraceText.Render(detail, view, page), _ => ExitCode.Success);
        });
        return command;
    }
}
