namespace Clew.Analysis.Sampling;

/// <summary>What probabilities should aim at.</summary>
/// <param name="TracesPerSecond">Traces of one operation of one service that should arrive.</param>
/// <param name="Floor">No probability goes below: something of every operation is always seen.</param>
/// <param name="Initial">For operations that were never seen.</param>
public sealed record AdaptiveTarget(double TracesPerSecond, double Floor, double Initial);

/// <summary>
/// Probabilities for the head samplers of services, per operation, from how many traces of each arrived with the probability that was in force. Rarely
/// called operations go up to 1, busy ones down to what the target allows.
/// </summary>
/// <remarks>
/// A probability moves half of the way to what the last step asks for, and up by no more than half of itself at a time: one quiet minute must not let a flood in at the next. Down it
/// may go at once. An operation from which nothing arrived goes up too, because with a low probability silence is what is expected. Not safe for concurrent use.
/// </remarks>
public sealed class AdaptiveProbabilities(AdaptiveTarget target)
{
    /// <summary>Operations remembered; the longest silent ones are forgotten first and start again at the initial probability.</summary>
    private const int MaxOperations = 10_000;

    /// <summary>How much a probability may grow in one step.</summary>
    private const double Growth = 1.5;

    private readonly Dictionary<(string Service, string Operation), Entry> _entries = [];
    private long _step;

    /// <summary>Takes in what arrived since the last step.</summary>
    /// <param name="arrived">Traces that begin with each operation, per second.</param>
    public void Step(IEnumerable<(string Service, string Operation, double TracesPerSecond)> arrived)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        _step++;
        foreach (var (service, operation, rate) in arrived)
        {
            if (!_entries.TryGetValue((service, operation), out var entry))
            {
                _entries.Add((service, operation), entry = new Entry { Probability = target.Initial });
            }

            entry.Probability = Next(entry.Probability, rate);
            entry.Seen = _step;
        }

        foreach (var entry in _entries.Values.Where(entry => entry.Seen != _step))
        {
            entry.Probability = Bound(entry.Probability * Growth);
        }

        if (_entries.Count > MaxOperations)
        {
            foreach (var (key, _) in _entries.OrderBy(pair => pair.Value.Seen).Take(_entries.Count - MaxOperations).ToList())
            {
                _entries.Remove(key);
            }
        }
    }

    /// <summary>By service, the probability of each of its operations.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<(string Operation, double Probability)>> ByService() => _entries
        .GroupBy(entry => entry.Key.Service, StringComparer.Ordinal)
        .ToDictionary(
            service => service.Key,
            service => (IReadOnlyList<(string, double)>)[.. service.Select(entry => (entry.Key.Operation, entry.Value.Probability)).OrderBy(entry => entry.Operation, StringComparer.Ordinal)],
            StringComparer.Ordinal);

    private double Next(double probability, double rate)
    {
        if (rate <= 0)
        {
            return Bound(probability * Growth);
        }

        var wanted = probability * target.TracesPerSecond / rate;
        return Bound(wanted <= probability ? wanted : Math.Min((probability + wanted) / 2, probability * Growth));
    }

    private double Bound(double probability) => Math.Clamp(probability, target.Floor, 1);

    private sealed class Entry
    {
        public double Probability { get; set; }

        public long Seen { get; set; }
    }
}
