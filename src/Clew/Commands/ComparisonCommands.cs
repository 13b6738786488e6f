using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Clew.Analysis.Differences;
using Clew.Analysis.Timelines;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Differences;
using Clew.Server.Redaction;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew diff</c>, <c>compare</c>, <c>critical-path</c> and <c>timeline</c>.</summary>
internal static class ComparisonCommands
{
    public static IEnumerable<Command> Create() => [Diff(), Compare(), CriticalPath(), Timeline()];

    private static Command Diff()
    {
        var a = new Argument<string>("A") { Description = "A trace's id, or a file with a request, an answer or log lines" };
        var b = new Argument<string>("B") { Description = "The other one, of the same sort" };
        var all = new Option<bool>("--all") { Description = "Show what is the same, too" };
        var command = Ask.Common(new Command(
            "diff",
            """
            Compare two traces, or two requests in files.

            Traces are aligned as trees: spans that were added, removed, took longer, failed, or have other attributes, and where the time
            went. Files hold JSON, an HTTP message (start line, headers, body), a JSON value per line, or plain lines; they are compared
            field by field, without a server, and secrets are hidden in what is shown.

            Exit codes: 0 compared, 1 no such trace or file, 2 wrong usage.

            Examples:
              clew diff 5b8efff798038103d269b633813fc60c 0af7651916cd43dd8448eb211c80319c
              clew diff working.http failing.http
            """)
        {
            a, b, all,
        });
        command.SetAction((parsed, cancellation) =>
        {
            var (first, second) = (parsed.GetRequiredValue(a), parsed.GetRequiredValue(b));
            if (File.Exists(first) && File.Exists(second))
            {
                return Task.FromResult(DiffFiles(parsed, first, second, parsed.GetValue(all)));
            }

            foreach (var text in new[] { first, second })
            {
                if (!TraceId.TryParse(text, out _))
                {
                    return Task.FromResult(Ask.Fail(parsed, $"'{Sentence.Clean(text)}' is neither a file nor a trace id of up to 32 hex digits.", isMistake: true));
                }
            }

            return Ask.ShowAsync(parsed, new Question("/api/diff").With("a", first).With("b", second), ComparisonJson.Default.TraceDiff, (diff, page) => ComparisonText.Diff(diff, parsed.GetValue(all), page), cancellation);
        });
        return command;
    }

