using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Functions;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Source;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Server.Queries;

/// <summary>PromQL behind <c>/api/query</c>: rows of kind <c>series</c>, over the range, or without a step at its end.</summary>
internal sealed class PromQlLanguage(PromQlOptions options) : IQueryLanguage
{
    public string Name => "promql";

    public QueryWords Words { get; } = new(
        [
            .. FunctionTable.All.Where(function => options.Experimental || !function.IsExperimental).Select(function => $"{function.Name}({string.Join(", ", function.Parameters.Select(type => type.Words()))})"),
            .. Enum.GetValues<AggregateOperator>().Where(aggregate => options.Experimental || aggregate is not (AggregateOperator.LimitK or AggregateOperator.LimitRatio)).Select(aggregate => aggregate.Text() + "(instant vector)"),
        ],
        ["by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "and", "or", "unless", "@", "start()", "end()", "Inf", "NaN"],
        ["=", "!=", "=~", "!~", "+", "-", "*", "/", "%", "^", "==", ">", ">=", "<", "<="]);

    public IParsedQuery Parse(string query) => new Parsed(PromQlParser.Parse(query, options), options);

    public async Task<IReadOnlyList<QueryKeys>> KeysAsync(QueryStore store, TimeRange range) =>
    [
        new QueryKeys("metric", [.. await Catalogue(store).LabelValuesAsync(LabelNames.MetricName, [], range, store.Budget(), store.Cancellation)]),
        new QueryKeys("label", [.. await Catalogue(store).LabelNamesAsync([], range, store.Budget(), store.Cancellation)]),
    ];

    public async Task<IReadOnlyList<string>> ValuesAsync(QueryStore store, TimeRange range, string key, int limit) =>
        [.. (await Catalogue(store).LabelValuesAsync(key, [], range, store.Budget(), store.Cancellation)).Take(limit).Select(QuotedText.Quote)];

    private static SeriesCatalogue Catalogue(QueryStore store) => new(Metrics(store), store.Tenant);

    private static IMetricReader Metrics(QueryStore store) => store.Metrics ?? throw new InvalidQuestionException("This server's store does not answer questions about metrics.");

    private sealed class Parsed(Expression query, PromQlOptions options) : IParsedQuery
    {
        public async IAsyncEnumerable<QueryEvent> RunAsync(QueryStore store, QueryQuestion question)
        {
            var engine = new PromQlEngine(new StoreMetricSource(Metrics(store), store.Tenant), options);
            var budget = store.Budget();
            QueryResult result;
            try
            {
                var (start, end) = (question.Range.Start.UnixNanoseconds / 1_000_000, question.Range.End.UnixNanoseconds / 1_000_000);
                result = question.Step is { } step
                    ? await engine.RangeAsync(query, start, end, Math.Max(1, (long)step.TotalMilliseconds), budget)
                    : await engine.InstantAsync(query, end, budget);
            }
            catch (PromQlException error)
            {
                throw new InvalidQuestionException(error.Message, error);
            }

            foreach (var series in result.Series)
            {
                yield return new QueryRow("series", writer => Write(writer, series));
            }

            yield return new QueryProgress(budget.SamplesTaken, IsLast: true, IsComplete: true);
        }

        private static void Write(Utf8JsonWriter writer, ResultSeries series)
        {
            writer.WritePropertyName("labels"u8);
            Prometheus.SampleJson.WriteLabels(writer, series.Labels);
            writer.WriteStartArray("points"u8);
            foreach (var sample in series.Samples.Where(sample => sample.Histogram is null && double.IsFinite(sample.Value)))
            {
                writer.WriteStartArray();
                writer.WriteStringValue(new Timestamp(sample.Time * 1_000_000).ToString());
                writer.WriteNumberValue(sample.Value);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }
    }
}
