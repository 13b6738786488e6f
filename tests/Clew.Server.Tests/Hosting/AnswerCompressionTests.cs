using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Hosting;

/// <summary>Answers to askers that take them packed.</summary>
public sealed class AnswerCompressionTests : IAsyncLifetime, IDisposable
{
    private ClewServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await ClewServer.StartAsync(TestServer.Options, AskedStore.Open(new AskedStore.Questions()), TimeProvider.System, CancellationToken.None);
        _http = new HttpClient { BaseAddress = new Uri($"http://{_server.Addresses[Door.Native]}"), Timeout = TestServer.Patience };
    }

    public void Dispose() => _http.Dispose();

    public async Task DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/prometheus/api/v1/status/flags", HttpStatusCode.OK)]
    [InlineData("/prometheus/api/v1/format_query?query=a%2Bb", HttpStatusCode.OK)]
    [InlineData("/prometheus/api/v1/query", HttpStatusCode.BadRequest)]
    [InlineData("/loki/loki/api/v1/status/buildinfo", HttpStatusCode.OK)]
    [InlineData("/loki/loki/api/v1/query", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/status/buildinfo", HttpStatusCode.OK)]
    [InlineData("/tempo/api/search?q=%7B", HttpStatusCode.BadRequest)]
    [InlineData("/api/openapi.json", HttpStatusCode.OK)]
    public async Task Text_is_packed_for_those_who_take_gzip(string path, HttpStatusCode status)
    {
        var plain = await AskAsync(path, accept: null);
        var packed = await AskAsync(path, "gzip, deflate");

        plain.Status.ShouldBe(status);
        plain.Encoding.ShouldBeEmpty();
        packed.Status.ShouldBe(status);
        packed.Encoding.ShouldBe(["gzip"]);
        packed.Vary.ShouldContain("Accept-Encoding");
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(packed.Body), CompressionMode.Decompress));
        (await unpacked.ReadToEndAsync()).ShouldBe(System.Text.Encoding.UTF8.GetString(plain.Body));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip;q=0")]
    [InlineData("zstd")]
    public async Task Nobody_gets_what_they_do_not_take(string accept)
    {
        (await AskAsync("/prometheus/api/v1/status/flags", accept)).Encoding.ShouldBeEmpty();
    }

    private async Task<(HttpStatusCode Status, IReadOnlyCollection<string> Encoding, IReadOnlyCollection<string> Vary, byte[] Body)> AskAsync(string path, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.AcceptEncoding.ParseAdd(accept);
        }

        using var response = await _http.SendAsync(request);
        HttpContentHeaders headers = response.Content.Headers;
        return (response.StatusCode, [.. headers.ContentEncoding], [.. response.Headers.Vary], await response.Content.ReadAsByteArrayAsync());
    }
}
