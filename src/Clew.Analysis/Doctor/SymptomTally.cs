using Clew.Telemetry;

namespace Clew.Analysis.Doctor;

/// <summary>Counts things by subject and keeps a few traces that show each.</summary>
internal sealed class SymptomTally
{
    /// <summary>Example traces kept by subject.</summary>
    private const int Examples = 3;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>One more that has the symptom.</summary>
    public void Hit(string subject, TraceId trace, string detail = "", int count = 1)
    {
        var entry = Find(subject);
        entry.Count += count;
        entry.Detail = entry.Detail.Length == 0 ? detail : entry.Detail;
        if (entry.Traces.Count < Examples && !entry.Traces.Contains(trace))
        {
            entry.Traces.Add(trace);
        }
    }

    /// <summary>One more that could have had it.</summary>
    public void Seen(string subject, int count = 1) => Find(subject).Of += count;

    /// <summary>Subjects that were hit, the most frequent first.</summary>
    public IReadOnlyList<Symptom> ToList() =>
    [
        .. _entries.Where(entry => entry.Value.Count > 0)
            .OrderByDescending(entry => entry.Value.Count)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(DoctorLimits.Subjects)
            .Select(entry => new Symptom
            {
                Subject = entry.Key,
                Count = entry.Value.Count,
                Of = entry.Value.Of,
                Detail = entry.Value.Detail,
                Traces = [.. entry.Value.Traces.Select(trace => trace.ToString())],
            }),
    ];

    private Entry Find(string subject)
    {
        if (!_entries.TryGetValue(subject, out var entry))
        {
            _entries[subject] = entry = new Entry();
        }

        return entry;
    }

    private sealed class Entry
    {
        public long Count { get; set; }

        public long Of { get; set; }

        public string Detail { get; set; } = string.Empty;

        public List<TraceId> Traces { get; } = [];
    }
}
