using System.Net.Http.Headers;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Tests.Storage;
using Clew.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Support;

/// <summary>
/// A whole server in this process: embedded engine in a folder of its own, every door open on a free port. Belongs into the collection of the
/// embedded engine.
/// </summary>
internal sealed class StoreServer : IAsyncDisposable
{
    private readonly TemporaryStore _store;
    private readonly ClewServer _server;

    private StoreServer(TemporaryStore store, ClewServer server)
    {
        _store = store;
        _server = server;
        Native = Client(Door.Native);
        OtlpHttp = Client(Door.OtlpHttp);
        Jaeger = Client(Door.Jaeger);
        Zipkin = Client(Door.Zipkin);
        Tempo = Client(Door.Tempo);
        Loki = Client(Door.Loki);
        Grpc = new GrpcTestClient(Address(Door.OtlpGrpc));
        JaegerQuery = new GrpcTestClient(Address(Door.JaegerQuery));
        JaegerStorage = new GrpcTestClient(Address(Door.JaegerStorage));
    }

    public HttpClient Native { get; }

    public HttpClient OtlpHttp { get; }

    /// <summary>Jaeger's own port, with its own paths.</summary>
    public HttpClient Jaeger { get; }

    /// <summary>Zipkin's own port.</summary>
    public HttpClient Zipkin { get; }

    /// <summary>Tempo's own port.</summary>
    public HttpClient Tempo { get; }

    /// <summary>Loki's own port.</summary>
    public HttpClient Loki { get; }

    public GrpcTestClient Grpc { get; }

    /// <summary>Where Jaeger's query services are.</summary>
    public GrpcTestClient JaegerQuery { get; }

    /// <summary>Where Jaeger's remote storage is.</summary>
    public GrpcTestClient JaegerStorage { get; }

    public Uri Address(Door door) => new($"http://{_server.Addresses[door]}");

    /// <summary>Where the store keeps its files.</summary>
    public DirectoryInfo Folder => _store.Folder;

    public ITelemetryWriter Writer => _store.Writer;

    public T Service<T>()
        where T : notnull => _server.Services.GetRequiredService<T>();

    public ISamplingStore Sampling => _store.Sampling;

    /// <param name="store">What <see cref="StopAsync"/> left; a new one unless given.</param>
    public static async Task<StoreServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null, TimeProvider? time = null, TemporaryStore? store = null)
    {
        store ??= await TemporaryStore.OpenAsync();
        try
        {
            var options = TestServer.Options with { DropIn = TestServer.Options.DropIn with { Enabled = true } };
            var ports = new StorePorts(store.Writer, store.Reader, store.Administration) { Sampling = store.Sampling, Investigations = store.Investigations, Rollup = store.Rollup, Metrics = store.Metrics };
            return new StoreServer(store, await ClewServer.StartAsync(change?.Invoke(options) ?? options, ports, time ?? TimeProvider.System, CancellationToken.None));
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends OTLP/JSON and expects all of it to be accepted.</summary>
    /// <param name="signal"><c>traces</c>, <c>logs</c> or <c>metrics</c>.</param>
    public async Task SendAsync(string signal, string json)
    {
        using var content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        using var response = await OtlpHttp.PostAsync($"/v1/{signal}", content);
        var body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(body);
        body.ShouldNotContain("rejected");
    }

    /// <summary>Stops the server, and leaves its store to the next one.</summary>
    public async Task<TemporaryStore> StopAsync()
    {
        Native.Dispose();
        OtlpHttp.Dispose();
        Jaeger.Dispose();
        Zipkin.Dispose();
        Tempo.Dispose();
        Loki.Dispose();
        Grpc.Dispose();
        JaegerQuery.Dispose();
        JaegerStorage.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        return _store;
    }

    public async ValueTask DisposeAsync() => await (await StopAsync()).DisposeAsync();

    public HttpClient Client(Door door) => new() { BaseAddress = Address(door), Timeout = TestServer.Patience };
}

/// <summary>A clock that stands still.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