    private static int DiffFiles(ParseResult parsed, string first, string second, bool all)
    {
        try
        {
            using var a = File.OpenRead(first);
            using var b = File.OpenRead(second);
            var diff = RequestComparer.Compare(
                Encoding.UTF8.GetString(BoundedFile.Read(a, RequestFields.MaxLength)), Encoding.UTF8.GetString(BoundedFile.Read(b, RequestFields.MaxLength)), TextRedactor.Default.Redact);
            if (parsed.GetValue(ClientOptions.Json))
            {
                parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(diff, ComparisonJson.Readable.RequestDiff));
                return ExitCode.Success;
            }

            var terminal = ClientOptions.TerminalOf(parsed);
            terminal.Write(parsed.InvocationConfiguration.Output, ComparisonText.Requests(diff, terminal.Page));
            return ExitCode.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Ask.Fail(parsed, $"The files cannot be compared: {Sentence.Clean(e.Message)}", isMistake: false);
        }
    }

    private static Command Compare()
    {
        var bad = new Option<string>("--bad") { Description = "The bad traces, as a TraceQL query", HelpName = "QUERY", Required = true };
        var good = new Option<string?>("--good") { Description = "The good ones; without it the others through the same entry points", HelpName = "QUERY" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many traces of each; 100 unless given", HelpName = "N" };
        var command = Ask.Common(new Command(
            "compare",
            """
            Say what sets a group of bad traces apart from a group of good ones.

            Attributes of spans and resources, services and operations that are over-represented among the bad ones, each with its
            shares, a 95 % interval of the difference, and a rate of false discoveries over all that were tried; values that select the
            same traces are told once. Then the operations whose own time differs. The last hour unless a time is given.

            Examples:
              clew compare --bad '{ status = error }'
              clew compare --bad '{ name = "POST /checkout" && duration > 2s }' --good '{ name = "POST /checkout" && duration < 300ms }' --since 1h
            """)
        {
            bad, good, limit,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) => Ask.ShowAsync(
            parsed,
            range.Ask(parsed, new Question("/api/compare").With("bad", parsed.GetRequiredValue(bad)).With("good", parsed.GetValue(good)).With("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture))),
            ComparisonJson.Default.GroupComparison,
            ComparisonText.Groups,
            cancellation));
        return command;
    }

    private static Command CriticalPath()
    {
        var trace = new Argument<string?>("TRACE") { Description = "A trace's id; without it many traces are added up", Arity = ArgumentArity.ZeroOrOne };
        trace.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !TraceId.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not a trace id; expected up to 32 hex digits.");
            }
        });
        var service = new Option<string[]>("--service", "-s") { Description = "Traces with a span of this service; may be repeated", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var operation = new Option<string[]>("--operation", "-o") { Description = "Traces with a span of this name; may be repeated", HelpName = "NAME" };
        var min = new Option<string?>("--min-duration") { Description = "Traces with a span that took at least this long", HelpName = "LENGTH" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many traces; 100 unless given", HelpName = "N" };
        var command = Ask.Common(new Command(
            "critical-path",
            """
            Say which operations own the critical path: make these faster, and requests get faster.

            Of one trace, or of many together. What runs beside the path is not counted, however long it takes. The last hour unless a
            time is given.

            Examples:
              clew critical-path 5b8efff798038103d269b633813fc60c
              clew critical-path --service gateway --operation 'POST /checkout' --min-duration 1s --since 1h
            """)
        {
            trace, service, operation, min, limit,
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(min) is { } text)
            {
                TimeArguments.ParseLength(text, "--min-duration", result.AddError);
            }
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) => Ask.ShowAsync(
            parsed,
            range.Ask(parsed, new Question("/api/critical-path").With("trace", parsed.GetValue(trace)).With("service", parsed.GetValue(service)).With("operation", parsed.GetValue(operation))
                .With("minDuration", parsed.GetValue(min)).With("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture))),
            ComparisonJson.Default.CriticalPathShares,
            ComparisonText.CriticalPath,
            cancellation));
        return command;
    }

    private static Command Timeline()
    {
        var trace = new Option<string?>("--trace") { Description = "The story of this trace", HelpName = "ID" };
        trace.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !TraceId.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"--trace is '{result.Tokens[0].Value}'; expected up to 32 hex digits.");
            }
        });
        var service = new Option<string[]>("--service", "-s") { Description = "Only what is about this service; may be repeated", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var iso = new Option<bool>("--iso") { Description = "A line each: ISO 8601 in UTC, a bar, what happened" };
        var mermaid = new Option<bool>("--mermaid") { Description = "A timeline for Mermaid" };
        var command = Ask.Common(new Command(
            "timeline",
            """
            Say what happened, in order, with the time between.

            Of a window: deploys and other changes, alerts, warnings of Kubernetes, the first error of each service. Of a trace: where the
            request came into services and left them, errors, exceptions, warnings in its logs. The last hour unless a time is given.

            Examples:
              clew timeline --since 2h
              clew timeline --service payments --start 14:00 --end 14:30 --iso
              clew timeline --trace 5b8efff798038103d269b633813fc60c
            """)
        {
            trace, service, iso, mermaid,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.Validators.Add(result =>
        {
            if (new[] { result.GetValue(iso), result.GetValue(mermaid), result.GetValue(ClientOptions.Json) }.Count(given => given) > 1)
            {
                result.AddError("--iso, --mermaid and --json are three ways to print the same; give one of them.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            using var http = Ask.Http(parsed);
            var question = range.Ask(parsed, new Question("/api/timeline").With("trace", parsed.GetValue(trace)).With("service", parsed.GetValue(service)));
            var answer = await new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http).GetAsync(question.ToString(), cancellation);
            if ((parsed.GetValue(iso) || parsed.GetValue(mermaid)) && Ask.Read(answer, ComparisonJson.Default.EventTimeline, out _) is { } timeline)
            {
                parsed.InvocationConfiguration.Output.Write(parsed.GetValue(iso) ? TimelineWriter.Iso(timeline) : TimelineWriter.Mermaid(timeline));
                return ExitCode.Success;
            }

            return Ask.Show(parsed, answer, ComparisonJson.Default.EventTimeline, ComparisonText.Timeline, _ => ExitCode.Success);
        });
        return command;
    }
}
