using System.Text.Json;
using Clew.Analysis.Doctor;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api;

/// <summary><c>GET /api/traces/{traceId}</c>.</summary>
internal static class TraceEndpoint
{
    /// <summary>Spans that clocks are estimated from; the estimate is a median, and more calls move it no further.</summary>
    private const int ClockSpans = 10_000;

    /// <summary>Spans of one id that are shown; more than two share one only by mistake.</summary>
    private const int MaxTwins = 100;

    /// <summary>Clocks drift; within this of a trace they are what they were.</summary>
    private static readonly TimeSpan ClockWindow = TimeSpan.FromMinutes(10);

    public static IReadOnlyList<ApiParameter> Parameters { get; } = [KnownParameters.Format, KnownParameters.Adjusted];

    public static async Task<IResult?> GetAsync(Asking asking)
    {
        var id = asking.TraceIdInPath();
        var format = asking.Query.Word(KnownParameters.Format);
        var isAdjusted = asking.Query.Word(KnownParameters.Adjusted) == "true";
        if (isAdjusted && format is not ("clew" or "outline"))
        {
            asking.Query.Refuse(KnownParameters.Adjusted.Name, "true", "format=clew or outline: other formats carry times as received");
        }

        if (id is not { } trace || asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var batch = await asking.Store.GetSpansAsync(asking.Tenant, [trace], range: null, asking.Cancellation);
        if (batch.Count == 0)
        {
            return Problems.NotFound(asking.Http, $"No span of trace {trace} is stored.");
        }

        return format switch
        {
            "otlp" => new WrittenJson(writer => OtlpJsonEncoder.Write(writer, batch)),
            "jaeger" => new WrittenJson(writer => JaegerTraceWriter.WriteResponse(writer, batch, [])),
            "outline" => Results.Json(TraceOutlineMapping.Map(batch, isAdjusted ? await EstimateClocksAsync(asking, batch) : null), ApiJson.Readable.TraceOutline),
            _ => Results.Json(TraceMapping.Map(batch, isAdjusted ? await EstimateClocksAsync(asking, batch) : null), ApiJson.Readable.TraceDetail),
        };
    }

    /// <summary><c>GET /api/traces/{traceId}/spans/{spanId}</c>.</summary>
    public static async Task<IResult?> GetSpanAsync(Asking asking)
    {
        var (traceId, spanId) = (asking.TraceIdInPath(), asking.SpanIdInPath());
        if (traceId is not { } trace || spanId is not { } span || asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var ofTrace = Predicate.Equal(Field.Intrinsic(Intrinsics.TraceId), Literal.String(trace.ToString()));
        var only = Predicate.AllOf(ofTrace, Predicate.Equal(Field.Intrinsic(Intrinsics.SpanId), Literal.String(span.ToString())));
        var found = await asking.Store.FindSpansAsync(new RecordQuery(asking.Tenant, TimeRange.All, only, MaxTwins, TimeOrder.OldestFirst), asking.Cancellation);
        if (found.Count == 0)
        {
            return Problems.NotFound(asking.Http, $"No span {span} of trace {trace} is stored.");
        }

        // Its place in the tree needs the others' times, not their attributes.
        var all = await asking.Store.FindSpansAsync(
            new RecordQuery(asking.Tenant, TimeRange.All, ofTrace, asking.Limits.Spans, TimeOrder.OldestFirst) { Parts = RecordParts.Core }, asking.Cancellation);
        return Results.Json(TraceMapping.MapSpans(found, all, span), ApiJson.Readable.SpanList);
    }

    /// <summary>How far clocks were off around the trace, from the calls of many traces.</summary>
    private static async Task<ClockCorrections> EstimateClocksAsync(Asking asking, SpanBatch trace)
    {
        var start = new Timestamp(trace.StartTimes.Values.ToArray().Min());
        var around = new TimeRange(start - ClockWindow, start + ClockWindow);
        var counted = await asking.Store.ReadAsync(new ReadPlan(asking.Tenant, Dataset.Spans, around) { Aggregates = [Aggregate.Count()] }, asking.Cancellation);
        var spans = counted.RowCount == 0 ? 0 : counted.Longs("count")[0];
        var many = await asking.Store.FindSpansAsync(
            new RecordQuery(asking.Tenant, around, null, 2 * ClockSpans) { OneTraceIn = (int)Math.Max(1, spans / ClockSpans), Parts = RecordParts.Core }, asking.Cancellation);
        return ClockCorrections.Estimate(many);
    }

    private sealed class WrittenJson(Action<Utf8JsonWriter> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteAsync(
            httpContext,
            StatusCodes.Status200OK,
            "application/json",
            isIndented: false,
            (writer, _) =>
            {
                write(writer);
                return Task.CompletedTask;
            });
    }
}
