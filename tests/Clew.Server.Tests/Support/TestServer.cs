using System.Net;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Tests.Support;

/// <summary>A server in this process on free ports, with a client for each of its doors.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>No test waits longer than this for anything.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClewServer _server;
    private bool _stopped;

    private TestServer(ClewServer server, RecordingStore store)
    {
        _server = server;
        Store = store;
        Native = new HttpClient { BaseAddress = Address(Door.Native), Timeout = Patience };
        OtlpHttp = new HttpClient { BaseAddress = Address(Door.OtlpHttp), Timeout = Patience };
        Grpc = new GrpcTestClient(Address(Door.OtlpGrpc));
    }

    public RecordingStore Store { get; }

    public HttpClient Native { get; }

    public HttpClient OtlpHttp { get; }

    public GrpcTestClient Grpc { get; }

    public IServiceProvider Services => _server.Services;

    /// <summary>Ports 0 everywhere, no drop-in doors, quiet logs.</summary>
    public static ServerOptions Options { get; } = new()
    {
        DataDirectory = Path.GetTempPath(),
        Listen = new ListenAddress("127.0.0.1", 0),
        OtlpGrpc = new ListenAddress("127.0.0.1", 0),
        OtlpHttp = new ListenAddress("127.0.0.1", 0),
        DropIn = new DropInOptions
        {
            Jaeger = new ListenAddress("127.0.0.1", 0),
            Loki = new ListenAddress("127.0.0.1", 0),
            Prometheus = new ListenAddress("127.0.0.1", 0),
            JaegerCollector = new ListenAddress("127.0.0.1", 0),
            JaegerGrpc = new ListenAddress("127.0.0.1", 0),
            JaegerQuery = new ListenAddress("127.0.0.1", 0),
            JaegerStorage = new ListenAddress("127.0.0.1", 0),
            JaegerAgentCompact = new ListenAddress("127.0.0.1", 0),
            JaegerAgentBinary = new ListenAddress("127.0.0.1", 0),
            JaegerSampling = new ListenAddress("127.0.0.1", 0),
            Zipkin = new ListenAddress("127.0.0.1", 0),
            Tempo = new ListenAddress("127.0.0.1", 0),
        },
        Log = new LogOptions { Level = LogLevel.Critical },
        ShutdownTimeout = TimeSpan.FromSeconds(10),
    };

    public static async Task<TestServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null, TimeProvider? time = null)
    {
        var store = new RecordingStore();
        return new TestServer(await ClewServer.StartAsync(change?.Invoke(Options) ?? Options, store.Ports, time ?? TimeProvider.System, CancellationToken.None), store);
    }

    public Uri Address(Door door) => new($"http://{_server.Addresses[door]}");

    public IPEndPoint EndPoint(Door door) => _server.Addresses[door];

    public async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await _server.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Store.Open();
        Native.Dispose();
        OtlpHttp.Dispose();
        Grpc.Dispose();
        await StopAsync();
        await _server.DisposeAsync();
    }
}

internal static class Eventually
{
    /// <summary>Waits for a condition, for <see cref="TestServer.Patience"/> at most.</summary>
    public static Task BeTrueAsync(Func<bool> condition, string what) => BeTrueAsync(() => Task.FromResult(condition()), what);

    /// <summary>As the other, for a condition that has to be asked for.</summary>
    public static async Task BeTrueAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while (!await condition())
        {
            patience.IsCancellationRequested.ShouldBeFalse($"never came true: {what}");
            await Task.Delay(5);
        }
    }
}
