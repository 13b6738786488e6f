using System.Globalization;
using Clew.Protocols.Otlp;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Clew.Server.Jaeger.V3;

/// <summary>
/// Jaeger's API version 3: OTLP/JSON in answers, times RFC 3339 in questions. JSON is as protobuf maps it: members with their default value are
/// left out, 64-bit integers are strings.
/// </summary>
internal static class V3Endpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        Get("/services", ListServicesAsync);
        Get("/operations", ListOperationsAsync);
        Get("/traces/{traceId}", GetTraceAsync);
        Get("/traces", FindTracesAsync);
        Get("/trace-summaries", FindSummariesAsync);
        Get("/dependencies", ListDependenciesAsync);
        api.MapPost("/traces", http => V3Answer.AnswerAsync(http, FindTracesAsync));
        api.MapPost("/trace-summaries", http => V3Answer.AnswerAsync(http, FindSummariesAsync));
        api.MapFallback(http => V3Answer.AnswerAsync(http, static asking =>
            throw PeerRefusal.NotFound($"there is no {asking.Http.Request.Method} {asking.Http.Request.Path}")));

        void Get(string path, Func<PeerAsking, Task> answer) => api.MapGet(path, http => V3Answer.AnswerAsync(http, answer));
    }

    private static async Task ListServicesAsync(PeerAsking asking)
    {
        var services = await JaegerNames.ServicesAsync(asking.Store, asking.Tenant, asking.Limits, asking.Cancellation);
        await V3Answer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartArray("services"u8);
            foreach (var service in services)
            {
                writer.WriteStringValue(service);
            }

            writer.WriteEndArray();
        });
    }

    private static async Task ListOperationsAsync(PeerAsking asking)
    {
        var service = asking.Text("service") ?? throw PeerRefusal.BadRequest("service is required");
        var (word, name) = V3SearchParameters.Either(asking, "spanKind", "span_kind");
        var kind = word is null ? (SpanKind?)null : SpanWords.ParseKind(word) ?? throw PeerRefusal.BadRequest($"malformed parameter {name}: '{word}' is not a span kind");
        var operations = await JaegerNames.OperationsAsync(asking.Store, asking.Tenant, service, kind, asking.Limits, asking.Cancellation);

        // Jaeger's pages insist on a kind, and Jaeger calls spans without one internal.
        var named = operations.Select(operation => (operation.Name, Kind: operation.Kind == SpanKind.Unspecified ? SpanKind.Internal : operation.Kind)).Distinct();
        await V3Answer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartArray("operations"u8);
            foreach (var operation in named)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, operation.Name);
                writer.WriteString("spanKind"u8, SpanWords.NameOf(operation.Kind));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task GetTraceAsync(PeerAsking asking)
    {
        var text = PathSegments.Decode(asking.Http, fromEnd: 1);
        if (!JaegerIds.TryParse(text, out var id))
        {
            throw PeerRefusal.BadRequest($"malformed parameter trace_id: '{text}' is not a trace id");
        }

        var earliest = V3SearchParameters.Time(asking, "startTime", "start_time");
        var latest = V3SearchParameters.Time(asking, "endTime", "end_time");
        V3SearchParameters.Bool(asking, "rawTraces", "raw_traces");
        TimeRange? range = earliest is null && latest is null
            ? null
            : new TimeRange(earliest ?? TimeRange.All.Start, latest is { } end && end < Timestamp.MaxValue ? new Timestamp(end.UnixNanoseconds + 1) : TimeRange.All.End);
        var (batch, traces) = await JaegerTraces.GetAsync(asking.Store, asking.Tenant, [id], range, asking.Limits, asking.Cancellation);
        await WriteTracesAsync(asking, batch, traces);
    }

    private static async Task FindTracesAsync(PeerAsking asking)
    {
        var search = await V3SearchParameters.ReadAsync(asking);
        var (batch, traces) = await search.FindAsync(asking.Store, asking.Tenant, asking.Limits, asking.Cancellation);
        await WriteTracesAsync(asking, batch, traces);
    }

    private static async Task FindSummariesAsync(PeerAsking asking)
    {
        var search = await V3SearchParameters.ReadAsync(asking);
        var summaries = await asking.Store.FindTracesAsync(search.ToQuery(asking.Tenant), asking.Cancellation);
        await V3Answer.WriteAsync(asking.Http, writer =>
        {
            if (summaries.Count == 0)
            {
                return;
            }

            writer.WriteStartArray("summaries"u8);
            foreach (var summary in summaries)
            {
                TraceSummaryWriter.Write(writer, summary);
            }

            writer.WriteEndArray();
        });
    }

    private static async Task ListDependenciesAsync(PeerAsking asking)
    {
        var start = V3SearchParameters.Time(asking, "startTime", "start_time") ?? throw PeerRefusal.BadRequest("startTime is required");
        var end = V3SearchParameters.Time(asking, "endTime", "end_time") ?? throw PeerRefusal.BadRequest("endTime is required");
        if (end <= start)
        {
            throw PeerRefusal.BadRequest("endTime must be after startTime");
        }

        var found = await asking.Store.GetDependenciesAsync(asking.Tenant, new TimeRange(start, end), asking.Cancellation);
        await V3Answer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartArray("dependencies"u8);
            foreach (var link in found.OrderBy(link => link.Caller, StringComparer.Ordinal).ThenBy(link => link.Callee, StringComparer.Ordinal))
            {
                writer.WriteStartObject();
                writer.WriteString("parent"u8, link.Caller);
                writer.WriteString("child"u8, link.Callee);
                writer.WriteString("callCount"u8, link.Calls.ToString(CultureInfo.InvariantCulture));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static Task WriteTracesAsync(PeerAsking asking, SpanBatch batch, IReadOnlyList<(TraceId Trace, int[] Rows)> traces)
    {
        if (traces.Count == 0)
        {
            throw PeerRefusal.NotFound("No traces found");
        }

        int[] rows = [.. traces.SelectMany(trace => trace.Rows)];
        return V3Answer.WriteAsync(asking.Http, writer =>
        {
            writer.WritePropertyName("result"u8);
            OtlpJsonEncoder.Write(writer, batch, rows);
        });
    }
}
