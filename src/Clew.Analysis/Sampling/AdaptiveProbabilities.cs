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
/// Samplers ask once a minute, and what they recorded arrives later still: what is counted in a step was recorded with what was advised before the last one. A probability moves half of
/// the way to what the count asks for, so that it settles whether the advice was taken up a little earlier or later, and up by no more than half of itself at a time: one quiet minute must
/// not let a flood in at the next. In a flood it goes down at once. An operation from which nothing arrived goes up too, because with a low probability silence is what is expected. Not safe
/// for concurrent use.
/// </remarks>
public sealed class AdaptiveProbabilities(AdaptiveTarget target)
{
    /// <summary>Operations remembered; the longest silent ones are forgotten first and start again at the initial probability.</summary>
    private const int MaxOperations = 10_000;

    /// <summary>How much a probability may grow in one step.</summary>
    private const double Growth = 1.5;

    /// <summary>A flood: so many times more arrives than should.</summary>
    private const double Flood = 4;

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
                _entries.Add((service, operation), entry = new Entry { Probability = target.Initial, Before = target.Initial });
            }

            entry.Advise(Next(entry, rate));
            entry.Seen = _step;
        }

        foreach (var entry in _entries.Values.Where(entry => entry.Seen != _step))
        {
            entry.Advise(Bound(entry.Probability * Growth));
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

    private double Next(Entry entry, double rate)
    {
        if (rate <= 0)
        {
            return Bound(entry.Probability * Growth);
        }

        var wanted = entry.Before * target.TracesPerSecond / rate;
        return Bound(wanted < entry.Probability / Flood ? wanted : Math.Min((entry.Probability + wanted) / 2, entry.Probability * Growth));
    }

    private double Bound(double probability) => Math.Clamp(probability, target.Floor, 1);

    private sealed class Entry
    {
        public double Probability { get; set; }

        /// <summary>The probability before the last step.</summary>
        public double Before { get; set; }

        public long Seen { get; set; }

        public void Advise(double probability) => (Before, Probability) = (Probability, probability);
    }
}
