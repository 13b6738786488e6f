using System.Globalization;
using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using static Clew.Server.Api.ContentMapping;

namespace Clew.Server.Api;

/// <summary><c>GET /api/logs</c> and the logs of a trace or a span.</summary>
internal static class LogEndpoints
{
    public static IReadOnlyList<ApiParameter> SearchParameters { get; } =
    [
        KnownParameters.Service,
        KnownParameters.Severity,
        KnownParameters.Text,
        KnownParameters.Trace,
        KnownParameters.Span,
        KnownParameters.Template,
        KnownParameters.Signature,
        KnownParameters.Attribute,
        KnownParameters.Start,
        KnownParameters.End,
        KnownParameters.Since,
        KnownParameters.Order,
        KnownParameters.Limit,
    ];

    public static IReadOnlyList<ApiParameter> TraceParameters { get; } =
    [
        KnownParameters.Severity,
        KnownParameters.Text,
        KnownParameters.Attribute,
        KnownParameters.Order,
        KnownParameters.Limit,
    ];

    public static Task<IResult?> FindAsync(Asking asking)
    {
        var whose = Whose(asking.Query);
        return AnswerAsync(asking, asking.Query.Range(asking.Clock) ?? TimeRange.All, whose, TimeOrder.NewestFirst);
    }

