using System.Globalization;
using System.Net;
using System.Text.Json;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Correlation;

/// <summary><c>GET /api/correlate</c> on a real store: keys in texts and attributes, several rounds, moments, inferred traces.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class CorrelationApiTests
{
    [Fact]
    public async Task A_request_is_found_by_its_id_in_text_and_attribute_and_followed_to_its_trace_id()
    {
        await using var server = await StartAsync();

        using var answer = JsonDocument.Parse(await server.Native.GetStringAsync("/api/correlate?request=req-4711"));

        Bodies(answer).ShouldBe(["in X-Request-ID: req-4711 trace_id=0af7651916cd43dd8448eb211c80319c", "from attribute", "deep trace_id=0af7651916cd43dd8448eb211c80319c"]);
        answer.RootElement.GetProperty("followed").EnumerateArray().Select(key => $"{key.GetProperty("kind").GetString()} {key.GetProperty("value").GetString()}")
            .ShouldBe(["request req-4711", "trace 0af7651916cd43dd8448eb211c80319c"]);
        answer.RootElement.GetProperty("confidence").GetDouble().ShouldBe(0.95, 0.001);
        answer.RootElement.GetProperty("services").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task A_moment_is_enough_and_the_inferred_spans_are_a_trace()
    {
        await using var server = await StartAsync();

        using var trace = JsonDocument.Parse(await server.Native.GetStringAsync("/api/correlate?time=2026-03-01T10:00:00.012Z&service=stock&as=trace"));

        var spans = trace.RootElement.GetProperty("spans").EnumerateArray().ToList();
        spans.Select(span => $"{span.GetProperty("service").GetString()} {span.GetProperty("analysis").GetProperty("depth").GetInt32()}").ShouldBe(["gate 0", "cart 1", "stock 2"]);
        spans[0].GetProperty("attributes").EnumerateArray().First().GetProperty("key").GetString().ShouldBe("clew.inferred");
        trace.RootElement.GetProperty("rootService").GetString().ShouldBe("gate");
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "an id (id, request")]
    [InlineData("request=x", HttpStatusCode.BadRequest, "3 to 256 characters")]
    [InlineData("time=soon", HttpStatusCode.BadRequest, "RFC 3339")]
    [InlineData("time=2026-03-01T10:00:00Z&within=2h", HttpStatusCode.BadRequest, "at most 60s")]
    [InlineData("request=nothing-has-it", HttpStatusCode.NotFound, "No log record has the request nothing-has-it")]
    [InlineData("time=2020-03-01T10:00:00Z&service=stock", HttpStatusCode.NotFound, "Nothing was logged by stock within 2 s")]
    public async Task What_is_wrong_or_missing_is_said(string query, HttpStatusCode status, string expected)
    {
        await using var server = await StartAsync();

        using var response = await server.Native.GetAsync($"/api/correlate?{query}");

        response.StatusCode.ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain(expected);
    }

    private static IEnumerable<string?> Bodies(JsonDocument answer) => answer.RootElement.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("body").GetString());

    private static async Task<StoreServer> StartAsync()
    {
        var server = await StoreServer.StartAsync();
        var records = string.Join(',', new[]
        {
            Record("gate", 0, "in X-Request-ID: req-4711 trace_id=0af7651916cd43dd8448eb211c80319c"),
            Record("cart", 5, "from attribute", """{"key":"request_id","value":{"stringValue":"req-4711"}}"""),
            Record("stock", 12, "deep trace_id=0af7651916cd43dd8448eb211c80319c"),
            Record("gate", 3000, "in X-Request-ID: req-4712"),
        });
        await server.SendAsync("logs", $$"""{"resourceLogs":[{{records}}]}""");
        return server;
    }

    private static string Record(string service, int milliseconds, string body, string attributes = "") =>
        "{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"" + service + "\"}}]},\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\""
        + (1_772_359_200_000_000_000 + (milliseconds * 1_000_000L)).ToString(CultureInfo.InvariantCulture)
        + "\",\"severityNumber\":9,\"body\":{\"stringValue\":\"" + body + "\"},\"attributes\":[" + attributes + "]}]}]}";
}
