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
    private const int ShopPorts = 24;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly DemoOptions _options;
    private readonly Narrator _tell;
    private readonly string _temporary = Path.Combine(Path.GetTempPath(), "clew-demo-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Dictionary<string, ChildProcess> _services = [];
    private readonly List<ChildProcess> _extras = [];
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
            ["OTEL_METRIC_EXPORT_INTERVAL"] = options.MetricInterval.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
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
        _tell.Step($"Starting Clew on {ClewAddress} (OTLP on {_otlpGrpc} and {_otlpHttp})");
        await StartClewAsync(_options.Data ?? Path.Combine(_temporary, "data"), stop);

        _tell.Step($"Starting the shop: {string.Join(", ", Workload.All.Select(w => w.Service))}");
        foreach (var workload in Workload.All)
        {
            _services[workload.Service] = StartService(workload.Service, []);
        }

        foreach (var workload in Workload.All)
        {
            await ReadyAsync(_services[workload.Service], Address(workload.Service, "/health/ready"), stop);
        }

        _tell.Step($"Customers arrive: {_options.Checkouts} checkouts and {_options.Browsing} other pages a second");
        StartCustomers();
    }

    private void StartCustomers() => _load = ChildProcess.Start(
        "load", ShopAssembly(),
        ["load", "--checkouts", Text(_options.Checkouts), "--browsing", Text(_options.Browsing)], _environment, _logs, TakeReport);

    /// <summary>Ends Clew and starts it again with an empty store, so that what comes next is compared with nothing that came before.</summary>
    public async Task RestartClewAsync(string name, CancellationToken stop)
    {
        await (_clew?.DisposeAsync() ?? ValueTask.CompletedTask);
        await StartClewAsync(Path.Combine(_options.Data ?? Path.Combine(_temporary, "data"), name), stop);
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

    /// <summary>Starts a second process of a service beside the first, with a version of its own.</summary>
    public async Task StartSecondAsync(string service, string version, string podHash, CancellationToken stop)
    {
        var second = StartService(service, new() { ["SHOP_VERSION"] = version, ["SHOP_POD_HASH"] = podHash, ["SHOP_SECOND"] = "1" });
        _extras.Add(second);
        await ReadyAsync(second, Address(service, "/health/ready", second: true), stop);
    }

    /// <summary>Starts more customers, or strangers, beside those there are: <c>load …</c> or <c>attack …</c>.</summary>
    public void StartVisitors(IReadOnlyList<string> arguments) =>
        _extras.Add(ChildProcess.Start(string.Join('-', arguments.Take(1)) + "-more", ShopAssembly(), arguments, _environment, _logs));

    /// <summary>Ends a service at once.</summary>
    public Task KillServiceAsync(string service) => _services[service].StopAsync();

    /// <summary>Ends what was started beside the ordinary, turns all faults off, starts services again that do not run or are of another version, and sends new customers.</summary>
    public async Task RestoreAsync(IReadOnlyCollection<string> replaced, CancellationToken stop)
    {
        foreach (var extra in _extras)
        {
            await extra.DisposeAsync();
        }

        _extras.Clear();
        foreach (var service in _services.Keys.ToArray())
        {
            if (replaced.Contains(service) || _services[service].HasExited || await FaultsAsync(service, stop) is not { } faults)
            {
                await _services[service].DisposeAsync();
                _services[service] = StartService(service, []);
                await ReadyAsync(_services[service], Address(service, "/health/ready"), stop);
                continue;
            }

            foreach (var fault in faults.Where(f => f.On))
            {
                await SwitchAsync(service, fault.Name, on: false, stop);
            }
        }

        // Tokens that auth gave out before it was replaced, or before its key was, are refused: customers log in again.
        await (_load?.DisposeAsync() ?? ValueTask.CompletedTask);
        lock (Seconds)
        {
            Seconds.Clear();
        }

        StartCustomers();
    }

    /// <summary>The faults of a service; null when it does not answer: one that blocked its threads will not for minutes.</summary>
    private async Task<FaultState[]?> FaultsAsync(string service, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(AnswerPatience);
        try
        {
            return await _http.GetFromJsonAsync(Address(service, "/faults"), ShopJson.Default.FaultStateArray, patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Switches a fault of a service.</summary>
    /// <param name="query">The fault's parameters, as a query string with its question mark; empty for the defaults.</param>
    /// <param name="second">Whether the second process of the service is meant.</param>
    public async Task SwitchAsync(string service, string fault, bool on, CancellationToken stop, string query = "", bool second = false)
    {
        using var request = new HttpRequestMessage(on ? HttpMethod.Post : HttpMethod.Delete, Address(service, $"/faults/{fault}{query}", second));
        using var response = await _http.SendAsync(request, stop);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Tells Clew about a change, as a pipeline would.</summary>
    public Task RecordChangeAsync(JsonObject change, CancellationToken stop) => TellAsync("/api/changes", change.ToJsonString(), stop);

    /// <summary>Posts JSON to Clew and returns its answer.</summary>
    /// <exception cref="DemoFailedException">Clew refused it.</exception>
    public async Task<string> TellAsync(string path, string json, CancellationToken stop)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(ClewAddress, path), content, stop);
        var answer = await response.Content.ReadAsStringAsync(stop);
        return response.IsSuccessStatusCode ? answer : throw new DemoFailedException($"Clew did not take what was sent to {path}: {(int)response.StatusCode} {answer}");
    }

    /// <summary>Asks Clew for JSON.</summary>
    public Task<string> AskAsync(string path, CancellationToken stop) => _http.GetStringAsync(new Uri(ClewAddress, path), stop);

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
        foreach (var child in (ChildProcess?[])[_load, .. _extras, .. _services.Values, _clew])
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

    private async Task StartClewAsync(string data, CancellationToken stop)
    {
        _clew = ChildProcess.Start(
            "clew", _clewAssembly,
            ["serve", "--data", data, "--listen", ClewAddress.Authority, "--otlp-grpc", $"127.0.0.1:{_otlpGrpc}", "--otlp-http", $"127.0.0.1:{_otlpHttp}"],
            new Dictionary<string, string>(), _logs);
        await ReadyAsync(_clew, new Uri(ClewAddress, "/health/ready"), stop);
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private Uri Address(string service, string path, bool second = false) =>
        new($"http://127.0.0.1:{_shopPorts + (second ? Workload.Find(service)!.Second : Workload.Find(service)!).PortOffset}{path}");

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
