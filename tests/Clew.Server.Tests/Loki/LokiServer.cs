using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Loki;

/// <summary>
/// A server with logs that came through Loki's push, JSON and protobuf, and through OTLP, from 2026-03-01T10:00:00Z on, one a second. The clock stands ten minutes later.
/// </summary>
public sealed class LokiServer : IAsyncLifetime
{
    /// <summary>Seconds since 1970.</summary>
    public const long Start = 1_772_359_200;

    /// <summary>From the first line to ten minutes later, in nanoseconds.</summary>
    public const string Range = "start=1772359200000000000&end=1772359800000000000";

    private const string Push = """
        {"streams":[
        {"stream":{"app":"shop","env":"prod","level":"info"},"values":[
          ["1772359200000000000","level=info method=GET path=/cart status=200 took=12ms size=3kB user=17"],
          ["1772359201000000000","level=info method=GET path=/cart status=200 took=15ms size=4kB user=18"],
          ["1772359202000000000","level=error method=POST path=/pay status=500 took=1.5s size=1kB user=17 msg=\"no money\"",{"trace_id":"5b8efff798038103d269b633813fc60c","order":"12"}],
          ["1772359203000000000","level=info method=GET path=/cart status=200 took=9ms size=3kB user=19"]]},
        {"stream":{"app":"pay","env":"prod"},"values":[
          ["1772359200500000000","{\"level\":\"warn\",\"code\":402,\"request\":{\"method\":\"POST\",\"user-agent\":\"curl/8\"},\"paid\":false}"],
          ["1772359203500000000","{\"level\":\"info\",\"code\":200,\"request\":{\"method\":\"GET\",\"user-agent\":\"curl/8\"},\"paid\":true}"]]}]}
        """;

    private const string Otlp = """
        {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}},{"key":"k8s.namespace.name","value":{"stringValue":"prod"}},{"key":"host.name","value":{"stringValue":"n1"}}]},
        "scopeLogs":[{"scope":{"name":"lib"},"logRecords":[{"timeUnixNano":"1772359204000000000","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"boom"},"attributes":[{"key":"http.status","value":{"intValue":"500"}}]}]}]}]}
        """;

    internal StoreServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await StoreServer.StartAsync(time: new StandingClock(DateTimeOffset.FromUnixTimeSeconds(Start + 600)));
        await PushAsync(Push);
        await Server.SendAsync("logs", Otlp);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public async Task PushAsync(string json)
    {
        using var content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        using var response = await Server.Loki.PostAsync("/loki/api/v1/push", content);
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync());
    }

    /// <param name="parameters">Name and value in turn.</param>
    public async Task<JsonNode> GetAsync(string path, params string[] parameters) => JsonNode.Parse(await TextAsync(path, HttpStatusCode.OK, parameters))!;

    public async Task<string> TextAsync(string path, HttpStatusCode status, params string[] parameters)
    {
        using var response = await Server.Loki.GetAsync(Address(path, parameters));
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, $"{path} {string.Join(' ', parameters)}: {body}");
        response.Content.Headers.ContentType!.MediaType.ShouldBe(status == HttpStatusCode.OK ? "application/json" : "text/plain");
        return body;
    }

    /// <summary>Reads an answer into a type that has every member of it, and refuses members it does not know.</summary>
    public async Task<T> StrictAsync<T>(string path, bool categorizes, params string[] parameters)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path, parameters));
        if (categorizes)
        {
            request.Headers.Add("X-Loki-Response-Encoding-Flags", "categorize-labels");
        }

        using var response = await Server.Loki.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize<T>(body, GrafanaTypes.Strict)!;
    }

    public static string Address(string path, params string[] parameters)
    {
        var address = new StringBuilder(path);
        for (var i = 0; i < parameters.Length; i += 2)
        {
            address.Append(i == 0 ? '?' : '&').Append(parameters[i]).Append('=').Append(Uri.EscapeDataString(parameters[i + 1]));
        }

        return address.ToString();
    }
}
