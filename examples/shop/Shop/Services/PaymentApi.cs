using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Shop.Services;

/// <summary>
/// The payment provider, a company of its own with a status page of its own. It closes every connection after its answer.
/// </summary>
internal static partial class PaymentApi
{
    // What the card network takes, in milliseconds: between the first and the sum of both.
    private const int NetworkTimeMs = 12;
    private const int NetworkJitterMs = 10;

    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<StatusPage>();
        services.AddHostedService(provider => provider.GetRequiredService<StatusPage>());
    }

    public static void Map(WebApplication app, Faults faults)
    {
        var slow = faults.Add("slow", "the card network takes longer", null, ("ms", 3000));
        var errors = faults.Add("errors", "a share of the charges ends in an exception", null, ("share", 0.5));
        var charges = new ConcurrentDictionary<string, ChargeResponse>(StringComparer.Ordinal);
        var status = app.Services.GetRequiredService<StatusPage>();
        var time = app.Services.GetRequiredService<TimeProvider>();

        app.MapGet("/status", () => status.Read());
        app.MapPost("/v1/charges", async (ChargeRequest charge, HttpContext context, ILogger<Program> logger, CancellationToken ct) =>
        {
            context.Response.Headers.Connection = "close";
            var key = context.Request.Headers["Idempotency-Key"].ToString();
            Activity.Current?.SetTag("payment.idempotency_key", key);
            var started = time.GetTimestamp();
            var outcome = false;
            try
            {
                // Numbers drawn from the order's id: the same order always takes the same time and meets the same fate.
                var draw = Draw(charge.OrderId);
                await Task.Delay(TimeSpan.FromMilliseconds(slow.IsOn ? slow["ms"] : NetworkTimeMs + (draw % NetworkJitterMs)), time, ct);
                if (errors.IsOn && draw % 1000 < errors["share"] * 1000)
                {
                    throw new InvalidOperationException("ledger partition has no leader");
                }

                outcome = true;
                if (charge.Card.EndsWith("0002", StringComparison.Ordinal))
                {
                    return Results.StatusCode(StatusCodes.Status402PaymentRequired);
                }

                var response = charges.GetOrAdd(key, static (_, id) => new ChargeResponse("ch_" + id, "succeeded"), charge.OrderId);
                Charged(logger, response.ChargeId, charge.AmountCents);
                return Results.Ok(response);
            }
            finally
            {
                status.Record(outcome, time.GetElapsedTime(started));
            }
        });
    }

    private static int Draw(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return (int)(hash % 100_000);
    }

    /// <summary>Judges the provider by its own recent answers, shows it on a page, measures it and logs it.</summary>
    internal sealed class StatusPage(TimeProvider time, ILogger<StatusPage> logger) : BackgroundService
    {
        private const double MaxErrorShare = 0.02;

        private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
        private static readonly TimeSpan MaxMean = TimeSpan.FromMilliseconds(500);
        private static readonly Gauge<int> Health = Telemetry.Meter.CreateGauge<int>(
            "payment_api.operational", "1", "1 while the provider's status page says operational, else 0.");

        private readonly Lock _lock = new();
        private volatile string _status = "operational";
        private int _answers;
        private int _failures;
        private TimeSpan _busy;

        public ProviderStatus Read() => new(_status, time.GetUtcNow(), new Dictionary<string, string>
        {
            ["api"] = _status,
            ["webhooks"] = "operational",
            ["dashboard"] = "operational",
        });

        public void Record(bool succeeded, TimeSpan took)
        {
            lock (_lock)
            {
                _answers++;
                _failures += succeeded ? 0 : 1;
                _busy += took;
            }
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var timer = new PeriodicTimer(Every, time);
            do
            {
                int answers, failures;
                double meanMs;
                lock (_lock)
                {
                    (answers, failures, meanMs) = (_answers, _failures, _answers == 0 ? 0 : _busy.TotalMilliseconds / _answers);
                    (_answers, _failures, _busy) = (0, 0, TimeSpan.Zero);
                }

                _status = failures > answers * MaxErrorShare ? "partial outage" : meanMs > MaxMean.TotalMilliseconds ? "degraded" : "operational";
                Health.Record(_status == "operational" ? 1 : 0);
                Judged(logger, _status, answers, failures, Math.Round(meanMs, 1));
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
    }

    [LoggerMessage(LogLevel.Information, "Charge {ChargeId} of {AmountCents} cents succeeded")]
    private static partial void Charged(ILogger logger, string chargeId, int amountCents);

    [LoggerMessage(LogLevel.Information, "Status: {Status}, {Answers} answers, {Failures} failures, mean {MeanMs} ms")]
    private static partial void Judged(ILogger logger, string status, int answers, int failures, double meanMs);
}
