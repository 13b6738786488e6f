using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.LogQL;
using Clew.Query.LogQL.Parsing;
using Clew.Query.LogQL.Stored;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Telemetry;

namespace Clew.Server.Queries;

/// <summary>LogQL behind <c>/api/query</c>: rows of kind <c>line</c> for log queries, newest first, and of kind <c>series</c> for metrics.</summary>
internal sealed class LogQlLanguage : IQueryLanguage
{
    public string Name => "logql";

    public QueryWords Words { get; } = new(
        [
            .. Enum.GetValues<RangeOperation>().Select(operation => operation.Text() + (operation == RangeOperation.QuantileOverTime ? "(quantile, range)" : "(range)")),
            "sum(vector)", "avg(vector)", "min(vector)", "max(vector)", "count(vector)", "stddev(vector)", "stdvar(vector)", "topk(n, vector)", "bottomk(n, vector)", "approx_topk(n, vector)",
            "sort(vector)", "sort_desc(vector)", "vector(number)", "label_replace(vector, to, replacement, from, regex)", "ip(\"network\")", "duration(label)", "bytes(label)",
        ],
        [
            "json", "logfmt", "pattern", "regexp", "unpack", "line_format", "label_format", "decolorize", "drop", "keep", "unwrap", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "and",
            "or", "unless", "__error__",
        ],
        ["|=", "!=", "|~", "!~", "|>", "!>", "|", "=", "=~", "==", ">", ">=", "<", "<=", "+", "-", "*", "/", "%", "^"]);

    public IParsedQuery Parse(string query) => new Parsed(LogQlParser.Parse(query), query);

    public async Task<IReadOnlyList<QueryKeys>> KeysAsync(QueryStore store, TimeRange range) =>
    [
        new QueryKeys("stream", [.. (await StreamsAsync(store, range)).SelectMany(stream => stream.Labels.Pairs.Select(label => label.Key)).Distinct().Order(StringComparer.Ordinal)]),
    ];

    public async Task<IReadOnlyList<string>> ValuesAsync(QueryStore store, TimeRange range, string key, int limit) =>
    [
        .. (await StreamsAsync(store, range)).Where(stream => stream.Labels.Contains(key))
            .GroupBy(stream => stream.Labels[key])
            .OrderByDescending(group => group.Sum(stream => stream.Entries))
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(limit)
            .Select(group => QuotedText.Quote(group.Key)),
    ];

    private static Task<IReadOnlyList<StreamVolume>> StreamsAsync(QueryStore store, TimeRange range) =>
        new StoredStreams(store.Reader, store.Tenant, store.Limits.LogQl).VolumesAsync([], range, withBytes: false, store.Cancellation);

    private sealed class Parsed(LogQlQuery query, string text) : IParsedQuery
    {
        public IAsyncEnumerable<QueryEvent> RunAsync(QueryStore store, QueryQuestion question)
        {
            var withLevel = text.Contains("detected_level", StringComparison.Ordinal);
            var engine = new LogQlEngine(new StoreLogSource(store.Reader, store.Tenant, store.Limits.LogQl, withLevel), store.Clock);
            return query.Logs is null ? MeasureAsync(engine, store, question) : FindAsync(engine, store, question);
        }

        private async IAsyncEnumerable<QueryEvent> FindAsync(LogQlEngine engine, QueryStore store, QueryQuestion question)
        {
            var budget = store.Budget();
            var request = new LogQlRequest(question.Range.Start.UnixNanoseconds, question.Range.End.UnixNanoseconds, 1) { Limit = question.Limit };
            var count = 0;
            var inspected = 0L;
            await foreach (var portion in engine.SearchInPortionsAsync(query, request, budget))
            {
                // Only what comes after it tells that a portion was not the last.
                if (inspected > 0)
                {
                    yield return new QueryProgress(inspected, IsLast: false, IsComplete: false);
                }

                foreach (var line in portion)
                {
                    yield return new QueryRow("line", writer => WriteLine(writer, line));
                }

                count += portion.Count;
                inspected = budget.EntriesTaken;
            }

            yield return new QueryProgress(inspected, IsLast: true, IsComplete: count < question.Limit);
        }

        private async IAsyncEnumerable<QueryEvent> MeasureAsync(LogQlEngine engine, QueryStore store, QueryQuestion question)
        {
            LogQlResult result;
            try
            {
                var (start, end) = (question.Range.Start.UnixNanoseconds, question.Range.End.UnixNanoseconds);
                result = question.Step is { } step
                    ? await engine.RangeAsync(query, new LogQlRequest(start, end, step.Ticks * 100), store.Budget())
                    : await engine.InstantAsync(query, end, store.Budget());
            }
            catch (LogQlException error)
            {
                throw new InvalidQuestionException(error.Message, error);
            }

            foreach (var series in result.Series)
            {
                yield return new QueryRow("series", writer => WriteSeries(writer, series));
            }

            yield return new QueryProgress(result.EntriesRead, IsLast: true, IsComplete: true);
        }

        private static void WriteLine(Utf8JsonWriter writer, LogQlResultLine line)
        {
            writer.WriteString("time"u8, new Timestamp(line.Time).ToString());
            WriteLabels(writer, line.Labels.All);
            writer.WriteString("line"u8, line.Line);
        }

        private static void WriteSeries(Utf8JsonWriter writer, ResultSeries series)
        {
            WriteLabels(writer, series.Labels);
            writer.WriteStartArray("points"u8);
            foreach (var sample in series.Samples.Where(sample => double.IsFinite(sample.Value)))
            {
                writer.WriteStartArray();
                writer.WriteStringValue(new Timestamp(sample.Time * 1_000_000).ToString());
                writer.WriteNumberValue(sample.Value);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        private static void WriteLabels(Utf8JsonWriter writer, LabelSet labels)
        {
            writer.WriteStartObject("labels"u8);
            foreach (var (name, value) in labels.Pairs)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }
    }
}
