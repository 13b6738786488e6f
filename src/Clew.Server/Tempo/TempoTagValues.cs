using Clew.Query.Language;
using Clew.Query.TraceQL;
using Clew.Server.Api;
using Clew.Telemetry;
using Microsoft.AspNetCore.Routing;

namespace Clew.Server.Tempo;

/// <summary>
/// <c>/api/search/tag/…/values</c> and its version 2: values of an attribute or intrinsic, for editors to offer: the most frequent ones that spans of the time have. Of intrinsics that the store
/// does not group by, and where it cannot test the filter exactly, those of the newest spans that have them, see <see cref="TempoTags.Spans"/>.
/// </summary>
internal static class TempoTagValues
{
    public static async Task ListAsync(TempoAsking asking)
    {
        var values = await TextsAsync(asking);
        await TempoAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tagValues"u8);
            foreach (var value in values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
            TempoJson.WriteNoWork(writer);
            writer.WriteEndObject();
        });
    }

    public static async Task ListV2Async(TempoAsking asking)
    {
        var values = await TypedAsync(asking);
        await TempoAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tagValues"u8);
            foreach (var (type, value) in values)
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, type);
                writer.WriteString("value"u8, value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            TempoJson.WriteNoWork(writer);
            writer.WriteEndObject();
        });
    }

    /// <summary>Values as text; a tag without a scope is one of any.</summary>
    public static async Task<IEnumerable<string>> TextsAsync(TempoAsking asking)
    {
        var tag = Tag(asking);
        var hasScope = tag.StartsWith('.') || Intrinsic.Find(tag) is not null || tag.Split('.')[0] is "span" or "resource" or "event" or "link" or "instrumentation";
        return (await ReadAsync(asking, hasScope ? tag : "." + tag)).Select(value => value.Show());
    }

    /// <summary>Values with their types, in TraceQL's words.</summary>
    public static async Task<IEnumerable<(string Type, string Value)>> TypedAsync(TempoAsking asking) => (await ReadAsync(asking, Tag(asking))).Select(value => (TypeOf(value), value.Show()));

    private static string Tag(TempoAsking asking) => asking.Http.GetRouteValue("tag")?.ToString() ?? asking.Text("tag") ?? throw PeerRefusal.BadRequest("invalid tag: its name is required");

    /// <summary>Values of a field: of all spans, or of the newest ones that have it.</summary>
    /// <param name="filter">Only of spans that fulfil it; null for all.</param>
    public static async Task<IReadOnlyList<TraceValue>> ReadAsync(
        ITelemetryReader store, Tenant tenant, TimeRange range, FieldExpression part, SpansetFilter? filter, int limit, CancellationToken cancellation)
    {
        if (part is IntrinsicReference { Intrinsic: var intrinsic } && Words(intrinsic) is { } words)
        {
            return words;
        }

        var isExact = filter is null || Candidates.AreExactly(filter);
        var condition = filter is null ? null : Candidates.Of(filter);
        if (isExact && Grouping(part) is var (place, itself))
        {
            var where = Predicate.AllOf(itself, condition);
            var table = await store.ReadAsync(new ReadPlan(tenant, Dataset.Spans, range) { Where = where, GroupBy = [place], Aggregates = [Aggregate.Count()], Limit = limit }, cancellation);
            return [.. table.Texts(place.ToString()).Where(text => text is not ("" or ResourceView.UnknownService)).Order(StringComparer.Ordinal).Select(TraceValue.Of)];
        }

        if (isExact && part is AttributeReference { OfParent: false } attribute)
        {
            var query = new AttributeQuery(tenant, Dataset.Spans, range, condition, limit);
            var values = await store.GetAttributeValuesAsync(query, new Field(StoreFields.Place(attribute.Scope), attribute.Name), cancellation);
            return Ordered(values.Select(TraceValue.Of), limit);
        }

        var exists = new Comparison(ComparisonSign.NotEqual, part, new Constant(TraceValue.Nil, default), default);
        var spans = await TempoSample.ReadAsync(store, tenant, range, filter, Candidates.Of(new SpansetFilter(exists, default)), cancellation);
        return Ordered(spans.Select(part.Evaluate).SelectMany(value => value.Type == TraceValueType.Many ? value.Items : [value]), limit);
    }

    /// <summary>The values that can be compared with, each once, by type and size.</summary>
    private static IReadOnlyList<TraceValue> Ordered(IEnumerable<TraceValue> values, int limit) =>
    [
        .. values.SelectMany(value => value.Type == TraceValueType.Array ? value.Items : [value]).Where(value => value.Type is not (TraceValueType.Nil or TraceValueType.Other) && (value.Type != TraceValueType.String || value.Text.Length > 0))
            .Distinct().OrderBy(value => value.Type).ThenBy(value => value.Number).ThenBy(value => value.Show(), StringComparer.Ordinal).Take(limit),
    ];

    /// <summary>A field as it is written in a query; null when the text is more or less than one.</summary>
    /// <exception cref="QuerySyntaxException">It is none.</exception>
    public static FieldExpression? FieldOf(string text) => TraceQlQuery.Parse($"{{ }} | select({text})").Search is { Stages: [_, SelectFields { Fields: [var only] }] } ? only : null;

    private static Task<IReadOnlyList<TraceValue>> ReadAsync(TempoAsking asking, string tag)
    {
        var limit = asking.Whole("limit", 0, int.MaxValue) is > 0 and var most ? Math.Min(most, asking.Limits.Names) : asking.Limits.Names;
        return ReadAsync(asking.Store, asking.Tenant, asking.Range(), Parse(tag), TempoSample.Filter(asking), limit, asking.Cancellation);
    }

    private static FieldExpression Parse(string tag)
    {
        try
        {
            return FieldOf(tag) ?? throw PeerRefusal.BadRequest($"invalid tag {tag}");
        }
        catch (QuerySyntaxException error)
        {
            throw PeerRefusal.BadRequest($"invalid tag {tag}: {error.Problem}");
        }
    }

    /// <summary>The values of what has a fixed set of them.</summary>
    private static IReadOnlyList<TraceValue>? Words(Intrinsic intrinsic) =>
        intrinsic == Intrinsic.Status ? [.. Enum.GetValues<SpanStatus>().Select(TraceValue.Of)]
        : intrinsic == Intrinsic.Kind ? [.. Enum.GetValues<SpanKind>().Select(TraceValue.Of)]
        : null;

    /// <summary>What the store can group by, and which spans have it.</summary>
    private static (Field Place, Predicate? Where)? Grouping(FieldExpression part)
    {
        var isRoot = Predicate.Equal(Field.Intrinsic(Intrinsics.ParentSpanId), Literal.String(default(SpanId).ToString()));
        return part switch
        {
            AttributeReference { OfParent: false, Scope: AttributeScope.Resource or AttributeScope.Any, Name: "service.name" } => (Field.Intrinsic(Intrinsics.Service), null),
            IntrinsicReference { OfParent: false, Intrinsic: var intrinsic } when intrinsic == Intrinsic.SpanName => (Field.Intrinsic(Intrinsics.Name), null),
            IntrinsicReference { OfParent: false, Intrinsic: var intrinsic } when intrinsic == Intrinsic.StatusMessage => (Field.Intrinsic(Intrinsics.StatusMessage), null),
            IntrinsicReference { OfParent: false, Intrinsic: var intrinsic } when intrinsic == Intrinsic.RootName => (Field.Intrinsic(Intrinsics.Name), isRoot),
            IntrinsicReference { OfParent: false, Intrinsic: var intrinsic } when intrinsic == Intrinsic.RootService => (Field.Intrinsic(Intrinsics.Service), isRoot),
            _ => null,
        };
    }

    private static string TypeOf(TraceValue value) => value.Type switch
    {
        TraceValueType.Status or TraceValueType.Kind => "keyword",
        _ => value.Type.Word(),
    };
}
