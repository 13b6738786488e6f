using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Scraping;
using Clew.Server.Tests.Scraping;
using Clew.Server.Tests.Support;
using Clew.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Tests.Redaction;

/// <summary>A whole server with every door open, whose folder is looked through once it is closed. Keeps all it answers and logs.</summary>
internal sealed class PlantedServer : IAsyncDisposable
{
    /// <summary>What the database is called that is sampled.</summary>
    public const string Database = "planted-db";

    /// <summary>Longer values and bodies are cut.</summary>
    public const int KeepBytes = 8 << 10;

    private static readonly string[] Unsigned = ["github", "gitlab", "argocd", "pagerduty", "alertmanager", "grafana", "opsgenie", "generic"];

    private readonly EmbeddedStore _store;
    private readonly ClewServer _server;
    private readonly LogSink _log;

    private PlantedServer(EmbeddedStore store, ClewServer server, FakeTarget target, LogSink log)
    {
        _store = store;
        _server = server;
        _log = log;
        Target = target;
        Native = new HttpClient { BaseAddress = Url(Door.Native), Timeout = TestServer.Patience };
        Http = new HttpClient { Timeout = TestServer.Patience };
        OtlpGrpc = new GrpcTestClient(Url(Door.OtlpGrpc));
        JaegerGrpc = new GrpcTestClient(Url(Door.JaegerGrpc));
    }

    public HttpClient Native { get; }

    public HttpClient Http { get; }

    public GrpcTestClient OtlpGrpc { get; }

    public GrpcTestClient JaegerGrpc { get; }

    /// <summary>What the server scrapes.</summary>
    public FakeTarget Target { get; }

    /// <summary>Every answer to what was sent.</summary>
    public ConcurrentQueue<string> Answers { get; } = new();

    /// <summary>Every record of the server's own log, with its exception.</summary>
    public IEnumerable<string> Logged => _log.Records;

    /// <param name="targets">The file of PostgreSQL servers to sample; empty for none.</param>
    public static async Task<PlantedServer> StartAsync(DirectoryInfo folder, DirectoryInfo settings, string targets = "")
    {
        var mappings = Path.Combine(settings.FullName, "mappings.yaml");
        await File.WriteAllTextAsync(mappings, """
            flags:
              kind: $.kind
              id: $.id
              service: $.app
              summary: "{$.flag} {$.from} to {$.to}"
              time: $.at
              attributes: { flag: $.flag }
            """);
        var target = await FakeTarget.StartAsync();
        var job = new ScrapeJob
        {
            Name = "planted",
            Interval = TimeSpan.FromMilliseconds(100),
            Timeout = TimeSpan.FromMilliseconds(100),
            StaticTargets = [new TargetGroup([target.Address], new Dictionary<string, string>(), "test")],
        };
        var any = new ListenAddress("127.0.0.1", 0);
        var options = TestServer.Options with
        {
            DataDirectory = folder.FullName,
            DropIn = TestServer.Options.DropIn with { Enabled = true },
            SyslogUdp = any,
            Limits = TestServer.Options.Limits with { KeepValueBytes = KeepBytes, KeepBodyBytes = KeepBytes },
            SyslogTcp = any,
            PostgreSql = new PostgreSqlOptions { Targets = targets, Interval = TimeSpan.FromMilliseconds(100), LongRunning = TimeSpan.Zero, Statements = 1_000 },
            Scrape = new ScrapeOptions { Jobs = [job] },
            Webhooks = TestServer.Options.Webhooks with { Unsigned = Unsigned, Mappings = mappings },
            Log = new LogOptions { Level = LogLevel.Warning },
        };
        var store = await EmbeddedStore.OpenAsync(new StoreOptions(folder.FullName, TimeProvider.System), default);
        var ports = new StorePorts(store.Writer, store.Reader, store.Administration) { Sampling = store.Sampling, Rollup = store.Rollup, Metrics = store.Metrics };
        var server = await ClewServer.StartAsync(options, ports, TimeProvider.System, default);
        var log = new LogSink();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        return new PlantedServer(store, server, target, log);
    }

    public Uri Url(Door door) => new($"http://{_server.Addresses[door]}");

    public IPEndPoint EndPoint(Door door) => _server.Addresses[door];

    public Task PostAsync(string path, string mediaType, string body, params (string Name, string Value)[] headers) => PostAsync(new Uri(Url(Door.Native), path), mediaType, Encoding.UTF8.GetBytes(body), headers);

    public Task PostAsync(string path, string mediaType, byte[] body, params (string Name, string Value)[] headers) => PostAsync(new Uri(Url(Door.Native), path), mediaType, body, headers);

    /// <summary>Sends a body that must be taken.</summary>
    public async Task PostAsync(Uri url, string mediaType, byte[] body, params (string Name, string Value)[] headers)
    {
        var (status, answer) = await TryPostAsync(url, mediaType, body, headers);
        ((int)status).ShouldBeInRange(200, 299, $"{url}: {answer}");
    }

    public async Task<(HttpStatusCode Status, string Answer)> TryPostAsync(Uri url, string mediaType, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        using var response = await Http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Answers.Enqueue(answer + response.Headers);
        return (response.StatusCode, answer);
    }

    public async Task CallAsync(GrpcTestClient client, string path, byte[] message)
    {
        var reply = await client.CallAsync(path, message);
        Answers.Enqueue(reply.Message + Encoding.UTF8.GetString(reply.Body));
        reply.Status.ShouldBe(0, $"{path}: {reply.Message}");
    }

    /// <summary>Waits until so many items that came by a protocol are on disk.</summary>
    public async Task StoredAsync(string protocol, long items)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while (await CountAsync(protocol) < items)
        {
            patience.IsCancellationRequested.ShouldBeFalse($"{items} items of {protocol} never were on disk: {await CountAsync(protocol)}");
            await Task.Delay(10);
        }
    }

    /// <summary>Items of a protocol that are on disk.</summary>
    public async Task<long> CountAsync(string protocol)
    {
        var metrics = await Native.GetStringAsync("/metrics");
        return metrics.Split('\n')
            .Where(line => line.StartsWith("clew_ingest_stored_items_total{", StringComparison.Ordinal) && line.Contains($"protocol=\"{protocol}\"", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        Native.Dispose();
        Http.Dispose();
        OtlpGrpc.Dispose();
        JaegerGrpc.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
        await Target.DisposeAsync();
    }

    private sealed class LogSink : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Records { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Records.Enqueue($"{formatter(state, exception)} {string.Join(' ', state as IEnumerable<KeyValuePair<string, object?>> ?? [])} {exception}");

        public void Dispose()
        {
        }
    }
}
