using System.CommandLine;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Query.Language;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Parsing;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew query promql</c>: the value of an expression now or at a moment, or over a time.</summary>
internal static class QueryPromQlCommand
{
    /// <summary>Steps of a range whose step is not said.</summary>
    private const int UsualSteps = 120;

    public static Command Create()
    {
        var query = new Argument<string>("QUERY") { Description = "PromQL, in quotes of the shell" };
        var step = new Option<string>("--step") { Description = "Over a time: the length of a step, such as 30s; by the range unless given", HelpName = "LENGTH" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many series", HelpName = "N" };
        var csv = new Option<bool>("--csv") { Description = "A line for each sample, its fields between commas" };
        var command = Ask.Common(new Command(
            "promql",
            """
            Ask for metrics in PromQL: now, or with --since over a time, as charts.

            A query that does not follow the grammar is refused here, with the place and what was expected.

            Examples:
              clew query promql 'up == 0'
              clew query promql 'sum by (service) (rate(traces_spanmetrics_calls_total[5m]))' --since 1h
              clew query promql 'histogram_quantile(0.99, sum by (le) (rate(http_server_request_duration_seconds_bucket[5m])))' --since 6h --step 5m --csv
            """)
        {
            query, step, limit, csv,
        });
        command.Validators.Add(result =>
        {
            try
            {
                if (result.GetValue(query) is { } text)
                {
                    PromQlParser.Parse(text, new PromQlOptions { Experimental = true });
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
        command.SetAction(async (parsed, cancellation) =>
        {
            var (start, end) = range.Resolve(parsed);
            var about = new Question(start is null ? "/prometheus/api/v1/query" : "/prometheus/api/v1/query_range").With("query", parsed.GetRequiredValue(query))
                .With("limit", parsed.GetValue(limit)?.ToString(System.Globalization.CultureInfo.InvariantCulture));
            var question = start is { } from ? Over(about, from, end ?? Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), parsed.GetValue(step)) : about.With("time", end?.ToString());
            if (!parsed.GetValue(csv))
            {
                return await Ask.ShowAsync(parsed, question, PrometheusJsonContext.Default.PrometheusReply, start is null ? PromQlText.Values : PromQlText.Charts, cancellation);
            }

            using var http = Ask.Http(parsed);
            var answer = await new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http).GetAsync(question.ToString(), cancellation);
            if (Ask.Read(answer, PrometheusJsonContext.Default.PrometheusReply, out var error) is not { } reply)
            {
                return Ask.Fail(parsed, error ?? "The server's answer is empty.", answer.IsMistake);
            }

            foreach (var line in PromQlText.Csv(reply))
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(line.AsMemory(), cancellation);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Question Over(Question about, Timestamp start, Timestamp end, string? step)
    {
        var usual = Math.Max(1_000, (long)((end - start).TotalMilliseconds / UsualSteps / 1_000) * 1_000);
        return about.With("start", start.ToString()).With("end", end.ToString()).With("step", step ?? PrometheusDuration.Format(usual));
    }
}
