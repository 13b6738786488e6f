using System.Runtime;
using Clew.Server.Configuration;
using Clew.Server.Health;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Hosting;

/// <summary>
/// Hands memory back to the system once nothing came in and nothing was asked for <see cref="ServerOptions.IdleAfter"/>. Without it a burst of load
/// stays resident until the next one: the collector has no reason to run while nothing is allocated.
/// </summary>
internal sealed class IdleMemory(
    ServerOptions options, Activity activity, IngestPipeline pipeline, IStoreAdministration store, ServerTelemetry telemetry, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromTicks(Math.Max(options.IdleAfter.Ticks / 4, TimeSpan.TicksPerSecond / 4)), time);
        var released = -1L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (activity.QuietSince() is { } since && since != released && time.GetElapsedTime(since) >= options.IdleAfter)
            {
                await ReleaseAsync(stoppingToken);
                released = since;
            }
        }
    }

    private async Task ReleaseAsync(CancellationToken cancellation)
    {
        var before = Environment.WorkingSet;
        pipeline.Trim();
        await store.ReleaseMemoryAsync(cancellation);
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        telemetry.Report(new MemoryReleased(before, Environment.WorkingSet));
    }
}

/// <summary>Whether requests are being served, and since when not. Health checks and scrapes do not count: they never stop.</summary>
internal sealed class Activity(TimeProvider time)
{
    private int _running;
    private long _ended = time.GetTimestamp();

    public int Running => Volatile.Read(ref _running);

    public async Task TrackAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal) || context.Request.Path == MetricsEndpoint.Path)
        {
            await next(context);
            return;
        }

        Interlocked.Increment(ref _running);
        try
        {
            await next(context);
        }
        finally
        {
            Volatile.Write(ref _ended, time.GetTimestamp());
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>The time, as <see cref="TimeProvider.GetTimestamp"/> tells it, at which the last request ended; null while one runs.</summary>
    public long? QuietSince() => Running > 0 ? null : Volatile.Read(ref _ended);
}
