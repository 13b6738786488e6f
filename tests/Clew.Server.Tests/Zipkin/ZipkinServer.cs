using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Clew.Server.Configuration;
using Clew.Server.Tests.Support;
using Clew.Tests;

namespace Clew.Server.Tests.Zipkin;

/// <summary>A server with one small shop's spans, sent as Zipkin's, and Zipkin's own files where they are there.</summary>
public sealed class ZipkinServer : IAsyncLifetime
{
    public const string Folder = "compliance/zipkin";

    /// <summary>2026-03-01T10:00:00Z; the server's clock stands one minute later.</summary>
    public const long Start = 1_772_359_200_000;

    /// <summary>
    /// Trace a1: the web calls the cart (both halves share id 2), which asks a database that sends no spans, and fails. Trace a2: the web alone, slow. Trace
    /// a3 came as OTLP and has no Zipkin in it.
    /// </summary>
    private const string Shop = """
        [
        {"traceId":"00000000000000a1","id":"0000000000000001","name":"get /","kind":"SERVER","timestamp":@0001000,"duration":90000,"localEndpoint":{"serviceName":"web"},"tags":{"http.path":"/","env":"prod"}},
        {"traceId":"00000000000000a1","id":"0000000000000002","parentId":"0000000000000001","name":"get /cart","kind":"CLIENT","timestamp":@0002000,"duration":80000,"localEndpoint":{"serviceName":"web"},"remoteEndpoint":{"serviceName":"cart"}},
        {"traceId":"00000000000000a1","id":"0000000000000002","parentId":"0000000000000001","name":"get /cart","kind":"SERVER","timestamp":@0003000,"duration":70000,"localEndpoint":{"serviceName":"cart"},"shared":true},
        {"traceId":"00000000000000a1","id":"0000000000000003","parentId":"0000000000000002","name":"select","kind":"CLIENT","timestamp":@0004000,"duration":60000,"localEndpoint":{"serviceName":"cart"},"remoteEndpoint":{"serviceName":"Carts-DB","port":5432},"tags":{"error":"deadlock","sql.query":"select 1"},"annotations":[{"timestamp":@0005000,"value":"waiting"}]},
        {"traceId":"00000000000000a2","id":"0000000000000004","name":"Post /Login","kind":"SERVER","timestamp":@9001000,"duration":2000000,"localEndpoint":{"serviceName":"web"},"tags":{"env":"test"}}
        ]
        """;

    private const string Otlp = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"Mails"}},{"key":"host.name","value":{"stringValue":"m-1"}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[
        {"traceId":"5b8efff798038103d269b633813fc6a3","spanId":"eee19b7ec3c1b174","name":"Send","kind":3,"startTimeUnixNano":"1772359220000000000","endTimeUnixNano":"1772359220000000900","status":{"code":2},"attributes":[{"key":"server.address","value":{"stringValue":"smtp"}},{"key":"size","value":{"intValue":"7"}},{"key":"peers","value":{"arrayValue":{"values":[{"intValue":"1"}]}}}],"events":[{"timeUnixNano":"1772359220000000100","name":"sent","attributes":[{"key":"to","value":{"stringValue":"x"}}]}]}]}]}]}
        """;

    internal StoreServer Server { get; private set; } = null!;

    internal HttpClient Client => Server.Zipkin;

    public async Task InitializeAsync()
    {
        Server = await StoreServer.StartAsync(
            // As they were: redaction would strip the literals of their statements.
            options => options with
            {
                Zipkin = new ZipkinOptions { AutocompleteKeys = ["env"] },
                Redaction = options.Redaction with { Secrets = false, SqlLiterals = false },
                Normalisation = options.Normalisation with { SpanNames = false, ServiceNames = false },
            },
            new StandingClock(DateTimeOffset.FromUnixTimeMilliseconds(Start + 60_000)));
        var moment = Start.ToString(System.Globalization.CultureInfo.InvariantCulture)[..^4];
        await PostAsync(Shop.Replace("@", moment, StringComparison.Ordinal));
        await Server.SendAsync("traces", Otlp);
        if (SharedFolder.Has(Folder))
        {
            foreach (var file in Files())
            {
                await PostAsync(await File.ReadAllTextAsync(file));
            }
        }
    }

    public static IReadOnlyList<string> Files() => SharedFolder.Has(Folder) ? [.. Directory.GetFiles(SharedFolder.PathOf(Folder), "*.json").Order(StringComparer.Ordinal)] : [];

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {body}");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonNode.Parse(body)!;
    }

    private async Task PostAsync(string json)
    {
        using var content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        using var response = await Client.PostAsync("/api/v2/spans", content);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, body);
        body.ShouldBeEmpty();
    }
}
