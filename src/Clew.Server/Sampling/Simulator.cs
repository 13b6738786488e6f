using System.Globalization;
using Clew.Analysis.Sampling;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Sampling;

/// <summary>Tries policies on stored traces without deciding anything. One at a time: each reads every span of its range.</summary>
internal sealed class Simulator(ISamplingStore store, SamplingLimits limits) : IDisposable
{
    private readonly SemaphoreSlim _place = new(1, 1);
    private readonly TraceScan _scan = new(store, limits);

    /// <param name="progress">Told after each stretch.</param>
    /// <param name="decided">Told every decision; null when nobody wants to know.</param>
    public async Task<SimulationAnswer> RunAsync(
        Tenant tenant,
        TimeRange range,
        IReadOnlyList<SamplingPolicy> policies,
        TimeSpan reach,
        Func<SimulationProgress, Task> progress,
        Action<SamplingDecision>? decided,
        CancellationToken cancellation)
    {
        await _place.WaitAsync(cancellation);
        try
        {
            var simulation = new Simulation(policies);
            var hours = await store.GetHoursAsync(tenant, range, cancellation);
            var all = hours.Sum(hour => hour.Spans);
            var done = 0L;
            await progress(new SimulationProgress(0, all));
            foreach (var hour in hours)
            {
                var stretch = new TimeRange(Later(hour.Hour, range.Start), Earlier(hour.Range.End, range.End));
                var question = new TraceQuestion(tenant, stretch, reach, simulation.Conditions, OnlyUndecided: false, WithBytes: true);
                await foreach (var (facts, spans) in _scan.ReadAsync(hour, question, cancellation))
                {
                    simulation.Add(facts, decided);
                    done += spans;
                    await progress(new SimulationProgress(done, all));
                }
            }

            var notes = new List<string>();
            if (hours.Count == 0)
            {
                notes.Add("No spans are stored in this range.");
            }

            var covered = hours.Count == 0 ? range : new TimeRange(Later(hours[0].Hour, range.Start), Earlier(hours[^1].Range.End, range.End));
            var thinned = (await store.GetDecidedHoursAsync(tenant, covered, cancellation)).Count;
            if (thinned > 0)
            {
                notes.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{thinned} of {hours.Count} hours were sampled before: of these only what was kept then could be looked at."));
            }

            return new SimulationAnswer(covered.Start, covered.End, simulation.Report(notes));
        }
        finally
        {
            _place.Release();
        }
    }

    public void Dispose() => _place.Dispose();

    private static Timestamp Later(Timestamp one, Timestamp other) => one > other ? one : other;

    private static Timestamp Earlier(Timestamp one, Timestamp other) => one < other ? one : other;
}
