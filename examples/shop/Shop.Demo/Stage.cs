using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Shop.Demo;

/// <summary>Everything that runs: Clew, the shop's services and its customers. Disposing ends all of it and deletes what was temporary.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const int ClewPort = 2539;
    private const int OtlpGrpcPort = 4317;
    private const int OtlpHttpPort = 4318;
    private const int ShopPort = 26000;
    private const int ShopPorts = 12;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly DemoOptions _options;
    private readonly Narrator _tell;
    private readonly string _temporary = Path.Combine(Path.GetTempPath(), "clew-demo-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Dictionary<string, ChildProcess> _services = [];
    private readonly Dictionary<string, string> _environment;
    private readonly string _clewAssembly;
    private readonly string _logs;
    private readonly int _otlpGrpc = FreePorts.Prefer(OtlpGrpcPort);
    private readonly int _otlpHttp = FreePorts.Prefer(OtlpHttpPort);
    private readonly int _shopPorts = FreePorts.PreferBlock(ShopPort, ShopPorts);
    private ChildProcess? _clew;
    private ChildProcess? _load;

    public Stage(DemoOptions options, Narrator tell)
    {
        _options = options;
        _tell = tell;
        ClewAddress = new Uri($"http://127.0.0.1:{FreePorts.Prefer(ClewPort)}");
        _logs = options.Logs ?? Path.Combine(_temporary, "logs");
        Directory.CreateDirectory(_logs);
        _clewAssembly = options.Clew ?? FindClew();
        _environment = new()
        {
            ["SHOP_PORT_BASE"] = _shopPorts.ToString(CultureInfo.InvariantCulture),
            ["SHOP_STOP_WITH_STDIN"] = "1",
            ["SHOP_DNS_TRACE_CONTEXT"] = options.DnsTraceContext ? "1" : "0",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{_otlpGrpc}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        };
    }

    /// <summary>Where Clew's web UI and API are.</summary>
    public Uri ClewAddress { get; }

    /// <summary>How to call the command line from the root of the repository so that it asks this Clew.</summary>
    public string ClewCommand => ClewAddress.Port == ClewPort ? "./clew" : $"./clew --url {ClewAddress.ToString().TrimEnd('/')}";

    /// <summary>What the customers met in each second so far, oldest first.</summary>
    public List<(DateTimeOffset Time, LoadReport Report)> Seconds { get; } = [];

    /// <summary>Starts Clew, then the services, then the customers, each when the one before is ready.</summary>
    /// <exception cref="DemoFailedException">Something did not start.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        var data = _options.Data ?? Path.Combine(_temporary, "data");
        _tell.Step($"Starting Clew on {ClewAddress} (OTLP on {_otlpGrpc} and {_otlpHttp})");
        _clew = ChildProcess.Start(
            "clew", _clewAssembly,
            ["serve", "--data", data, "--listen", ClewAddress.Authority, "--otlp-grpc", $"127.0.0.1:{_otlpGrpc}", "--otlp-http", $"127.0.0.1:{_otlpHttp}"],
            new Dictionary<string, string>(), _logs);
        await ReadyAsync(_clew, new Uri(ClewAddress, "/health/ready"), stop);

        _tell.Step($"Starting the shop: {string.Join(", ", Workload.All.Select(w => w.Service))}");
        foreach (var workload in Workload.All)
        {
            _services[workload.Service] = StartService(workload.Service, []);
        }

        foreach (var workload in Workload.All)
        {
            await ReadyAsync(_services[workload.Service], Address(workload.Service, "/health/ready"), stop);
        }

        _tell.Step($"Customers arrive: {_options.Checkouts} checkouts and 10 other pages a second");
        _load = ChildProcess.Start(
            "load", ShopAssembly(), ["load", "--checkouts", _options.Checkouts.ToString(CultureInfo.InvariantCulture), "--browsing", "10"], _environment, _logs, TakeReport);
    }

    /// <summary>Waits until it is interrupted, with everything up.</summary>
    public async Task<int> StayUpAsync(CancellationToken stop)
    {
        _tell.Step("Everything is up. Ctrl-C ends it.");
        _tell.Detail($"Clew        {ClewAddress}");
        foreach (var workload in Workload.All)
        {
            _tell.Detail($"{workload.Service,-13} {Address(workload.Service, "/faults")}");
        }

        _tell.Line("");
        _tell.Command($"curl -X POST '{Address("dns", "/faults/forward-upstream")}'");
        _tell.Command($"curl -X POST '{Address("inventory", "/faults/lock-contention?hold_ms=80")}'");
        _tell.Command($"{ClewCommand} investigate --since 1m");
        await UntilStoppedAsync(stop);
        return 0;
    }

    /// <summary>Ends the customers and the services; Clew stays.</summary>
    public async Task CloseShopAsync()
    {
        await (_load?.StopAsync() ?? Task.CompletedTask);
        await Task.WhenAll(_services.Values.Select(s => s.StopAsync()));
    }

    /// <summary>Replaces a service by a newer version of itself, as a rollout does.</summary>
    public async Task RollOutAsync(string service, string version, string podHash, CancellationToken stop)
    {
        var old = _services[service];
        // The new one starts first and takes the port over as soon as the old one lets go of it.
        var next = StartService(service, new() { ["SHOP_VERSION"] = version, ["SHOP_POD_HASH"] = podHash });
        await Task.Delay(TimeSpan.FromSeconds(2), stop);
        await old.DisposeAsync();
        _services[service] = next;
        await ReadyAsync(next, Address(service, "/health/ready"), stop);
    }

    /// <summary>Switches a fault of a service.</summary>
    public async Task SwitchAsync(string service, string fault, bool on, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(on ? HttpMethod.Post : HttpMethod.Delete, Address(service, "/faults/" + fault));
        using var response = await _http.SendAsync(request, stop);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Tells Clew about a change, as a pipeline would.</summary>
    public async Task RecordChangeAsync(JsonObject change, CancellationToken stop)
    {
        using var content = new StringContent(change.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(ClewAddress, "/api/changes"), content, stop);
        if (!response.IsSuccessStatusCode)
        {
            throw new DemoFailedException($"Clew did not take the change: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(stop)}");
        }
    }

    /// <summary>What the payment provider's own status page says.</summary>
    public async Task<ProviderStatus> ProviderStatusAsync(CancellationToken stop) =>
        (await _http.GetFromJsonAsync(Address("payment-api", "/status"), ShopJson.Default.ProviderStatus, stop))!;

    /// <summary>Runs a clew command and returns what it printed.</summary>
    /// <exception cref="DemoFailedException">It failed.</exception>
    public async Task<string> ClewAsync(string name, IEnumerable<string> arguments, CancellationToken stop)
    {
        var output = new List<string>();
        await using var command = ChildProcess.Start(
            name, _clewAssembly, ["--url", ClewAddress.ToString().TrimEnd('/'), .. arguments], new Dictionary<string, string>(), _logs, output.Add);
        var exitCode = await command.WaitAsync(stop);
        return exitCode == 0
            ? string.Join('\n', output)
            : throw new DemoFailedException($"clew {string.Join(' ', arguments)} ended with {exitCode}:\n{command.Tail(20)}");
    }

    /// <summary>Waits for SIGINT or SIGTERM.</summary>
    public static async Task UntilStoppedAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
        catch (OperationCanceledException)
        {
            // The wanted end.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseShopAsync();
        foreach (var child in (ChildProcess?[])[_load, .. _services.Values, _clew])
        {
            await (child?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _http.Dispose();
        if (Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    /// <summary>The shop's program, copied beside this one by the build.</summary>
    private static string ShopAssembly() => Path.Combine(AppContext.BaseDirectory, "shop.dll");

    /// <summary>The clew built in the same configuration: artifacts/bin/Shop.Demo/X beside artifacts/bin/Clew/X.</summary>
    private static string FindClew()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var clew = Path.Combine(here.Parent!.Parent!.FullName, "Clew", here.Name, "clew.dll");
        return File.Exists(clew) ? clew : throw new DemoFailedException($"{clew} is not there: build src/Clew first, or say --clew FILE");
    }

    private ChildProcess StartService(string service, Dictionary<string, string> more) =>
        ChildProcess.Start(
            more.TryGetValue("SHOP_VERSION", out var version) ? $"{service}-{version}" : service, ShopAssembly(), [service],
            _environment.Concat(more).ToDictionary(), _logs);

    private Uri Address(string service, string path) =>
        new($"http://127.0.0.1:{_shopPorts + Workload.Find(service)!.PortOffset}{path}");

    private async Task ReadyAsync(ChildProcess child, Uri health, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(StartPatience);
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (child.HasExited || patience.IsCancellationRequested)
            {
                throw new DemoFailedException($"{child.Name} did not start:\n{child.Tail(20)}");
            }

            try
            {
                using var response = await _http.GetAsync(health, stop);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(Poll, stop);
        }
    }

    private void TakeReport(string line)
    {
        if (line.StartsWith('{') && JsonSerializer.Deserialize(line, ShopJson.Default.LoadReport) is { } report)
        {
            lock (Seconds)
            {
                Seconds.Add((TimeProvider.System.GetUtcNow(), report));
            }
        }
    }
}
