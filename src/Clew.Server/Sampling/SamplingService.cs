using Clew.Server.Configuration;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Sampling;

/// <summary>Decides at the start and then every <see cref="SamplingOptions.Interval"/>, when sampling is on.</summary>
/// <param name="store">Null when the store cannot; then nothing is decided.</param>
internal sealed class SamplingService(ServerOptions options, SamplingLimits limits, ISamplingStore? store, ServerTelemetry telemetry, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Sampling.Hot is not { } hot || store is null)
        {
            return;
        }

        // The configuration was refused if the file could not be read; what it says now is what counts until the next start.
        var policies = PolicyFile.Load(options.Sampling.PolicyFile, limits);
        if (policies.Policies.Count == 0)
        {
            telemetry.Report(new SamplingFailed(new InvalidDataException($"There are no policies in {options.Sampling.PolicyFile} any more: {string.Join("; ", policies.Problems)}")));
            return;
        }

        var run = new SamplingRun(store, policies.Policies, options.Sampling, limits, telemetry, time);
        using var timer = new PeriodicTimer(options.Sampling.Interval, time);
        do
        {
            await RunAsync(run, hot, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RunAsync(SamplingRun run, TimeSpan hot, CancellationToken cancellation)
    {
        try
        {
            telemetry.Report(new SamplingRan(await run.RunAsync(hot, cancellation)));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops; the next start goes on.
        }
        catch (Exception e)
        {
            telemetry.Report(new SamplingFailed(e));
        }
    }
}
