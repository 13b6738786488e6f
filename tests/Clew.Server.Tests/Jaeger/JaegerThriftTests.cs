using System.Net;
using System.Net.Http.Headers;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Jaeger;

/// <summary>A trace that came in as Thrift goes out of both generations of Jaeger's API as Jaeger would have it.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class JaegerThriftTests
{
    private static readonly JaegerModelBatch Batch = new(
        "cart",
        [new JaegerModelTag("hostname", "web-1"), new JaegerModelTag("ip", "10.0.0.1"), new JaegerModelTag("cores", 8L)],
        [
            new JaegerModelSpan(0, 0xA1, 1, 0, "GET /cart")
            {
                Flags = 1,
                Duration = 90_000,
                Tags =
                [
                    new JaegerModelTag("span.kind", "server"), new JaegerModelTag("http.status_code", 500L), new JaegerModelTag("ratio", 0.25), new JaegerModelTag("vip", true),
                    new JaegerModelTag("key", new byte[] { 0, 12, 48, 57 }), new JaegerModelTag("big", long.MaxValue), new JaegerModelTag("otel.library.name", "tracer"), new JaegerModelTag("otel.library.version", "1.2"),
                ],
                Logs = [new JaegerModelLog(1_700_000_000_000_100, [new JaegerModelTag("event", "retry"), new JaegerModelTag("attempt", 2L)])],
            },
            new JaegerModelSpan(0, 0xA1, 2, 1, "charge")
            {
                Flags = 3,
                Start = 1_700_000_000_001_000,
                Duration = 5_000,
                Tags = [new JaegerModelTag("span.kind", "client"), new JaegerModelTag("error", true)],
                References = [new JaegerModelReference(0, 0xA1, 1, FollowsFrom: false), new JaegerModelReference(0xB, 0xC, 0xD, FollowsFrom: true)],
            },
            new JaegerModelSpan(0, 0xA1, 3, 0, "later") { Start = 1_700_000_000_009_000, References = [new JaegerModelReference(0, 0xA1, 2, FollowsFrom: true)] },
        ]);

    [Fact]
    public async Task It_comes_back_field_by_field()
    {
        await using var server = await StoreServer.StartAsync();
        using var content = new ByteArrayContent(Batch.ToThrift(compact: false));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-thrift");
        using var sent = await server.Native.PostAsync("/jaeger/api/traces", content);
        sent.StatusCode.ShouldBe(HttpStatusCode.Accepted);

        await using var legacy = await server.Jaeger.GetStreamAsync("/api/traces/a1");
        await Golden.CheckJsonAsync("Jaeger/Cases/thrift-legacy.json", legacy);
        await using var third = await server.Jaeger.GetStreamAsync("/api/v3/traces/a1");
        await Golden.CheckJsonAsync("Jaeger/Cases/thrift-v3.json", third);
        await using var found = await server.Jaeger.GetStreamAsync("/api/traces?service=cart&start=1699999999000000&end=1700000001000000&tags=%7B%22key%22%3A%22AAwwOQ%3D%3D%22%7D");
        await Golden.CheckJsonAsync("Jaeger/Cases/thrift-legacy.json", found);
    }
}
