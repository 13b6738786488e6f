using System.Net;
using System.Text.Json.Nodes;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Tempo;

/// <summary>
/// A server with two traces. Trace 5b8e…: checkout POST /pay (server, 250 ms) calls SELECT (client, error). Trace 0af7…: front GET / alone, 2 ms. The clock stands a minute after
/// their start, 2026-03-01T10:00:00Z.
/// </summary>
public sealed class TempoServer : IAsyncLifetime
{
    public const string Pay = "5b8efff798038103d269b633813fc60c";
    public const string Front = "0af7651916cd43dd8448eb211c80319c";

    /// <summary>The same as searches show it: without the zero it begins with.</summary>
    public const string FrontShown = "af7651916cd43dd8448eb211c80319c";

    private const string Traces = """
        {"resourceSpans":[
        {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}},{"key":"region","value":{"stringValue":"eu"}}]},"scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[
        {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"POST /pay","kind":2,"startTimeUnixNano":"1772359200000000000","endTimeUnixNano":"1772359200250000000","status":{"code":2,"message":"boom"},"attributes":[{"key":"items","value":{"intValue":"3"}},{"key":"ratio","value":{"doubleValue":0.5}},{"key":"vip","value":{"boolValue":true}}],"events":[{"timeUnixNano":"1772359200100000000","name":"exception","attributes":[{"key":"exception.message","value":{"stringValue":"no money"}}]}],"links":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331"}]},
        {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175","parentSpanId":"eee19b7ec3c1b174","name":"SELECT","kind":3,"startTimeUnixNano":"1772359200010000000","endTimeUnixNano":"1772359200110000000","status":{"code":2},"attributes":[{"key":"items","value":{"intValue":"40"}}]}]}]},
        {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"front"}}]},"scopeSpans":[{"scope":{},"spans":[
        {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"GET /","kind":2,"startTimeUnixNano":"1772359205000000000","endTimeUnixNano":"1772359205002000000","status":{},"attributes":[{"key":"items","value":{"stringValue":"many"}}]}]}]}
        ]}
        """;

    internal StoreServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await StoreServer.StartAsync(time: new StandingClock(DateTimeOffset.FromUnixTimeSeconds(1_772_359_260)));
        await Server.SendAsync("traces", Traces);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await Server.Tempo.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {body}");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonNode.Parse(body)!;
    }
}
