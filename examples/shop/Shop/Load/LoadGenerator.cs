using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Shop.Load;

/// <summary>
/// Customers: so many checkouts and so much browsing per second, whatever the answers (an open loop). The same seed gives the same
/// customers, baskets and order of events. Prints one JSON line a second.
/// </summary>
internal static class LoadGenerator
{
    private const int DefaultUsers = 50;
    private const int Products = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <summary>Runs until standard input ends or SIGINT or SIGTERM arrives.</summary>
    public static async Task<int> RunAsync(string[] options)
    {
        if (!TryRead(options, out var checkouts, out var browsing, out var users, out var seed))
        {
            await Console.Error.WriteLineAsync("usage: shop load [--checkouts PER_SECOND] [--browsing PER_SECOND] [--users N] [--seed N]");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignals.OnStop(() => _ = stop.CancelAsync());
        StandardInput.WhenEnded(() => _ = stop.CancelAsync());
        var port = Workload.Find("gateway")!.Port;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience };
        var customers = new Customers(http, new SeededSequence(seed), TimeProvider.System);
        try
        {
            await customers.LoginAsync(users, stop.Token);
            await Task.WhenAll(
                EveryAsync(checkouts, () => customers.CheckoutAsync(Products, stop.Token), stop.Token),
                EveryAsync(browsing, () => customers.BrowseAsync(Products, stop.Token), stop.Token),
                ReportAsync(customers, stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The ordinary end.
        }

        return 0;
    }

    private static bool TryRead(string[] options, out double checkouts, out double browsing, out int users, out ulong seed)
    {
        (checkouts, browsing, users, seed) = (20, 10, DefaultUsers, 2539);
        for (var i = 0; i < options.Length; i += 2)
        {
            var value = i + 1 < options.Length ? options[i + 1] : "";
            var understood = options[i] switch
            {
                "--checkouts" => double.TryParse(value, CultureInfo.InvariantCulture, out checkouts),
                "--browsing" => double.TryParse(value, CultureInfo.InvariantCulture, out browsing),
                "--users" => int.TryParse(value, CultureInfo.InvariantCulture, out users) && users is > 0 and <= 1000,
                "--seed" => ulong.TryParse(value, CultureInfo.InvariantCulture, out seed),
                _ => false,
            };
            if (!understood)
            {
                return false;
            }
        }

        return true;
    }

    // Starts the action so often per second and does not wait for it. A tick that comes late is made up for by starting several.
    private static async Task EveryAsync(double perSecond, Func<Task> action, CancellationToken stop)
    {
        if (perSecond <= 0)
        {
            return;
        }

        var started = TimeProvider.System.GetTimestamp();
        var done = 0L;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (await timer.WaitForNextTickAsync(stop))
        {
            var due = (long)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * perSecond);
            for (; done < due; done++)
            {
                _ = action();
            }
        }
    }

    private static async Task ReportAsync(Customers customers, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        for (var second = 1; await timer.WaitForNextTickAsync(stop); second++)
        {
            Console.WriteLine(JsonSerializer.Serialize(customers.TakeReport(second), ShopJson.Default.LoadReport));
        }
    }

    /// <summary>A splitmix64 sequence: small, fast, and the same everywhere.</summary>
    internal sealed class SeededSequence(ulong seed)
    {
        private ulong _state = seed;

        /// <summary>The next number from 0 to just below the limit.</summary>
        public int Next(int limit)
        {
            var z = Interlocked.Add(ref _state, 0x9E3779B97F4A7C15);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) % (ulong)limit);
        }
    }

    private sealed class Customers(HttpClient http, SeededSequence draw, TimeProvider time)
    {
        // One card in a hundred is refused by its bank, as cards are.
        private const int DeclinedOneIn = 100;

        private static readonly string[] Tenants = ["tenant_a", "tenant_b", "tenant_c", "tenant_d", "tenant_e"];
        private static readonly string[] Regions = ["eu-west", "eu-south", "us-east"];
        private static readonly string[] Apps = ["7.1", "7.2", "7.3"];

        private readonly Lock _lock = new();
        private readonly List<double> _latencies = [];
        private readonly Dictionary<int, int> _statuses = [];
        private string[] _tokens = [];
        private int _browsing;

        public async Task LoginAsync(int users, CancellationToken stop)
        {
            var tokens = new string[users];
            for (var i = 0; i < users; i++)
            {
                using var response = await http.PostAsJsonAsync("/api/login", new LoginRequest($"user_{i:D3}"), ShopJson.Default.LoginRequest, stop);
                tokens[i] = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ShopJson.Default.TokenResponse, stop))!.Token;
            }

            _tokens = tokens;
        }

        public async Task CheckoutAsync(int products, CancellationToken stop)
        {
            var card = draw.Next(DeclinedOneIn) == 0 ? "4000000000000002" : "4242424242424242";
            var checkout = new CheckoutRequest($"sku-{draw.Next(products):D3}", 1 + draw.Next(3), card);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/checkout") { Content = JsonContent.Create(checkout, ShopJson.Default.CheckoutRequest) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _tokens[Identify(request)]);
            var started = time.GetTimestamp();
            var status = await SendAsync(request, stop);
            lock (_lock)
            {
                _latencies.Add(time.GetElapsedTime(started).TotalMilliseconds);
                _statuses[status] = _statuses.GetValueOrDefault(status) + 1;
            }
        }

        public async Task BrowseAsync(int products, CancellationToken stop)
        {
            var path = draw.Next(4) == 0 ? "/api/products" : $"/api/products/sku-{draw.Next(products):D3}";
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            Identify(request);
            await SendAsync(request, stop);
            Interlocked.Increment(ref _browsing);
        }

        // A customer's tenant, part of the world and app go with the customer.
        private int Identify(HttpRequestMessage request)
        {
            var user = draw.Next(_tokens.Length);
            request.Headers.Add("X-Tenant", Tenants[user % Tenants.Length]);
            request.Headers.Add("X-Region", Regions[user % Regions.Length]);
            request.Headers.Add("X-App-Version", Apps[user % 7 % Apps.Length]);
            request.Headers.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"192.0.2.{user % 250}"));
            return user;
        }

        public LoadReport TakeReport(int second)
        {
            lock (_lock)
            {
                _latencies.Sort();
                var total = _latencies.Count;
                int Of(int status) => _statuses.GetValueOrDefault(status);
                double Quantile(double q) => total == 0 ? 0 : Math.Round(_latencies[(int)(q * (total - 1))], 1);
                var known = Of(200) + Of(402) + Of(500) + Of(503);
                var report = new LoadReport(
                    second, total, Of(200), Of(402), Of(500), Of(503), total - known, Interlocked.Exchange(ref _browsing, 0), Quantile(0.5), Quantile(0.95));
                _latencies.Clear();
                _statuses.Clear();
                return report;
            }
        }

        // 0 stands for no answer at all.
        private async Task<int> SendAsync(HttpRequestMessage request, CancellationToken stop)
        {
            try
            {
                using var response = await http.SendAsync(request, stop);
                return (int)response.StatusCode;
            }
            catch (HttpRequestException)
            {
                return 0;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return 0;
            }
        }
    }
}
