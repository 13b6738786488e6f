using System.Text.RegularExpressions;
using Clew.Query.Language;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Source;
using Clew.Query.PromQL.Syntax;
using Clew.Storage.Reading;
using Clew.Telemetry;

namespace Clew.Tests.Storage;

/// <summary>What PromQL asks of the store, as SQL: photographed, and safe from whatever people write into queries.</summary>
public sealed partial class PromQlSqlTests
{
    [Theory]
    [InlineData("promql-name", "http_requests_total")]
    [InlineData("promql-labels", "{__name__=~'a|b.c', job='shop/cart', instance='i-1', method!='GET', route=~'/a.*', zone!~'x+'}")]
    [InlineData("promql-any-name", "{service='o\\'neil', le!=''}")]
    public async Task Selectors_become_the_reviewed_sql(string name, string query) => SqlSnapshot.Compare(name, await SqlAsync(query));

    [Fact]
    public void Points_become_the_reviewed_sql() => SqlSnapshot.Compare("promql-points", string.Join('\n', new[] { MetricKind.Sum, MetricKind.Histogram, MetricKind.ExponentialHistogram, MetricKind.Summary }
        .Select(kind => SeriesSql.Points(Points(kind) with { HasStartTimes = kind == MetricKind.Sum }))
        .Concat([SeriesSql.Exemplars(Points(MetricKind.Sum)), SeriesSql.Bounds(Points(MetricKind.Histogram)), SeriesSql.ActiveMinutes(Points(MetricKind.Gauge))])));

    /// <summary>Whatever stands in names and texts of a query, outside of literals the statements are the same as for harmless ones.</summary>
    [Fact]
    public async Task No_text_of_a_query_leaves_its_literal()
    {
        const int Seed = 5;
        var random = new Random(Seed);
        string[] pieces = ["'", "\\", "--", "/*", "*/", ";", ")", "(", " OR 1=1 ", "\0", "\n", "`", "\"", "unhex('00')", "{", "}", "%", "ä", "\uD83D\uDE00", "\u2028", "$$", "DROP TABLE metric_series"];
        var expected = await SkeletonAsync("metric x", "label", "value");
        for (var i = 0; i < 1_000; i++)
        {
            var (name, label, value) = (Text(), Text(), Text());
            (await SkeletonAsync(name, label, value)).ShouldBe(expected, $"seed {Seed}, {i}: {name} {label} {value}");
        }

        string Text() => "x" + string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    /// <summary>The statements with a question mark for each literal, and for each list of them: a job with a slash may be one of several services.</summary>
    private static async Task<string> SkeletonAsync(string name, string label, string value)
    {
        var (key, text) = (QuotedText.Quote(label), QuotedText.Quote(value));
        var pattern = QuotedText.Quote(Regex.Escape(value).Replace("\\ ", " ", StringComparison.Ordinal).Replace("\\#", "#", StringComparison.Ordinal) + "+");
        var sql = await SqlAsync($"{{{QuotedText.Quote(name)}, {key}={text}, {key}!={text}, {key}=~{pattern}, {key}!~{pattern}, job={text}, instance={text}}}");
        return Literal().Replace(sql, "?").Replace(", ?", string.Empty, StringComparison.Ordinal);
    }

    /// <summary>The questions that a selector leads to, for a store in which every name of the question is a metric.</summary>
    private static async Task<string> SqlAsync(string query)
    {
        var store = new Recording();
        var matchers = ((VectorSelector)PromQlParser.Parse(query)).Matchers;
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);
        await foreach (var _ in new StoreMetricSource(store, new Tenant("o'neil")).SelectAsync(new MetricSelection(matchers, 1_772_359_200_000, 1_772_362_800_000), budget, CancellationToken.None))
        {
            throw new InvalidOperationException("the store is empty");
        }

        return string.Join('\n', store.Sql);
    }

    private static PointQuery Points(MetricKind kind) =>
        new(new Tenant("o'neil"), kind, [1, ulong.MaxValue], new TimeRange(Timestamp.FromUnixSeconds(1_772_359_200), Timestamp.FromUnixSeconds(1_772_362_800)), 100);

    [GeneratedRegex(@"'(?:[^'\\]|\\.)*'", RegexOptions.Singleline)]
    private static partial Regex Literal();

    /// <summary>Writes down what it would ask.</summary>
    private sealed class Recording : IMetricReader
    {
        public List<string> Sql { get; } = [];

        public Task<IReadOnlyList<StoredMetric>> GetMetricsAsync(MetricQuery query, CancellationToken cancellation)
        {
            Sql.Add(SeriesSql.Metrics(query));
            var named = (query.Names ?? ["a"]).Take(1).Select(name => new StoredMetric(name, string.Empty, MetricKind.Sum, Temporality.Cumulative, true, "counter", string.Empty, string.Empty, 1));
            return Task.FromResult<IReadOnlyList<StoredMetric>>([.. named]);
        }

        public Task<MetricBatch> FindSeriesAsync(SeriesQuery query, CancellationToken cancellation)
        {
            Sql.Add(SeriesSql.Series(query));
            return Task.FromResult(new MetricBatch());
        }

        public Task<MetricBatch> ReadPointsAsync(PointQuery query, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<MetricBatch> ReadExemplarsAsync(PointQuery query, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<(int Series, double[] Bounds)>> GetBoundsAsync(PointQuery query, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<(int Series, Timestamp Time)>> GetActiveMinutesAsync(PointQuery query, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
