using Clew.Analysis.Sampling;
using Clew.Protocols.Jaeger;
using Clew.Server.Configuration;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Sampling;

/// <summary>
/// Advice made from what is stored: every <see cref="HeadSamplingOptions.Interval"/> it is counted how many traces began with each operation, and probabilities move
/// towards <see cref="HeadSamplingOptions.TargetPerSecond"/>. Off unless a target is set; then, and for services that sent nothing yet, the configured advice holds. Kept in
/// memory alone: after a start it is learnt anew within minutes.
/// </summary>
internal sealed class AdaptiveSampling(ConfiguredSampling configured, ITelemetryReader store, ServerOptions options, ServerTelemetry telemetry, TimeProvider time)
    : BackgroundService, ISamplingAdvice
{
    /// <summary>Spans of the last moments are still on their way.</summary>
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(15);

    /// <summary>Operations counted in one step; the busiest ones.</summary>
    private const int MaxOperations = 10_000;

    private volatile Dictionary<string, SamplingStrategy> _strategies = [];

    public SamplingStrategy Advise(string service) => _strategies.TryGetValue(service, out var strategy) ? strategy : configured.Advise(service);

    /// <summary>One step, for the traces that began in this time.</summary>
    internal async Task StepAsync(AdaptiveProbabilities probabilities, TimeRange range, CancellationToken cancellation)
    {
        var counted = await store.ReadAsync(
            new ReadPlan(Tenant.Default, Dataset.Spans, range)
            {
                GroupBy = [Field.Intrinsic(Intrinsics.Service), Field.Intrinsic(Intrinsics.Name)],
                Where = Predicate.Equal(Field.Intrinsic(Intrinsics.ParentSpanId), Literal.String("0")),
                Aggregates = [Aggregate.Count()],
                Limit = MaxOperations,
            },
            cancellation);
        var services = counted.Texts(Intrinsics.Service);
        var operations = counted.Texts(Intrinsics.Name);
        var counts = counted.Longs("count");
        probabilities.Step(Enumerable.Range(0, counted.RowCount).Select(row => (services[row], operations[row], counts[row] / range.Length.TotalSeconds)));
        _strategies = probabilities.ByService().ToDictionary(
            service => service.Key,
            service => new SamplingStrategy
            {
                Probability = options.HeadSampling.DefaultProbability,
                LowerBoundTracesPerSecond = options.HeadSampling.MinPerSecond,
                Operations = [.. service.Value.Select(operation => new OperationProbability(operation.Operation, operation.Probability))],
            },
            StringComparer.Ordinal);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var head = options.HeadSampling;
        if (head.TargetPerSecond <= 0)
        {
            return;
        }

        var probabilities = new AdaptiveProbabilities(new AdaptiveTarget(head.TargetPerSecond, head.Floor, head.DefaultProbability));
        using var timer = new PeriodicTimer(head.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var end = Timestamp.FromDateTimeOffset(time.GetUtcNow()) - Arrival;
            try
            {
                await StepAsync(probabilities, new TimeRange(end - head.Interval, end), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                telemetry.Report(new SamplingFailed(e));
            }
        }
    }
}
