using Clew.Server.Hosting;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Derivation;

/// <summary>
/// Rolls up spans every half minute: the minutes that ended a while ago and have changed since. Then writes what became known as metrics of each
/// tenant, see <see cref="SpanMetrics"/>. While nothing arrives there is nothing to do, and nothing is asked of the store.
/// </summary>
internal sealed class RollupService(StorePorts store, ServerTelemetry telemetry, TimeProvider time) : BackgroundService
{
    /// <summary>A minute is left alone this long after its end: exporters send every five seconds, and answers of its calls may start in the next minute.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(75);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly SpanMetrics? _metrics = store.Rollup is { } rollup ? new SpanMetrics(rollup, store.Reader, store.Writer) : null;

    /// <summary>Rolls up and writes metrics now.</summary>
    /// <param name="settled">Minutes that ended before this are rolled up.</param>
    internal async Task RunAsync(Timestamp settled, CancellationToken cancellation)
    {
        if (store.Rollup is not { } rollup || _metrics is null)
        {
            return;
        }

        var start = time.GetTimestamp();
        try
        {
            var result = await rollup.RollAsync(settled, cancellation);
            if (result.Ranges.Count > 0)
            {
                var points = 0;
                foreach (var tenant in await store.Reader.GetTenantsAsync(new TimeRange(result.Ranges[0].Start, result.Ranges[^1].End), cancellation))
                {
                    points += await _metrics.WriteAsync(tenant, result, cancellation);
                }

                telemetry.Report(new MinutesRolled(result.Minutes, points, time.GetElapsedTime(start)));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops; what was not rolled up is found at the next start.
        }
        catch (Exception e)
        {
            telemetry.Report(new RollFailed(e));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store.Rollup is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RunAsync(Timestamp.FromDateTimeOffset(time.GetUtcNow()) - Settling, stoppingToken);
        }
    }
}
