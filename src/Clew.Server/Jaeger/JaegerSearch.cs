using Clew.Analysis.Traces;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Jaeger;

/// <summary>A search for traces as both generations of Jaeger's API ask it.</summary>
/// <param name="Service">Null for any.</param>
/// <param name="Operation">Null for any.</param>
/// <param name="Tags">All must hold, on one span; values have no type.</param>
/// <param name="Latest">Included, as Jaeger has it.</param>
/// <param name="MinDuration">Nanoseconds.</param>
/// <param name="MaxDuration">Nanoseconds.</param>
internal sealed record JaegerSearch(
    string? Service,
    string? Operation,
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    Timestamp Earliest,
    Timestamp Latest,
    long? MinDuration,
    long? MaxDuration,
    int Limit)
{
    /// <summary>A further condition on the same span; null for none.</summary>
    public Predicate? Filter { get; init; }

    /// <summary>What Jaeger takes when a question does not say how many.</summary>
    public const int DefaultLimit = 100;

    /// <summary>Name and version of the instrumentation scope, in the words of either generation.</summary>
    private static readonly (string Tag, string Intrinsic)[] TextTags =
    [
        ("otel.scope.name", Intrinsics.ScopeName),
        ("otel.scope.version", Intrinsics.ScopeVersion),
        ("otel.library.name", Intrinsics.ScopeName),
        ("otel.library.version", Intrinsics.ScopeVersion),
        ("scope.name", Intrinsics.ScopeName),
        ("scope.version", Intrinsics.ScopeVersion),
        ("otel.status_description", Intrinsics.StatusMessage),
        ("event", Intrinsics.EventName),
    ];

    public TraceQuery ToQuery(Tenant tenant) => new(
        tenant,
        new TimeRange(Earliest, new Timestamp(Latest.UnixNanoseconds == long.MaxValue ? long.MaxValue : Latest.UnixNanoseconds + 1)),
        Predicate.AllOf(
        [
            Service is null ? null : Predicate.Equal(Field.Intrinsic(Intrinsics.Service), Literal.String(Service)),
            Operation is null ? null : Predicate.Equal(Field.Intrinsic(Intrinsics.Name), Literal.String(Operation)),
            TraceSearch.DurationBound(ComparisonOperator.GreaterOrEqual, MinDuration),
            TraceSearch.DurationBound(ComparisonOperator.LessOrEqual, MaxDuration),
            .. Tags.Select(Condition),
            Filter,
        ]),
        Limit);

    /// <summary>All spans of the traces found, each trace with its rows, in the order they were found.</summary>
    /// <exception cref="QueryLimitException">The traces have more spans than an answer may.</exception>
    public async Task<(SpanBatch Batch, IReadOnlyList<(TraceId Trace, int[] Rows)> Traces)> FindAsync(
        ITelemetryReader store, Tenant tenant, QueryLimits limits, CancellationToken cancellation)
    {
        var found = await store.FindTracesAsync(ToQuery(tenant), cancellation);
        JaegerTraces.CheckSize(found.Sum(trace => (long)trace.SpanCount), limits);
        return await JaegerTraces.GetAsync(store, tenant, [.. found.Select(trace => trace.TraceId)], range: null, limits, cancellation);
    }

    /// <summary>
    /// A tag is an attribute anywhere on the span, compared by its text. Some of Jaeger's tags say what OTLP has fields for; those hold for
    /// the field too.
    /// </summary>
    private static Predicate Condition(KeyValuePair<string, string> tag)
    {
        var (key, value) = tag;
        var attribute = Predicate.Equal(new Field(FieldSource.Anywhere, key), Literal.AnyType(value));
        var status = Field.Intrinsic(Intrinsics.Status);
        switch (key)
        {
            case "error" when value == "true":
                return new AnyPredicate([attribute, Predicate.Equal(status, Literal.String("error"))]);
            case "error" when value == "false":
                return new AnyPredicate(
                [
                    attribute,
                    new AllPredicate([new NotPredicate(Predicate.Equal(status, Literal.String("error"))), new NotPredicate(new ExistsPredicate(new Field(FieldSource.Anywhere, key)))]),
                ]);
            case "span.kind" when SpanWords.ParseKind(value) is { } kind:
                return new AnyPredicate([attribute, Predicate.Equal(Field.Intrinsic(Intrinsics.Kind), Literal.Int((int)kind))]);
            case "otel.status_code" or "span.status" when SpanWords.ParseStatus(value) is { } code:
                return new AnyPredicate([attribute, Predicate.Equal(status, Literal.Int((int)code))]);
        }

        foreach (var (name, intrinsic) in TextTags)
        {
            if (name == key)
            {
                return new AnyPredicate([attribute, Predicate.Equal(Field.Intrinsic(intrinsic), Literal.String(value))]);
            }
        }

        return attribute;
    }
}

/// <summary>Reading whole traces within the limit on spans.</summary>
internal static class JaegerTraces
{
    /// <summary>All spans of these traces, in the order the ids are given; traces that are not stored are left out.</summary>
    /// <exception cref="QueryLimitException">The traces have more spans than an answer may.</exception>
    public static async Task<(SpanBatch Batch, IReadOnlyList<(TraceId Trace, int[] Rows)> Traces)> GetAsync(
        ITelemetryReader store, Tenant tenant, IReadOnlyList<TraceId> ids, TimeRange? range, QueryLimits limits, CancellationToken cancellation)
    {
        if (ids.Count == 0)
        {
            return (new SpanBatch { Tenant = tenant }, []);
        }

        var batch = await store.GetSpansAsync(tenant, ids, range, cancellation);
        var traces = TraceRows.Of(batch).ToDictionary(trace => trace.Trace);
        return (batch, [.. ids.Distinct().Where(traces.ContainsKey).Select(id => traces[id])]);
    }

    public static void CheckSize(long spans, QueryLimits limits)
    {
        if (spans > limits.Spans)
        {
            throw new QueryLimitException(
                "query.spans",
                FormattableString.Invariant($"The traces have {spans} spans together; an answer has at most {limits.Spans} (limit query.spans). Ask for fewer traces."));
        }
    }
}
