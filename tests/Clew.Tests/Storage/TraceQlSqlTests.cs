using System.Text.RegularExpressions;
using Clew.Query.TraceQL;
using Clew.Storage.Reading;
using Clew.Storage.Writing;
using Clew.Telemetry;

namespace Clew.Tests.Storage;

/// <summary>What TraceQL asks of the store, as SQL: photographed, and safe from whatever people write into queries.</summary>
public sealed partial class TraceQlSqlTests
{
    private static readonly TimeRange Hour = new(Timestamp.FromUnixSeconds(1_772_359_200), Timestamp.FromUnixSeconds(1_772_362_800));

    [Theory]
    [InlineData("traceql-equal", "{ resource.service.name = \"shop\" && span.user.id = \"u-1\" && duration > 100ms }")]
    [InlineData("traceql-either", "{ status = error || span.http.response.status_code >= 500 } && { kind = server }")]
    [InlineData("traceql-structure", "{ nestedSetParent < 0 } >> { event.exception.type =~ \"Time.*\" && instrumentation:name != \"x\" }")]
    [InlineData("traceql-anywhere", "{ .region = \"eu\" && !(name = \"health\") } | count() > 2")]
    [InlineData("traceql-failed-and-slow", "{ status = error && (duration > 100ms && kind = server) } || { !(status = error && duration >= 1s) }")]
    public void Candidates_become_the_reviewed_sql(string name, string query) => SqlSnapshot.Compare(name, Sql(query, new ArrayNames(most: 10)));

    /// <summary>Only of attributes that have had arrays.</summary>
    [Fact]
    public void Arrays_are_looked_into_by_the_reviewed_sql()
    {
        var arrays = new ArrayNames(most: 10);
        arrays.Add(Tenant.Default, ["accept", "codes"]);
        SqlSnapshot.Compare("traceql-arrays", Sql("{ span.accept = \"text/html\" && resource.codes != 5 && event.accept !~ \"a.*\" && span.codes > 1.5 && span.other = \"x\" && span.codes = true }", arrays));
    }

    [Theory]
    [InlineData("traceql-rate", "{ status = error } | rate() by(resource.service.name, name)")]
    [InlineData("traceql-slowest", "{ kind = server } | max_over_time(duration) by(kind)")]
    [InlineData("traceql-quantile", "{ span.size >= 10 } | quantile_over_time(duration, 0.9) by(resource.k8s.pod.name, span.http.route)")]
    [InlineData("traceql-renamed", "{ span.http.status_code >= 500 } | rate() by(span.http.request.method)")]
    public void Counts_become_the_reviewed_sql(string name, string query)
    {
        var metric = TraceQlQuery.Parse(query).Metrics.ShouldBeOfType<SpanMetric>();
        var plan = StoreCount.Plan(metric, StepGrid.Of(Hour, TimeSpan.FromMinutes(1)), new MetricsLimits());
        SqlSnapshot.Compare(name, PlanReading.Sql(plan.ShouldNotBeNull() with { Where = new ArrayNames(most: 10).Narrowed(Tenant.Default, plan.Where) }));
    }

    [Theory]
    [InlineData("{ .a = 1 } | rate()")]
    [InlineData("{ span.size != 5 } | rate()")]
    [InlineData("{ span.size > 9007199254740992 } | rate()")]
    [InlineData("{ } | rate() by(event.a)")]
    [InlineData("{ } | rate() by(.a)")]
    [InlineData("{ } | quantile_over_time(span.size, 0.9)")]
    [InlineData("{ } | sum_over_time(span.size)")]
    [InlineData("{ } > { } | rate()")]
    [InlineData("{ rootName = \"x\" } | rate()")]
    public void What_the_store_cannot_count_exactly_is_not_asked_of_it(string query) =>
        StoreCount.Plan(TraceQlQuery.Parse(query).Metrics.ShouldBeOfType<SpanMetric>(), StepGrid.Of(Hour, TimeSpan.FromMinutes(1)), new MetricsLimits()).ShouldBeNull();

