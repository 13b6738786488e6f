using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Zipkin;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Jaeger;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Zipkin;

/// <summary>
/// Zipkin's query API, version 2, under <c>/zipkin</c> on the native port and with Zipkin's own paths on 9411. Zipkin's pages ask for the same under
/// <c>/zipkin</c> there too.
/// </summary>
internal sealed class ZipkinApi : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var prefix in new[] { Door.Zipkin.PathPrefix, Door.Zipkin.PathPrefix + "/zipkin" })
        {
            var zipkin = endpoints.MapGroup(prefix).ExcludeFromDescription();
            Get("/api/v2/services", ListServicesAsync);
            Get("/api/v2/spans", ListSpansAsync);
            Get("/api/v2/remoteServices", ListRemoteServicesAsync);
            Get("/api/v2/traces", FindTracesAsync);
            Get("/api/v2/trace/{traceId}", GetTraceAsync);
            Get("/api/v2/traceMany", GetTracesAsync);
            Get("/api/v2/dependencies", ListDependenciesAsync);
            Get("/api/v2/autocompleteKeys", ListKeysAsync);
            Get("/api/v2/autocompleteValues", ListValuesAsync);
            Get("/config.json", WriteConfigurationAsync);
            Get("/health", WriteHealthAsync);
            void Get(string path, Func<ZipkinAsking, Task> answer) => zipkin.MapGet(path, http => ZipkinAnswer.AnswerAsync(http, answer));
        }
    }

    private static async Task ListServicesAsync(ZipkinAsking asking) => await ZipkinAnswer.WriteTextsAsync(asking.Http, await ZipkinNames.ServicesAsync(asking));

    private static async Task ListSpansAsync(ZipkinAsking asking) =>
        await ZipkinAnswer.WriteTextsAsync(asking.Http, await ZipkinNames.SpansAsync(asking, asking.Required("serviceName")));

    private static async Task ListRemoteServicesAsync(ZipkinAsking asking) =>
        await ZipkinAnswer.WriteTextsAsync(asking.Http, await ZipkinNames.RemoteServicesAsync(asking, asking.Required("serviceName")));

    private static async Task FindTracesAsync(ZipkinAsking asking)
    {
        var search = await ZipkinSearch.ReadAsync(asking);
        var (batch, traces) = await search.FindAsync(asking);
        await ZipkinAnswer.WriteTracesAsync(asking.Http, batch, traces);
    }

    private static async Task GetTraceAsync(ZipkinAsking asking)
    {
        var text = asking.Http.GetRouteValue("traceId")?.ToString() ?? string.Empty;
        var id = TraceIdOf(text);
        var (batch, traces) = await JaegerTraces.GetAsync(asking.Store, asking.Tenant, [id], range: null, asking.Limits, asking.Http.RequestAborted);
        if (traces.Count == 0)
        {
            throw PeerRefusal.NotFound($"{text} not found");
        }

        await ZipkinAnswer.WriteTraceAsync(asking.Http, batch, traces[0].Rows);
    }

    private static async Task GetTracesAsync(ZipkinAsking asking)
    {
        var texts = asking.Required("traceIds").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length < 2)
        {
            throw PeerRefusal.BadRequest("traceIds needs at least two ids, separated by commas; /api/v2/trace/{traceId} answers one");
        }

        if (texts.Length > asking.Limits.Traces)
        {
            throw PeerRefusal.BadRequest($"traceIds has more than {asking.Limits.Traces} ids (limit query.traces)");
        }

        TraceId[] ids = [.. texts.Select(TraceIdOf)];
        if (ids.Distinct().Count() < ids.Length)
        {
            throw PeerRefusal.BadRequest("traceIds has an id twice");
        }

        var (batch, traces) = await JaegerTraces.GetAsync(asking.Store, asking.Tenant, ids, range: null, asking.Limits, asking.Http.RequestAborted);
        await ZipkinAnswer.WriteTracesAsync(asking.Http, batch, [.. traces.Select(trace => trace.Rows)]);
    }

    private static async Task ListDependenciesAsync(ZipkinAsking asking)
    {
        var end = asking.Milliseconds("endTs") ?? throw PeerRefusal.BadRequest("endTs is required");
        var lookback = asking.Milliseconds("lookback") ?? (long)ZipkinSearch.DefaultLookback.TotalMilliseconds;
        var links = await ServiceLinks.ReadAsync(asking, ZipkinSearch.RangeOf(end, lookback));
        await ZipkinAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartArray();
            foreach (var link in links)
            {
                writer.WriteStartObject();
                writer.WriteString("parent"u8, link.Parent);
                writer.WriteString("child"u8, link.Child);
                writer.WriteNumber("callCount"u8, link.Calls);
                if (link.Errors > 0)
                {
                    writer.WriteNumber("errorCount"u8, link.Errors);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static Task ListKeysAsync(ZipkinAsking asking) => ZipkinAnswer.WriteTextsAsync(asking.Http, asking.Options.Zipkin.AutocompleteKeys);

    private static async Task ListValuesAsync(ZipkinAsking asking)
    {
        var key = asking.Required("key");
        await ZipkinAnswer.WriteTextsAsync(asking.Http, asking.Options.Zipkin.AutocompleteKeys.Contains(key) ? await ZipkinNames.TagValuesAsync(asking, key) : []);
    }

    /// <summary>What Zipkin's pages want to know of the server.</summary>
    private static Task WriteConfigurationAsync(ZipkinAsking asking) => ZipkinAnswer.WriteAsync(asking.Http, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("environment"u8, ""u8);
        writer.WriteNumber("queryLimit"u8, ZipkinSearch.DefaultLimit);
        writer.WriteNumber("defaultLookback"u8, 15 * 60 * 1_000);
        writer.WriteBoolean("searchEnabled"u8, true);
        writer.WriteStartObject("dependency"u8);
        writer.WriteBoolean("enabled"u8, true);
        writer.WriteNumber("lowErrorRate"u8, 0.5);
        writer.WriteNumber("highErrorRate"u8, 0.75);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static Task WriteHealthAsync(ZipkinAsking asking)
    {
        var isReady = asking.Http.RequestServices.GetRequiredService<Health.Readiness>().Report().Status == "ready";
        asking.Http.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return ZipkinAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, isReady ? "UP"u8 : "DOWN"u8);
            writer.WriteEndObject();
        });
    }

    private static TraceId TraceIdOf(string text) => TraceId.TryParse(text, out var id) && !id.IsEmpty
        ? id
        : throw PeerRefusal.BadRequest($"{text} should be a 1 to 32 character lower-hex string with no prefix");
}

