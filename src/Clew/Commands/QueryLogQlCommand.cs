using System.CommandLine;
using System.Globalization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Query.Language;
using Clew.Query.LogQL.Parsing;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew query logql</c>: log lines that a pipeline lets through, or metrics of them.</summary>
internal static class QueryLogQlCommand
{
    /// <summary>Steps of a range whose step is not said.</summary>
    private const int UsualSteps = 120;

    /// <summary>How far back lines are looked for when nothing is said.</summary>
    private const double UsualHours = 1;

    public static Command Create()
    {
        var query = new Argument<string>("QUERY") { Description = "LogQL, in quotes of the shell" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many lines; 100 unless given", HelpName = "N" };
        var oldest = new Option<bool>("--oldest") { Description = "The oldest lines instead of the newest" };
        var step = new Option<string>("--step") { Description = "Metrics over a time: the length of a step, such as 30s; by the range unless given", HelpName = "LENGTH" };
        var command = Ask.Common(new Command(
            "logql",
            """
            Find log lines, or make metrics of them, in LogQL.

            Lines are of the last hour unless --since or --start says otherwise, and are printed in the order of time, the newest last. A metric is its
            value at one moment, or with --since or --start over a time, drawn as charts.

            A query that does not follow the grammar is refused here, with the place and what was expected.

            Examples:
              clew query logql '{service_name="cart"} |= "timeout" | json | status >= 500' --since 15m
              clew query logql 'topk(5, sum by (service_name) (count_over_time({service_name=~".+"} |~ "(?i)error" [1h])))'
              clew query logql 'sum by (level) (rate({service_name="cart"} | logfmt [5m]))' --since 6h --step 5m
            """)
        {
            query, limit, oldest, step,
        });
        command.Validators.Add(result =>
        {
            try
            {
                if (result.GetValue(query) is { } text)
                {
                    LogQlParser.Parse(text);
                }
            }
            catch (QuerySyntaxException error)
            {
                result.AddError(error.Draw());
            }

            if (result.GetValue(step) is { } length && !(PrometheusDuration.TryParse(length, out var milliseconds) && milliseconds > 0))
            {
                result.AddError($"--step {length} is no length of time such as 30s or 5m.");
            }
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(query);
            var (start, end) = range.Resolve(parsed);
            var isLogs = LogQlParser.Parse(text).Logs is not null;
            var question = isLogs || start is not null
                ? Over(new Question("/loki/api/v1/query_range").With("query", text), start, end, isLogs ? null : parsed.GetValue(step) ?? string.Empty)
                    .With("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture)).With("direction", parsed.GetValue(oldest) ? "forward" : null)
                : new Question("/loki/api/v1/query").With("query", text).With("time", Nanoseconds(end));
            return Ask.ShowAsync(
                parsed, question, PrometheusJsonContext.Default.PrometheusReply, isLogs ? LogQlText.Lines : start is null ? PromQlText.Values : PromQlText.Charts, cancellation);
        });
        return command;
    }

    /// <param name="step">Null when there are no steps, empty when their length follows from the range.</param>
    private static Question Over(Question about, Timestamp? start, Timestamp? end, string? step)
    {
        var to = end ?? Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var from = start ?? to - TimeSpan.FromHours(UsualHours);
        var usual = Math.Max(1_000, (long)((to - from).TotalMilliseconds / UsualSteps / 1_000) * 1_000);
        return about.With("start", Nanoseconds(from)).With("end", Nanoseconds(to)).With("step", step is { Length: 0 } ? PrometheusDuration.Format(usual) : step);
    }

    private static string? Nanoseconds(Timestamp? time) => time?.UnixNanoseconds.ToString(CultureInfo.InvariantCulture);
}
