using Clew.Server.Configuration;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Hosting;

/// <summary>Applies retention at the start and then every <see cref="RetentionOptions.Interval"/>.</summary>
internal sealed class RetentionService(ServerOptions options, IStoreAdministration store, ServerTelemetry telemetry, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var policy = new RetentionPolicy(options.Retention.MaxAge, options.Retention.MaxBytes);
        if (policy is { MaxAge: null, MaxBytes: null })
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Retention.Interval, time);
        do
        {
            await ApplyAsync(policy, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ApplyAsync(RetentionPolicy policy, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        try
        {
            var result = await store.ApplyRetentionAsync(policy, Timestamp.FromDateTimeOffset(time.GetUtcNow()), cancellation);
            telemetry.Report(new RetentionApplied(result, time.GetElapsedTime(start)));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops; the next start applies it again.
        }
        catch (Exception e)
        {
            telemetry.Report(new RetentionFailed(e));
        }
    }
}
