using System.CommandLine;
using System.Globalization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Query.Language;
using Clew.Query.TraceQL;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew query traceql</c>: traces and spans that match, or metrics of them.</summary>
internal static class QueryTraceQlCommand
{
    public static Command Create()
    {
        var query = new Argument<string>("QUERY") { Description = "TraceQL, in quotes of the shell" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many traces; 20 unless given", HelpName = "N" };
        var spans = new Option<int?>("--spans") { Description = "At most so many spans of each set; 3 unless given", HelpName = "N" };
        var step = new Option<string>("--step") { Description = "Metrics: the length of a step, such as 30s; by the range unless given", HelpName = "LENGTH" };
        var instant = new Option<bool>("--instant") { Description = "Metrics: one number for the whole range" };
        var command = Ask.Common(new Command(
            "traceql",
            """
            Find traces, or make metrics of spans, in TraceQL.

            A query that does not follow the grammar is refused here, with the place and what was expected.

            Examples:
              clew query traceql '{ status = error && resource.service.name = "cart" }'
              clew query traceql '{ nestedSetParent < 0 } >> { duration > 1s } | select(span.db.statement)' --since 1h
              clew query traceql '{ status = error } | rate() by(resource.service.name)' --since 1h --step 5m
            """)
        {
            query, limit, spans, step, instant,
        });
        command.Validators.Add(result =>
        {
            try
            {
                if (result.GetValue(query) is { } text)
                {
                    TraceQlQuery.Parse(text);
                }
            }
            catch (QuerySyntaxException error)
            {
                result.AddError(error.Draw());
            }
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(query);
            var (start, end) = range.Resolve(parsed);
            Question About(string path) => new Question(path).With("q", text).With("start", Nanoseconds(start)).With("end", Nanoseconds(end));
            return TraceQlQuery.Parse(text).Metrics is null
                ? Ask.ShowAsync(parsed, About("/tempo/api/search").With("limit", Text(parsed.GetValue(limit))).With("spss", Text(parsed.GetValue(spans))), TempoJsonContext.Default.TempoTraces, QueryText.Traces, cancellation)
                : parsed.GetValue(instant)
                    ? Ask.ShowAsync(parsed, About("/tempo/api/metrics/query"), TempoJsonContext.Default.TempoMetrics, QueryText.Numbers, cancellation)
                    : Ask.ShowAsync(parsed, About("/tempo/api/metrics/query_range").With("step", parsed.GetValue(step)), TempoJsonContext.Default.TempoMetrics, QueryText.Series, cancellation);
        });
        return command;
    }

    private static string? Nanoseconds(Timestamp? time) => time?.UnixNanoseconds.ToString(CultureInfo.InvariantCulture);

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