    /// <summary>The newest records that parameters ask for; null when they ask wrongly.</summary>
    public static async Task<LogBatch?> FindAsync(ITelemetryReader store, Tenant tenant, IReadOnlyList<Analysis.Reports.CheckParameter> parameters, int limit, TimeProvider clock, CancellationToken cancellation)
    {
        var query = new QueryReader(new QueryCollection(parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new Microsoft.Extensions.Primitives.StringValues([.. group.Select(parameter => parameter.Value)]), StringComparer.Ordinal)), SearchParameters);
        var where = Where(query, new QueryLimits());
        var range = query.Range(clock) ?? TimeRange.All;
        return query.Errors.Count > 0 ? null : await store.FindLogsAsync(new RecordQuery(tenant, range, where, limit), cancellation);
    }

    /// <summary>All that a search asks of a record; null when nothing.</summary>
    public static Predicate? Where(QueryReader query, QueryLimits limits) => Where(query, limits, Whose(query));

    public static Task<IResult?> OfTraceAsync(Asking asking)
    {
        var trace = asking.TraceIdInPath();
        return AnswerAsync(asking, TimeRange.All, trace is { } id ? Is(id) : null, TimeOrder.OldestFirst);
    }

    public static Task<IResult?> OfSpanAsync(Asking asking)
    {
        var trace = asking.TraceIdInPath();
        var span = asking.SpanIdInPath();
        return AnswerAsync(asking, TimeRange.All, Predicate.AllOf(trace is { } id ? Is(id) : null, span is { } spanId ? Is(spanId) : null), TimeOrder.OldestFirst);
    }

    private static Predicate Is(TraceId id) => Predicate.Equal(Field.Intrinsic(Intrinsics.TraceId), Literal.String(id.ToString()));

    private static Predicate Is(SpanId id) => Predicate.Equal(Field.Intrinsic(Intrinsics.SpanId), Literal.String(id.ToString()));

    private static Predicate? Whose(QueryReader query)
    {
        var service = query.AnyOf(KnownParameters.Service, Intrinsics.Service);
        Predicate? trace = null;
        if (query.Text(KnownParameters.Trace) is { Length: > 0 } traceText)
        {
            if (TraceId.TryParse(traceText, out var id))
            {
                trace = Is(id);
            }
            else
            {
                query.Refuse(KnownParameters.Trace.Name, traceText, "up to 32 hex digits");
            }
        }

        Predicate? span = null;
        if (query.Text(KnownParameters.Span) is { Length: > 0 } spanText)
        {
            if (SpanId.TryParse(spanText, out var id))
            {
                span = Is(id);
            }
            else
            {
                query.Refuse(KnownParameters.Span.Name, spanText, "up to 16 hex digits");
            }
        }

        return Predicate.AllOf(service, trace, span, query.Id(KnownParameters.Template, Intrinsics.Template), query.Id(KnownParameters.Signature, Intrinsics.ErrorSignature));
    }

    private static Predicate? Where(QueryReader query, QueryLimits limits, Predicate? whose) =>
        Predicate.AllOf(whose, Severity(query), BodyText(query), AttributeCondition.AllOf(query, limits, AttributeCondition.LogScopes));

    private static async Task<IResult?> AnswerAsync(Asking asking, TimeRange range, Predicate? whose, TimeOrder usualOrder)
    {
        var query = asking.Query;
        var where = Where(query, asking.Limits, whose);
        var order = query.Text(KnownParameters.Order) is null or "" ? usualOrder
            : query.Word(KnownParameters.Order) == "newest" ? TimeOrder.NewestFirst : TimeOrder.OldestFirst;
        var limit = query.Int(KnownParameters.Limit, 1, asking.Limits.Logs, asking.Limits.DefaultLogs);
        if (query.Errors.Count > 0)
        {
            return null;
        }

        var found = await asking.Store.FindLogsAsync(new RecordQuery(asking.Tenant, range, where, limit, order), asking.Cancellation);
        return Results.Json(Map(found, limit), ApiJson.Readable.LogList);
    }

    /// <summary>The body has a text in it; null when none is asked for.</summary>
    public static Predicate? BodyText(QueryReader query) => query.Text(KnownParameters.Text) is { Length: > 0 } text
        ? Predicate.Compare(Field.Intrinsic(Intrinsics.Body), ComparisonOperator.ContainsIgnoringCase, Literal.String(text))
        : null;

    /// <summary>At least the severity asked for; null when none is.</summary>
    public static Predicate? Severity(QueryReader query)
    {
        if (query.Text(KnownParameters.Severity) is not { Length: > 0 } text)
        {
            return null;
        }

        if (SeverityWords.Parse(text) is { } least)
        {
            return Predicate.Compare(Field.Intrinsic(Intrinsics.Severity), ComparisonOperator.GreaterOrEqual, Literal.Int(least));
        }

        query.Refuse(KnownParameters.Severity.Name, text, SeverityWords.Expected);
        return null;
    }

    private static string? Id(Column<ulong> ids, int row) => row < ids.Count && ids[row] != 0 ? ids[row].ToString("x16", CultureInfo.InvariantCulture) : null;

    /// <summary>Records as the API shows them.</summary>
    public static LogList Map(LogBatch batch, int limit)
    {
        var logs = new LogEntry[batch.Count];
        for (var row = 0; row < logs.Length; row++)
        {
            var log = batch[row];
            logs[row] = new LogEntry
            {
                Time = log.Time,
                ObservedTime = log.ObservedTime.UnixNanoseconds == 0 ? null : log.ObservedTime,
                Service = log.Service,
                Severity = log.Severity,
                SeverityText = Known(log.SeverityText) ?? SeverityWords.NameOf(log.Severity),
                Body = log.Body.Text,
                BodyType = log.Body.Type,
                EventName = Known(log.EventName),
                Template = Id(batch.Templates, row),
                Signature = Id(batch.ErrorSignatures, row),
                TraceId = log.TraceId.IsEmpty ? null : log.TraceId,
                SpanId = log.SpanId.IsEmpty ? null : log.SpanId,
                Flags = log.Flags,
                ResourceIndex = batch.ResourceIndexes[row],
                ScopeIndex = batch.ScopeIndexes[row],
                Attributes = Attributes(log.Attributes),
                DroppedAttributesCount = log.DroppedAttributes,
            };
        }

        return new LogList { Logs = logs, Resources = Resources(batch), Scopes = Scopes(batch), Limit = limit };
    }
}
