using System.Globalization;

namespace Shop.Load;

/// <summary>Strangers who mean no good, from one address: passwords tried, statements smuggled into a search, pages probed.</summary>
internal static class Attack
{
    private const string Address = "198.51.100.77";

    private static readonly string[] Statements =
    [
        "' OR '1'='1", "x'; DROP TABLE products; --", "' UNION SELECT user, password FROM users --", "1' AND SLEEP(5) --", "sku') OR ('a'='a",
    ];

    private static readonly string[] Pages =
    [
        "/.env", "/.git/config", "/wp-login.php", "/admin/config.php", "/api/..%2f..%2f..%2fetc/passwd", "/phpmyadmin/index.php", "/actuator/env", "/server-status",
    ];

    /// <summary>Attacks until standard input ends or SIGINT or SIGTERM arrives.</summary>
    public static async Task<int> RunAsync(string[] options)
    {
        if (options is not [var kind, .. var rest] || kind is not ("passwords" or "injection" or "scan") || !TryRate(rest, out var rate))
        {
            await Console.Error.WriteLineAsync("usage: shop attack (passwords|injection|scan) [--rate PER_SECOND]");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignals.OnStop(() => _ = stop.CancelAsync());
        StandardInput.WhenEnded(() => _ = stop.CancelAsync());
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Workload.Find("gateway")!.Port}"), Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", Address);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("curl/8.11.0");
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate), TimeProvider.System);
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(stop.Token); i++)
            {
                using var request = Request(kind, i);
                try
                {
                    using var response = await http.SendAsync(request, stop.Token);
                }
                catch (HttpRequestException)
                {
                    // A door that is shut is an answer too.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The ordinary end.
        }

        return 0;
    }

    private static HttpRequestMessage Request(string kind, int i) => kind switch
    {
        "passwords" => new HttpRequestMessage(HttpMethod.Post, "/api/login")
        {
            Content = JsonContent.Create(
                new LoginRequest(string.Create(CultureInfo.InvariantCulture, $"user_{i % 5:D3}"), string.Create(CultureInfo.InvariantCulture, $"guess-{i}")), ShopJson.Default.LoginRequest),
        },
        "injection" => new HttpRequestMessage(HttpMethod.Get, "/api/search?q=" + Uri.EscapeDataString(Statements[i % Statements.Length])),
        _ => new HttpRequestMessage(HttpMethod.Get, Pages[i % Pages.Length]),
    };

    private static bool TryRate(string[] options, out double rate)
    {
        rate = 5;
        return options is [] || (options is ["--rate", var text] && double.TryParse(text, CultureInfo.InvariantCulture, out rate) && rate is > 0 and <= 1000);
    }
}
