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
/// memory alone: after a start it is learnt anew within minutes. Each tenant has its own.
/// </summary>
internal sealed class AdaptiveSampling(ConfiguredSampling configured, ITelemetryReader store, ServerOptions options, ServerTelemetry telemetry, TimeProvider time)
    : BackgroundService, ISamplingAdvice
{
    /// <summary>Spans of the last moments are still on their way.</summary>
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(15);

    /// <summary>Operations counted in one step; the busiest ones.</summary>
    private const int MaxOperations = 10_000;

    private readonly Dictionary<Tenant, AdaptiveProbabilities> _probabilities = [];
    private volatile Dictionary<(Tenant Tenant, string Service), SamplingStrategy> _strategies = [];

    public SamplingStrategy Advise(Tenant tenant, string service) => _strategies.TryGetValue((tenant, service), out var strategy) ? strategy : configured.Advise(tenant, service);

    /// <summary>One step, for the traces that began in this time. Not to be called while another one runs.</summary>
    internal async Task StepAsync(TimeRange range, CancellationToken cancellation)
    {
        var head = options.HeadSampling;
        foreach (var tenant in await store.GetTenantsAsync(range, cancellation))
        {
            _probabilities.TryAdd(tenant, new AdaptiveProbabilities(new AdaptiveTarget(head.TargetPerSecond, head.Floor, head.DefaultProbability)));
        }

        // Those that are silent now, too: their probabilities go up.
        var strategies = new Dictionary<(Tenant, string), SamplingStrategy>();
        foreach (var (tenant, probabilities) in _probabilities)
        {
            await StepAsync(tenant, probabilities, range, cancellation);
            foreach (var (service, operations) in probabilities.ByService())
            {
                strategies[(tenant, service)] = new SamplingStrategy
                {
                    Probability = head.DefaultProbability,
                    LowerBoundTracesPerSecond = head.MinPerSecond,
                    Operations = [.. operations.Select(operation => new OperationProbability(operation.Operation, operation.Probability))],
                };
            }
        }

        _strategies = strategies;
    }

    private async Task StepAsync(Tenant tenant, AdaptiveProbabilities probabilities, TimeRange range, CancellationToken cancellation)
    {
        var counted = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, range)
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
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var head = options.HeadSampling;
        if (head.TargetPerSecond <= 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(head.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var end = Timestamp.FromDateTimeOffset(time.GetUtcNow()) - Arrival;
            try
            {
                await StepAsync(new TimeRange(end - head.Interval, end), stoppingToken);
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
