using Clew.Analysis.Traces;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Clew.Server.Jaeger.Legacy;

/// <summary>
/// Jaeger's API of the first generation, as its query service had it up to 2.20. Times are microseconds (milliseconds for dependencies), answers
/// are wrapped in <c>{"data", "total", "limit", "offset", "errors"}</c>.
/// </summary>
internal static class LegacyEndpoints
{
    /// <summary>Jaeger's default for dependencies.</summary>
    private static readonly TimeSpan DependencyLookback = TimeSpan.FromHours(24);

    public static void Map(IEndpointRouteBuilder api)
    {
        Get("/services", ListServicesAsync);
        Get("/services/{service}/operations", ListOperationNamesAsync);
        Get("/operations", ListOperationsAsync);
        Get("/traces", SearchAsync);
        Get("/traces/{traceId}", GetTraceAsync);
        Get("/dependencies", ListDependenciesAsync);
        Get("/metrics/calls", asking => ServiceMetrics.AnswerAsync(asking, ServiceMetricKind.Calls));
        Get("/metrics/errors", asking => ServiceMetrics.AnswerAsync(asking, ServiceMetricKind.Errors));
        Get("/metrics/latencies", asking => ServiceMetrics.AnswerAsync(asking, ServiceMetricKind.Latencies));
        Get("/metrics/minstep", ServiceMetrics.AnswerLeastStepAsync);
        api.MapPost("/archive/{traceId}", http => LegacyAnswer.AnswerAsync(http, ArchiveAsync));
        api.MapPost("/transform", http => LegacyAnswer.AnswerAsync(http, TransformAsync));
        api.MapFallback(http => LegacyAnswer.AnswerAsync(http, static asking =>
            throw PeerRefusal.NotFound($"there is no {asking.Http.Request.Method} {asking.Http.Request.Path}")));

        void Get(string path, Func<PeerAsking, Task> answer) => api.MapGet(path, http => LegacyAnswer.AnswerAsync(http, answer));
    }

    private static async Task ListServicesAsync(PeerAsking asking)
    {
        var services = await JaegerNames.ServicesAsync(asking.Store, asking.Tenant, asking.Limits, asking.Cancellation);
        await LegacyAnswer.WriteNamesAsync(asking, services);
    }

    private static async Task ListOperationNamesAsync(PeerAsking asking)
    {
        var service = PathSegments.Decode(asking.Http, fromEnd: 2);
        var operations = await JaegerNames.OperationsAsync(asking.Store, asking.Tenant, service, kind: null, asking.Limits, asking.Cancellation);
        await LegacyAnswer.WriteNamesAsync(asking, [.. operations.Select(operation => operation.Name).Distinct()]);
    }

