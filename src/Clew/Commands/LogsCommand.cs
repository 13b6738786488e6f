using System.CommandLine;
using System.Globalization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Api.Contracts;
using Clew.Server.Derivation;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew logs</c>: search, and follow.</summary>
internal static class LogsCommand
{
    private static readonly TimeSpan FollowEvery = TimeSpan.FromSeconds(1);

    /// <summary>How far back each look goes: records may arrive out of order and late.</summary>
    private static readonly TimeSpan FollowOverlap = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var service = new Option<string[]>("--service", "-s") { Description = "Of this service; may be repeated for any of several", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var severity = new Option<string>("--severity") { Description = "At least this severe: trace, debug, info, warn, error, fatal, or 1 to 24", HelpName = "LEVEL" };
        severity.CompletionSources.Add("trace", "debug", "info", "warn", "error", "fatal");
        var text = new Option<string>("--text", "-t") { Description = "With this in the body; case does not count", HelpName = "TEXT" };
        var trace = new Option<string>("--trace") { Description = "Of this trace", HelpName = "ID" };
        var span = new Option<string>("--span") { Description = "Of this span", HelpName = "ID" };
        var attribute = new Option<string[]>("--attr", "-a") { Description = "With this attribute: key=value, key!=v, key>=5, key=~regex, key, !key; may be repeated, all must hold", HelpName = "CONDITION" };
        var template = new Option<string>("--template") { Description = "With this template, see --templates", HelpName = "ID" };
        var signature = new Option<string>("--signature") { Description = "With this error signature, see clew errors", HelpName = "ID" };
        var templates = new Option<bool>("--templates") { Description = "Count the records by template instead: their text without values" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many records, the newest; 100 unless given", HelpName = "N" };
        var oldest = new Option<bool>("--oldest") { Description = "The oldest records instead of the newest" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on printing records as they arrive, until Ctrl-C" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show trace, span and attributes" };
        var command = Ask.Common(new Command(
            "logs",
            """
            Find log records, and follow them.

            They are printed in the order of time, the newest last. On a wide terminal the trace's id stands behind the text.

            Examples:
              clew logs --service payments --severity warn --since 15m
              clew logs --text timeout --attr k8s.pod.name=payments-7
              clew logs --trace 5b8efff798038103d269b633813fc60c
              clew logs --severity error --follow
              clew logs --templates --severity warn --since 1h
            """)
        {
            service, severity, text, trace, span, template, signature, attribute, limit, oldest, follow, templates, verbose,
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(follow) && (result.GetValue(ClientOptions.Json) || result.GetValue(oldest)))
            {
                result.AddError("--follow goes with neither --json nor --oldest.");
            }

            if (result.GetValue(templates) && (result.GetValue(follow) || result.GetValue(oldest) || result.GetValue(verbose) || result.GetValue(trace) is not null || result.GetValue(span) is not null
                || result.GetValue(signature) is not null || result.GetValue(attribute) is { Length: > 0 }))
            {
                result.AddError("--templates goes with --service, --severity, --text, --template, --limit and a time range only.");
            }
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(templates))
            {
                var counted = range.Ask(parsed, new Question("/api/logs/templates")).With("service", parsed.GetValue(service)).With("severity", parsed.GetValue(severity)).With("text", parsed.GetValue(text))
                    .With("template", parsed.GetValue(template)).With("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture));
                return await Ask.ShowAsync(parsed, counted, DerivationJson.Default.LogTemplateList, DerivationText.Templates, cancellation);
            }

            var view = new LogTextView(parsed.GetValue(verbose));
            if (!parsed.GetValue(follow))
            {
                var question = range.Ask(parsed, Conditions(parsed)).With("order", parsed.GetValue(oldest) ? "oldest" : "newest").With("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture));
                return await Ask.ShowAsync(parsed, question, ApiJson.Default.LogList, (list, page) => Show(list, view, page), cancellation);
            }

            return await FollowAsync(parsed, Conditions, range.Resolve(parsed).Start, view, cancellation);
        });
        return command;

        Question Conditions(ParseResult parsed) => new Question("/api/logs")
            .With("service", parsed.GetValue(service))
            .With("severity", parsed.GetValue(severity))
            .With("text", parsed.GetValue(text))
            .With("trace", parsed.GetValue(trace))
            .With("span", parsed.GetValue(span))
            .With("template", parsed.GetValue(template))
            .With("signature", parsed.GetValue(signature))
            .With("attr", parsed.GetValue(attribute));
    }

    private static IEnumerable<Line> Show(LogList list, LogTextView view, Page page)
    {
        if (list.Logs.Count == 0)
        {
            return [Line.Of("No log record fulfils these conditions. Leave some out, or widen the time range.")];
        }

        return LogText.Render(list with { Logs = [.. list.Logs.OrderBy(log => log.Time.UnixNanoseconds)] }, view, page);
    }

    /// <summary>Asks again and again for what is new. What was printed is remembered as long as it can be found again.</summary>
    private static async Task<int> FollowAsync(ParseResult parsed, Func<ParseResult, Question> conditions, Timestamp? start, LogTextView view, CancellationToken cancellation)
    {
        using var http = Ask.Http(parsed);
        var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
        var terminal = ClientOptions.TerminalOf(parsed);
        var page = terminal.Page with { Unbounded = true };
        var printed = new Dictionary<(Timestamp, string, string, SpanId?), int>();
        var since = start ?? Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) - FollowOverlap;
        while (true)
        {
            var answer = await client.GetAsync(conditions(parsed).With("order", "oldest").With("limit", "10000").With("start", since.ToString()).ToString(), cancellation);
            if (Ask.Read(answer, ApiJson.Default.LogList, out var error) is not { } list)
            {
                return Ask.Fail(parsed, error ?? "The server's answer is empty.", answer.IsMistake);
            }

            var seen = new Dictionary<(Timestamp, string, string, SpanId?), int>();
            var fresh = new List<LogEntry>();
            foreach (var log in list.Logs)
            {
                var key = (log.Time, log.Service, log.Body, log.SpanId);
                seen[key] = seen.GetValueOrDefault(key) + 1;
                if (seen[key] > printed.GetValueOrDefault(key))
                {
                    fresh.Add(log);
                }
            }

            terminal.Write(parsed.InvocationConfiguration.Output, LogText.Render(list with { Logs = fresh }, view, page));
            printed = seen;

            // A full answer ends in the middle: go on from its end at once. Otherwise look back far enough for late ones.
            var newest = list.Logs.Count > 0 ? list.Logs[^1].Time : since;
            if (list.Logs.Count >= list.Limit)
            {
                since = newest;
                continue;
            }

            var back = newest - FollowOverlap;
            since = back > since ? back : since;
            try
            {
                await Task.Delay(FollowEvery, cancellation);
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Success;
            }
        }
    }
}
