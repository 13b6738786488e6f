using System.Text.Json;
using Clew.Query.TraceQL;
using Clew.Server.Tempo;
using Clew.Telemetry;

namespace Clew.Server.Queries;

/// <summary>TraceQL behind <c>/api/query</c>: rows of kind <c>trace</c> for searches, of kind <c>series</c> for metrics.</summary>
internal sealed class TraceQlLanguage : IQueryLanguage
{
    public string Name => "traceql";

    public QueryWords Words { get; } = new(
        [
            "rate()", "count_over_time()", "min_over_time(field)", "max_over_time(field)", "avg_over_time(field)", "sum_over_time(field)", "quantile_over_time(field, quantile…)",
            "histogram_over_time(field)", "compare({ condition }, top, start, end)", "topk(n)", "bottomk(n)", "by(field…)", "coalesce()", "select(field…)", "count()", "min(field)", "max(field)",
            "avg(field)", "sum(field)", "with(hint=value)",
        ],
        ["true", "false", "nil", "minInt", "maxInt", "ok", "error", "unset", "unspecified", "internal", "server", "client", "producer", "consumer"],
        ["=", "!=", "<", "<=", ">", ">=", "=~", "!~", "&&", "||", "!", "+", "-", "*", "/", "%", "^", "|", ">>", "<<", "~", "!>", "!<", "!>>", "!<<", "!~", "&>", "&<", "&>>", "&<<", "&~"]);

    public IParsedQuery Parse(string query) => new Parsed(TraceQlQuery.Parse(query));

    public async Task<IReadOnlyList<QueryKeys>> KeysAsync(QueryStore store, TimeRange range)
    {
        var scopes = await TempoTags.ReadAsync(store.Reader, store.Tenant, range, filter: null, wanted: null, store.Limits.Names, store.Cancellation);
        return
        [
            .. scopes.Where(scope => scope.Names.Count > 0).Select(scope => new QueryKeys(
                AttributeReference.ScopeWord(scope.Scope), [.. scope.Names.Select(name => new AttributeReference(scope.Scope, name, ofParent: false, default).ToString())])),
            new QueryKeys("intrinsic", TempoTags.Intrinsics),
        ];
    }

    public async Task<IReadOnlyList<string>> ValuesAsync(QueryStore store, TimeRange range, string key, int limit)
    {
        var field = TempoTagValues.FieldOf(key) ?? throw new InvalidQuestionException($"'{key}' is not the name of one field.");
        var values = await TempoTagValues.ReadAsync(store.Reader, store.Tenant, range, field, filter: null, limit, store.Cancellation);
        return [.. values.Select(value => value.ToString())];
    }

    private sealed class Parsed(TraceQlQuery query) : IParsedQuery
    {
        public IAsyncEnumerable<QueryEvent> RunAsync(QueryStore store, QueryQuestion question)
        {
            var engine = new TraceQlEngine(new StoreTraceSource(store.Reader, store.Tenant, store.Limits.TraceQl));
            return query.Metrics is null ? FindAsync(engine, store, question) : MeasureAsync(engine, store, question);
        }

        private async IAsyncEnumerable<QueryEvent> FindAsync(TraceQlEngine engine, QueryStore store, QueryQuestion question)
        {
            var shown = query.ShownFields();
            QueryProgress? last = null;
            await foreach (var found in engine.SearchInPortionsAsync(query, question.Range, question.Limit, store.Budget()))
            {
                // Only what comes after it tells that a portion was not the last.
                if (last is not null)
                {
                    yield return last with { IsLast = false, IsComplete = false };
                }

                foreach (var match in found.Traces)
                {
                    yield return new QueryRow("trace", writer => WriteTrace(writer, match, shown));
                }

                last = new QueryProgress(found.SpansInspected, IsLast: true, found.IsComplete);
            }

            yield return last ?? new QueryProgress(0, IsLast: true, IsComplete: true);
        }

        private async IAsyncEnumerable<QueryEvent> MeasureAsync(TraceQlEngine engine, QueryStore store, QueryQuestion question)
        {
            var grid = question.Step is { } step ? StepGrid.Of(question.Range, step) : StepGrid.Whole(question.Range);
            await foreach (var answer in engine.MetricsInPortionsAsync(query, grid, store.Limits.TraceQlMetrics, store.Budget()))
            {
                foreach (var series in answer.Series)
                {
                    yield return new QueryRow("series", writer => WriteSeries(writer, series, grid)) { IsPartial = !answer.IsComplete };
                }

                yield return new QueryProgress(answer.SpansInspected, answer.IsComplete, answer.IsComplete);
            }
        }