    [Theory]
    [InlineData("attributes-most-frequent", AttributeExpansion.Values, false)]
    [InlineData("attributes-by-step", AttributeExpansion.Values, true)]
    [InlineData("attributes-by-name", AttributeExpansion.Keys, true)]
    public void Attributes_are_counted_by_the_reviewed_sql(string name, AttributeExpansion each, bool hasSteps) => SqlSnapshot.Compare(name, PlanReading.Sql(new ReadPlan(Tenant.Default, Dataset.Spans, Hour)
    {
        Where = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Clew.Telemetry.Literal.String("error")),
        Step = hasSteps ? TimeSpan.FromMinutes(1) : null,
        Aggregates = [Aggregate.Count()],
        Each = each,
        ValuesOfKey = 3,
    }));

    [Fact]
    public void Names_of_attributes_are_asked_for_by_the_reviewed_sql() => SqlSnapshot.Compare("attribute-names", AttributeSql.Names(
        new AttributeQuery(new Tenant("o'neil"), Dataset.Spans, Hour, Candidates.Of(TraceQlQuery.Parse("{ status = error }").Search!), 100),
        [FieldSource.Attribute, FieldSource.Resource, FieldSource.Link])!);

    [Theory]
    [InlineData("attribute-values", FieldSource.Attribute)]
    [InlineData("attribute-values-anywhere", FieldSource.Anywhere)]
    public void Values_of_an_attribute_are_asked_for_by_the_reviewed_sql(string name, FieldSource source) =>
        SqlSnapshot.Compare(name, AttributeSql.Values(new AttributeQuery(Tenant.Default, Dataset.Spans, Hour, null, 100), new Field(source, "http.method")));

    [Fact]
    public void Attributes_are_counted_for_both_sides_of_a_comparison_by_the_reviewed_sql() => SqlSnapshot.Compare("attributes-of-both-sides", PlanReading.Sql(new ReadPlan(Tenant.Default, Dataset.Spans, Hour)
    {
        Where = Predicate.Equal(Field.Intrinsic(Intrinsics.Kind), Clew.Telemetry.Literal.String("server")),
        Aggregates =
        [
            new Aggregate(AggregateFunction.CountIf, "failed", If: Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Clew.Telemetry.Literal.String("error"))),
            new Aggregate(AggregateFunction.CountIf, "all"),
        ],
        Each = AttributeExpansion.ValuesAndKeys,
        ValuesOfKey = 3,
    }));

    /// <summary>Whatever stands in names and texts of a query, outside of literals the statement is the same as for harmless ones.</summary>
    [Fact]
    public void No_text_of_a_query_leaves_its_literal()
    {
        const int Seed = 4;
        var random = new Random(Seed);
        string[] pieces = ["'", "\\", "--", "/*", "*/", ";", ")", "(", " OR 1=1 ", "\0", "\n", "`", "\"", "unhex('00')", "{", "}", "%", "ä", "\uD83D\uDE00", "\u2028", "$$", "DROP TABLE spans"];
        var expected = Skeleton("key", "value");
        for (var i = 0; i < 2_000; i++)
        {
            var (key, value) = (Text(), Text());
            Skeleton(key, value).ShouldBe(expected, $"seed {Seed}, {i}: {key} {value}");
        }

        string Text() => "x" + string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    private static string Skeleton(string key, string value)
    {
        var name = "\"" + key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
        var text = Clew.Query.Language.QuotedText.Quote(value);
        var pattern = Clew.Query.Language.QuotedText.Quote(Regex.Escape(value).Replace("\\ ", " ", StringComparison.Ordinal).Replace("\\#", "#", StringComparison.Ordinal));
        var query = $"{{ span.{name} = {text} && resource.{name} != {text} && event.{name} = {text} && link.{name} =~ {pattern} && .{name} = 5 && name = {text} && statusMessage !~ {pattern} && event:name = {text} && instrumentation:version = {text} && (resource.service.name = {text} || instrumentation.{name} = true) }}";
        var search = TraceQlQuery.Parse(query).Search!;
        var values = AttributeSql.Values(new AttributeQuery(Tenant.Default, Dataset.Spans, Hour, Candidates.Of(search), 1), new Field(FieldSource.Anywhere, key));
        return Literal().Replace(Sql(query) + values, "?");
    }

    /// <param name="arrays">Which attributes have had arrays; null when any may.</param>
    private static string Sql(string query, ArrayNames? arrays = null)
    {
        var where = Candidates.Of(TraceQlQuery.Parse(query).Search!);
        return PlanReading.Sql(new ReadPlan(Tenant.Default, Dataset.Spans, Hour) { Where = arrays is null ? where : arrays.Narrowed(Tenant.Default, where), Aggregates = [Aggregate.Count()] });
    }

    /// <summary>A literal of ClickHouse: quotes around anything but quotes and backslashes, or a backslash and what it escapes.</summary>
    [GeneratedRegex(@"'(?:[^'\\]|\\.)*'", RegexOptions.Singleline)]
    private static partial Regex Literal();
}