    private static async Task ListOperationsAsync(PeerAsking asking)
    {
        var service = asking.Text("service") ?? throw PeerRefusal.BadRequest("parameter 'service' is required");
        var kind = asking.Text("spanKind") is { } word
            ? SpanWords.ParseKind(word) ?? throw PeerRefusal.BadRequest($"unable to parse param 'spanKind': unsupported span kind: '{word}'")
            : (SpanKind?)null;
        var operations = await JaegerNames.OperationsAsync(asking.Store, asking.Tenant, service, kind, asking.Limits, asking.Cancellation);
        await LegacyAnswer.WriteAsync(asking, operations.Count, writer =>
        {
            writer.WriteStartArray();
            foreach (var operation in operations)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, operation.Name);
                writer.WriteString("spanKind"u8, operation.Kind == SpanKind.Unspecified ? string.Empty : SpanWords.NameOf(operation.Kind));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task SearchAsync(PeerAsking asking)
    {
        var parameters = LegacySearchParameters.Read(asking);
        if (parameters.TraceIds.Count == 0)
        {
            var (found, traces) = await parameters.Search.FindAsync(asking.Store, asking.Tenant, asking.Limits, asking.Cancellation);
            await WriteTracesAsync(asking, found, traces, missing: [], parameters.IsRaw);
            return;
        }

        var (batch, stored) = await JaegerTraces.GetAsync(asking.Store, asking.Tenant, parameters.TraceIds, range: null, asking.Limits, asking.Cancellation);
        await WriteTracesAsync(asking, batch, stored, [.. parameters.TraceIds.Except(stored.Select(trace => trace.Trace))], parameters.IsRaw);
    }

    private static async Task GetTraceAsync(PeerAsking asking)
    {
        var id = TraceIdInPath(asking);
        var earliest = LegacySearchParameters.Time(asking, "start", Microsecond);
        var latest = LegacySearchParameters.Time(asking, "end", Microsecond);
        var isRaw = LegacySearchParameters.Bool(asking, "raw");
        TimeRange? range = earliest is null && latest is null ? null : new TimeRange(earliest ?? TimeRange.All.Start, latest is { } end ? new Timestamp(end.UnixNanoseconds + 1) : TimeRange.All.End);
        var (batch, traces) = await JaegerTraces.GetAsync(asking.Store, asking.Tenant, [id], range, asking.Limits, asking.Cancellation);
        if (traces.Count == 0)
        {
            throw PeerRefusal.NotFound("trace not found");
        }

        await WriteTracesAsync(asking, batch, traces, missing: [], isRaw);
    }

    private static async Task ListDependenciesAsync(PeerAsking asking)
    {
        var end = LegacySearchParameters.Time(asking, "endTs", Millisecond) ?? asking.Now;
        var lookback = LegacySearchParameters.Milliseconds(asking, "lookback") ?? DependencyLookback;
        var service = asking.Text("service");
        var found = await asking.Store.GetDependenciesAsync(asking.Tenant, new TimeRange(end - lookback, end), asking.Cancellation);
        var links = found
            .Where(link => service is null || link.Caller == service || link.Callee == service)
            .OrderBy(link => link.Caller, StringComparer.Ordinal)
            .ThenBy(link => link.Callee, StringComparer.Ordinal);
        await LegacyAnswer.WriteAsync(asking, total: 0, writer =>
        {
            writer.WriteStartArray();
            foreach (var link in links)
            {
                writer.WriteStartObject();
                writer.WriteString("parent"u8, link.Caller);
                writer.WriteString("child"u8, link.Callee);
                writer.WriteNumber("callCount"u8, link.Calls);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Jaeger archives into a second store, and says so when there is none. Here everything is kept in one, as long as retention says.</summary>
    private static async Task ArchiveAsync(PeerAsking asking)
    {
        var (_, traces) = await JaegerTraces.GetAsync(asking.Store, asking.Tenant, [TraceIdInPath(asking)], range: null, asking.Limits, asking.Cancellation);
        throw traces.Count == 0
            ? PeerRefusal.NotFound("trace not found")
            : new PeerRefusal(StatusCodes.Status501NotImplemented, "archive span storage was not configured");
    }

    /// <summary>Turns OTLP/JSON into the legacy form without storing it, as the page for uploaded files wants it.</summary>
    private static async Task TransformAsync(PeerAsking asking)
    {
        var limit = asking.Options.Limits.RequestBytes;
        asking.Http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = limit;
        using var body = new MemoryStream();
        await asking.Http.Request.Body.CopyToAsync(body, asking.Cancellation);
        var batch = new SpanBatch { Tenant = asking.Tenant };
        var result = new OtlpDecoder(asking.Options.Limits.Records).DecodeJson(body.GetBuffer().AsSpan(0, (int)body.Length), batch);
        if (result.Error is { } error)
        {
            throw PeerRefusal.BadRequest($"cannot unmarshal OTLP : {error}");
        }

        await WriteTracesAsync(asking, batch, TraceRows.Of(batch), missing: [], isRaw: false);
    }

    private static Task WriteTracesAsync(PeerAsking asking, SpanBatch batch, IReadOnlyList<(TraceId Trace, int[] Rows)> traces, IReadOnlyList<TraceId> missing, bool isRaw) =>
        LegacyAnswer.WriteAsync(
            asking,
            total: 0,
            async (writer, sendAsync) =>
            {
                writer.WriteStartArray();
                foreach (var (_, rows) in traces)
                {
                    JaegerTraceWriter.WriteTrace(writer, batch, rows, isRaw);
                    await sendAsync();
                }

                writer.WriteEndArray();
            },
            missing);

    private static TraceId TraceIdInPath(PeerAsking asking)
    {
        var text = PathSegments.Decode(asking.Http, fromEnd: 1);
        return JaegerIds.TryParse(text, out var id) ? id : throw PeerRefusal.BadRequest($"cannot parse trace id '{text}'");
    }

    private const long Microsecond = 1_000;
    private const long Millisecond = 1_000_000;
}