        private static void WriteTrace(Utf8JsonWriter writer, TraceMatch match, IReadOnlyList<FieldExpression> shown)
        {
            var trace = match.Trace;
            writer.WriteString("traceId"u8, trace.Id.ToString());
            writer.WriteString("start"u8, new Timestamp(trace.StartNanoseconds).ToString());
            writer.WriteNumber("durationNanos"u8, trace.EndNanoseconds - trace.StartNanoseconds);
            if (trace.Root is { } root)
            {
                writer.WriteString("rootService"u8, root.View.Service);
                writer.WriteString("rootName"u8, root.View.Name);
            }

            writer.WriteNumber("spanCount"u8, trace.Count);
            writer.WriteNumber("errorCount"u8, Enumerable.Range(0, trace.Count).Count(index => trace[index].View.Status == SpanStatus.Error));
            writer.WriteStartArray("services"u8);
            foreach (var service in trace.Services())
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, service.Name);
                writer.WriteNumber("spanCount"u8, service.Spans);
                writer.WriteNumber("errorCount"u8, service.Errors);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("spansets"u8);
            foreach (var set in match.Spansets)
            {
                writer.WriteStartObject();
                WriteFields(writer, set.Attributes);
                writer.WriteNumber("matched"u8, set.Spans.Count);
                writer.WriteStartArray("spans"u8);
                foreach (var span in set.Spans.Take(SpansOfSet).Select(index => trace[index]))
                {
                    writer.WriteStartObject();
                    writer.WriteString("spanId"u8, span.View.SpanId.ToString());
                    writer.WriteString("service"u8, span.View.Service);
                    writer.WriteString("name"u8, span.View.Name);
                    writer.WriteString("start"u8, span.View.Start.ToString());
                    writer.WriteNumber("durationNanos"u8, span.View.DurationNanoseconds);
                    WriteFields(writer, [.. shown.Select(part => KeyValuePair.Create(part.ToString(), part.Evaluate(span))).Where(field => !field.Value.IsNil)]);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        private static void WriteSeries(Utf8JsonWriter writer, MetricSeries series, StepGrid grid)
        {
            writer.WriteStartObject("labels"u8);
            WriteMembers(writer, series.Labels);
            writer.WriteEndObject();
            writer.WriteStartArray("points"u8);
            for (var step = 0; step < series.Values.Length; step++)
            {
                if (double.IsFinite(series.Values[step]))
                {
                    writer.WriteStartArray();
                    writer.WriteStringValue(new Timestamp(grid.TimeOf(step)).ToString());
                    writer.WriteNumberValue(series.Values[step]);
                    writer.WriteEndArray();
                }
            }

            writer.WriteEndArray();
        }

        private static void WriteFields(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, TraceValue>> fields)
        {
            writer.WriteStartObject("fields"u8);
            WriteMembers(writer, fields);
            writer.WriteEndObject();
        }

        private static void WriteMembers(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, TraceValue>> fields)
        {
            foreach (var (key, value) in fields)
            {
                writer.WritePropertyName(key);
                WriteValue(writer, value);
            }
        }

        private static void WriteValue(Utf8JsonWriter writer, TraceValue value)
        {
            switch (value.Type)
            {
                case TraceValueType.Nil:
                    writer.WriteNullValue();
                    break;
                case TraceValueType.Int:
                    writer.WriteNumberValue(value.Whole);
                    break;
                case TraceValueType.Float when double.IsFinite(value.Number):
                    writer.WriteNumberValue(value.Number);
                    break;
                case TraceValueType.Bool:
                    writer.WriteBooleanValue(value.IsTrue);
                    break;
                case TraceValueType.Many or TraceValueType.Array:
                    writer.WriteStartArray();
                    foreach (var item in value.Items)
                    {
                        WriteValue(writer, item);
                    }

                    writer.WriteEndArray();
                    break;
                default:
                    writer.WriteStringValue(value.Show());
                    break;
            }
        }

        /// <summary>Spans of a set in one row; how many matched is said beside them.</summary>
        private const int SpansOfSet = 100;
    }
}
