using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Shop.Demo;

namespace Shop.Tests;

/// <summary>Payments, the provider and the resolver as real processes: what slow name resolution does to charges, and what the telemetry says.</summary>
public sealed class SlowNameResolutionTests : IAsyncLifetime, IDisposable
{
    private const int PoolLimit = 24;

    private static readonly string[] Services = ["dns", "payment-api", "payments"];

    private readonly string _logs = Directory.CreateTempSubdirectory("shop-tests-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly int _ports = FreePorts.PreferBlock(first: 24_000, count: 12);
    private readonly List<ChildProcess> _processes = [];
    private OtlpSink? _sink;

    public async Task InitializeAsync()
    {
        _sink = await OtlpSink.StartAsync();
        var environment = new Dictionary<string, string>
        {
            ["SHOP_PORT_BASE"] = _ports.ToString(CultureInfo.InvariantCulture),
            ["SHOP_STOP_WITH_STDIN"] = "1",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _sink.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        };
        foreach (var service in Services)
        {
            _processes.Add(ChildProcess.Start(service, Path.Combine(AppContext.BaseDirectory, "shop.dll"), [service], environment, _logs));
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        foreach (var (service, process) in Services.Zip(_processes))
        {
            while (!await IsReadyAsync(service))
            {
                process.HasExited.ShouldBeFalse(process.Tail(20));
                await Task.Delay(50, patience.Token);
            }
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await (_sink?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_logs, recursive: true);
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Charges_fail_after_three_retries_or_find_the_pool_full_while_the_provider_is_well()
    {
        (await ChargeAsync("before")).ShouldBe(HttpStatusCode.OK);
        using var on = await _http.PostAsync(Address("dns", "/faults/forward-upstream?min_ms=3000&max_ms=3000"), content: null);
        on.StatusCode.ShouldBe(HttpStatusCode.OK);

        var statuses = await Task.WhenAll(Enumerable.Range(0, PoolLimit + 6).Select(i => ChargeAsync($"during-{i}")));
        statuses.Count(s => s == HttpStatusCode.GatewayTimeout).ShouldBe(PoolLimit);
        statuses.Count(s => s == HttpStatusCode.ServiceUnavailable).ShouldBe(6);
        var status = await _http.GetFromJsonAsync(Address("payment-api", "/status"), ShopJson.Default.ProviderStatus);
        status!.Status.ShouldBe("operational");

        await _sink!.ReceivedAsync("traces", "payments", "POST /charges", "http.request.resend_count", "retries_exhausted");
        await _sink.ReceivedAsync("traces", "dns", "DNS query A", "forward", "10.0.0.53", "server_failure");
        await _sink.ReceivedAsync("logs", "payments", "Connection pool exhausted", "24 of 24 connections in use");
        await _sink.ReceivedAsync("logs", "payments", "failed after 3 retries: connection timeout after 1000 ms");
        await _sink.ReceivedAsync("logs", "dns", "Upstream timeout: 10.0.0.53 did not answer api.cardpay.example A within 2000 ms");
        await _sink.ReceivedAsync("metrics", "payments", "dns.lookup.duration", "connection_pool.used", "connection_pool.limit", "connection_pool.timeouts");
        await _sink.ReceivedAsync("metrics", "dns", "dns.forward.request.duration");

        using var off = await _http.DeleteAsync(Address("dns", "/faults/forward-upstream"));
        (await ChargeAsync("after")).ShouldBe(HttpStatusCode.OK);
    }

    private Uri Address(string service, string path) => new($"http://127.0.0.1:{_ports + Workload.Find(service)!.PortOffset}{path}");

    private async Task<HttpStatusCode> ChargeAsync(string order)
    {
        using var response = await _http.PostAsJsonAsync(
            Address("payments", "/charges"), new ChargeRequest(order, 4999, "EUR", "4242424242424242"), ShopJson.Default.ChargeRequest);
        return response.StatusCode;
    }

    private async Task<bool> IsReadyAsync(string service)
    {
        try
        {
            using var response = await _http.GetAsync(Address(service, "/health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
