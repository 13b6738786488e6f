using Clew.Telemetry;

namespace Clew.Analysis.Sampling;

/// <summary>Decides about traces one after the other and adds up what that would keep. Its memory does not grow with the number of traces.</summary>
public sealed class Simulation(IReadOnlyList<SamplingPolicy> policies)
{
    /// <summary>Operations told apart; traces of further ones are counted together.</summary>
    private const int MaxOperations = 5_000;

    private const double SlowShare = 0.05;

    private readonly Decider _decider = new(policies);
    private readonly Dictionary<string, (long Traces, long Spans, long Bytes)> _decided = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Service, string Operation), Entry> _operations = [];
    private readonly SimulationCounts _total = new();

    public IReadOnlyList<Predicate> Conditions => _decider.Conditions;

    /// <summary>Decides about every trace of a stretch; stretches come in the order of time.</summary>
    /// <param name="decided">Told every decision; null when nobody wants to know.</param>
    public void Add(TraceFacts facts, Action<SamplingDecision>? decided = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var decisions = _decider.Decide(facts);
        for (var row = 0; row < facts.Count; row++)
        {
            var decision = decisions[row];
            var (traces, spans, bytes) = _decided.GetValueOrDefault(decision.Policy);
            _decided[decision.Policy] = (traces + 1, spans + facts.Spans[row], bytes + facts.Bytes[row]);
            var entry = EntryOf(facts.Services[row], facts.Operations[row]);
            Count(_total, facts, row, decision);
            Count(entry.Counts, facts, row, decision);
            entry.Durations.Add(facts.Ends[row] - facts.Starts[row], decision.Kept);
            decided?.Invoke(decision);
        }
    }

    /// <param name="notes">What to tell along.</param>
    public SimulationReport Report(IReadOnlyList<string> notes)
    {
        (_total.SlowTraces, _total.KeptSlowTraces) = (0, 0);
        foreach (var entry in _operations.Values)
        {
            (entry.Counts.SlowTraces, entry.Counts.KeptSlowTraces) = entry.Durations.Longest(SlowShare);
            _total.SlowTraces += entry.Counts.SlowTraces;
            _total.KeptSlowTraces += entry.Counts.KeptSlowTraces;
            entry.Counts.SavedShare = Saved(entry.Counts);
        }

        _total.SavedShare = Saved(_total);

        return new SimulationReport
        {
            Total = _total,
            Policies =
            [
                .. policies.Select((policy, i) => Share(policy.Name, policy.Type, _decider.Matched[i])),
                Share(Decider.ErrorGuard, "guard", _decided.GetValueOrDefault(Decider.ErrorGuard).Traces),
                Share(string.Empty, "none", _decided.GetValueOrDefault(string.Empty).Traces),
            ],
            Operations =
            [
                .. _operations.OrderByDescending(pair => pair.Value.Counts.Traces)
                    .ThenBy(pair => pair.Key.Service, StringComparer.Ordinal).ThenBy(pair => pair.Key.Operation, StringComparer.Ordinal)
                    .Select(pair => new OperationShare(pair.Key.Service, pair.Key.Operation, pair.Value.Counts)),
            ],
            Notes = notes,
        };
    }

    private static double Saved(SimulationCounts counts) => counts.Bytes == 0 ? 0 : 1 - ((double)counts.KeptBytes / counts.Bytes);

    private static void Count(SimulationCounts counts, TraceFacts facts, int row, SamplingDecision decision)
    {
        var isError = facts.Errors[row] > 0;
        counts.Traces++;
        counts.Spans += facts.Spans[row];
        counts.Bytes += facts.Bytes[row];
        counts.ErrorTraces += isError ? 1 : 0;
        if (!decision.Kept)
        {
            return;
        }

        counts.KeptTraces++;
        counts.KeptSpans += facts.Spans[row];
        counts.KeptBytes += facts.Bytes[row];
        counts.KeptErrorTraces += isError ? 1 : 0;
        counts.EstimatedTraces += decision.TailCount;
    }

    private PolicyShare Share(string name, string type, long matched)
    {
        var (traces, spans, bytes) = _decided.GetValueOrDefault(name);
        return new PolicyShare(name, type, matched, traces, spans, bytes);
    }

    private Entry EntryOf(string service, string operation)
    {
        if (_operations.TryGetValue((service, operation), out var entry))
        {
            return entry;
        }

        var key = _operations.Count < MaxOperations ? (service, operation) : (string.Empty, string.Empty);
        if (!_operations.TryGetValue(key, out entry))
        {
            _operations.Add(key, entry = new Entry());
        }

        return entry;
    }

    private sealed class Entry
    {
        public SimulationCounts Counts { get; } = new();

        public DurationHistogram Durations { get; } = new();
    }
}