/// <summary>One request to Zipkin's API.</summary>
internal sealed class ZipkinAsking(HttpContext http) : PeerAsking(http)
{
    public string Required(string name) => Text(name) ?? throw PeerRefusal.BadRequest($"{name} is required");

    /// <summary>A positive whole number, or null when it is missing.</summary>
    public long? Milliseconds(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < long.MaxValue / 1_000_000
            ? number
            : throw PeerRefusal.BadRequest($"{name} should be a positive number of milliseconds, not {text}");
    }
}

/// <summary>Answers in Zipkin's forms: plain JSON, errors as text.</summary>
internal static class ZipkinAnswer
{
    public static Task AnswerAsync(HttpContext http, Func<ZipkinAsking, Task> answer) => PeerRefusal.AnswerAsync(http, () => answer(new ZipkinAsking(http)), refusal =>
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(refusal.Message + "\n", http.RequestAborted);
    });

    public static Task WriteTextsAsync(HttpContext http, IReadOnlyList<string> texts) => WriteAsync(http, writer =>
    {
        writer.WriteStartArray();
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    });

    public static Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write) => JsonAnswer.WriteAsync(http, http.Response.StatusCode, "application/json", isIndented: false, (writer, _) =>
    {
        write(writer);
        return Task.CompletedTask;
    });

    public static Task WriteTraceAsync(HttpContext http, SpanBatch batch, int[] rows) => WriteAsync(http, writer => WriteTrace(writer, batch, rows));

    public static Task WriteTracesAsync(HttpContext http, SpanBatch batch, IReadOnlyList<int[]> traces) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, "application/json", isIndented: false, async (writer, sendAsync) =>
        {
            writer.WriteStartArray();
            foreach (var rows in traces)
            {
                WriteTrace(writer, batch, rows);
                await sendAsync();
            }

            writer.WriteEndArray();
        });

    private static void WriteTrace(Utf8JsonWriter writer, SpanBatch batch, int[] rows)
    {
        writer.WriteStartArray();
        foreach (var row in rows)
        {
            ZipkinJsonWriter.WriteSpan(writer, batch, row);
        }

        writer.WriteEndArray();
    }
}
