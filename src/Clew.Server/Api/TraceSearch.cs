using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api;

/// <summary><c>GET /api/traces</c>.</summary>
internal static class TraceSearch
{
    public static IReadOnlyList<ApiParameter> Parameters { get; } =
    [
        KnownParameters.Service,
        KnownParameters.Operation,
        KnownParameters.Status,
        KnownParameters.Kind,
        KnownParameters.MinDuration,
        KnownParameters.MaxDuration,
        KnownParameters.Signature,
        KnownParameters.Attribute,
        KnownParameters.Start,
        KnownParameters.End,
        KnownParameters.Since,
        KnownParameters.Limit,
    ];

    public static async Task<IResult?> FindAsync(Asking asking)
    {
        var query = asking.Query;
        var where = Where(query, asking.Limits);
        var range = query.Range(asking.Clock) ?? TimeRange.All;
        var limit = query.Int(KnownParameters.Limit, 1, asking.Limits.Traces, asking.Limits.DefaultTraces);
        if (query.Errors.Count > 0)
        {
            return null;
        }

        var found = await asking.Store.FindTracesAsync(new TraceQuery(asking.Tenant, range, where, limit), asking.Cancellation);
        return Results.Json(new TraceList { Traces = [.. found.Select(Entry)], Limit = limit }, ApiJson.Readable.TraceList);
    }

    /// <summary>What a span of a trace must fulfil; null when nothing is asked for.</summary>
    public static Predicate? Where(QueryReader query, QueryLimits limits)
    {
        var shortest = query.Duration(KnownParameters.MinDuration);
        var longest = query.Duration(KnownParameters.MaxDuration);
        if (shortest > longest)
        {
            query.Refuse(KnownParameters.MaxDuration.Name, query.Text(KnownParameters.MaxDuration), $"at least minDuration, which is {query.Text(KnownParameters.MinDuration)}");
        }

        return Predicate.AllOf(
            query.AnyOf(KnownParameters.Service, Intrinsics.Service),
            query.AnyOf(KnownParameters.Operation, Intrinsics.Name),
            query.AnyWordOf(KnownParameters.Status, Intrinsics.Status),
            query.AnyWordOf(KnownParameters.Kind, Intrinsics.Kind),
            DurationBound(ComparisonOperator.GreaterOrEqual, shortest),
            DurationBound(ComparisonOperator.LessOrEqual, longest),
            query.Id(KnownParameters.Signature, Intrinsics.ErrorSignature),
            AttributeCondition.AllOf(query, limits, AttributeCondition.SpanScopes));
    }

    /// <param name="nanoseconds">Null sets no bound.</param>
    public static Predicate? DurationBound(ComparisonOperator op, long? nanoseconds) =>
        nanoseconds is { } bound ? Predicate.Compare(Field.Intrinsic(Intrinsics.Duration), op, Literal.Int(bound)) : null;

    private static TraceEntry Entry(TraceSummary summary) => new()
    {
        TraceId = summary.TraceId,
        RootService = summary.RootService,
        RootName = summary.RootName,
        StartTime = summary.Start,
        EndTime = summary.End,
        DurationNanos = summary.End.UnixNanoseconds - summary.Start.UnixNanoseconds,
        SpanCount = summary.SpanCount,
        ErrorCount = summary.ErrorCount,
        OrphanCount = summary.OrphanCount,
        Partial = summary.IsPartial,
        Services = [.. summary.Services.Select(service => new TraceServiceEntry { Name = service.Service, SpanCount = service.SpanCount, ErrorCount = service.ErrorCount })],
    };
}
