using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Doctor;

/// <summary>
/// Estimates from many calls how far the clocks of pairs of hosts are apart. Of one call nobody can tell skew from a slow network; but the middle of the
/// callee's span lies in the middle of the caller's when the ways there and back take equally long (as NTP assumes), and the median over calls forgets
/// those that did not.
/// </summary>
internal sealed class Clocks
{
    /// <summary>Calls remembered per pair; the median of so many moves no more.</summary>
    private const int CallsPerPair = 500;

    private readonly Dictionary<(string Caller, string Callee), Pair> _pairs = [];

    /// <summary>The name of the clock that a resource's spans were timed by: its node, host or pod, else its service.</summary>
    public static string HostOf(in ResourceView resource)
    {
        foreach (var key in (ReadOnlySpan<string>)["k8s.node.name", "host.name", "host.id", "k8s.pod.name", "service.instance.id"])
        {
            if (resource.Attributes.Find(key)?.Text is { Length: > 0 } name)
            {
                return name;
            }
        }

        return resource.Service;
    }

    /// <summary>A request as its caller (kind client) and its callee (kind server) saw it.</summary>
    public void Add(string caller, long callerStart, long callerEnd, string callee, long calleeStart, long calleeEnd, TraceId trace)
    {
        if (caller == callee || callerEnd < callerStart || calleeEnd < calleeStart)
        {
            return;
        }

        if (!_pairs.TryGetValue((caller, callee), out var pair))
        {
            _pairs[(caller, callee)] = pair = new Pair();
        }

        if (pair.Offsets.Count >= CallsPerPair)
        {
            return;
        }

        // Subtracted as whole numbers, because a double of today's nanoseconds is exact to a quarter microsecond only; wide, because times may be anything.
        pair.Offsets.Add((double)((Int128)calleeStart - callerStart + calleeEnd - callerEnd) / 2);
        if (calleeStart < callerStart - Traces.ClockSkew.Tolerance || calleeEnd > callerEnd + Traces.ClockSkew.Tolerance)
        {
            pair.Impossible++;
            if (pair.Traces.Count < 3)
            {
                pair.Traces.Add(trace.ToString());
            }
        }
    }

    /// <summary>Every pair, the one with the most calls first. Of two clocks the one that more others agree with counts as right.</summary>
    public IReadOnlyList<ClockOffset> ToList()
    {
        var joined = new Dictionary<(string, string), Pair>();
        foreach (var ((caller, callee), pair) in _pairs)
        {
            var swapped = string.CompareOrdinal(caller, callee) > 0;
            var key = swapped ? (callee, caller) : (caller, callee);
            if (!joined.TryGetValue(key, out var both))
            {
                joined[key] = both = new Pair();
            }

            both.Offsets.AddRange(pair.Offsets.Select(offset => swapped ? -offset : offset));
            both.Impossible += pair.Impossible;
            both.Traces.AddRange(pair.Traces);
        }

        var estimates = joined.Select(item =>
        {
            var median = Robust.Median(item.Value.Offsets);
            return (First: item.Key.Item1, Second: item.Key.Item2, Pair: item.Value, Median: median, Spread: Robust.Median(item.Value.Offsets.Select(offset => Math.Abs(offset - median))));
        }).ToArray();
        var doubts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var estimate in estimates)
        {
            var doubt = Math.Abs(estimate.Median) >= DoctorRules.ClocksApart && estimate.Pair.Impossible > 0 ? 1 : -1;
            doubts[estimate.First] = doubts.GetValueOrDefault(estimate.First) + doubt;
            doubts[estimate.Second] = doubts.GetValueOrDefault(estimate.Second) + doubt;
        }

        return
        [
            .. estimates.OrderByDescending(estimate => estimate.Pair.Offsets.Count)
                .ThenBy(estimate => estimate.First, StringComparer.Ordinal).ThenBy(estimate => estimate.Second, StringComparer.Ordinal)
                .Take(DoctorLimits.Subjects)
                .Select(estimate =>
                {
                    var firstIsWrong = doubts[estimate.First] > doubts[estimate.Second];
                    return new ClockOffset
                    {
                        Reference = firstIsWrong ? estimate.Second : estimate.First,
                        Host = firstIsWrong ? estimate.First : estimate.Second,
                        Offset = (long)(firstIsWrong ? -estimate.Median : estimate.Median),
                        Spread = (long)estimate.Spread,
                        Calls = estimate.Pair.Offsets.Count,
                        Impossible = estimate.Pair.Impossible,
                        Traces = [.. estimate.Pair.Traces.Take(3)],
                    };
                }),
        ];
    }

    private sealed class Pair
    {
        public List<double> Offsets { get; } = [];

        public int Impossible { get; set; }

        public List<string> Traces { get; } = [];
    }
}
