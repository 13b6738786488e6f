using Clew.Analysis.Detection;

namespace Clew.Server.Detection;

/// <summary>The steps of the last half hour of one tenant, so that each look at the store is short. What is read again replaces what was there: late spans count.</summary>
internal sealed class RedMemory(long stepLength)
{
    private readonly Dictionary<(string Service, string Operation), (bool IsEntry, SortedDictionary<long, RedStep> Steps)> _series = [];

    /// <summary>Takes what was read.</summary>
    public void Take(RedTimeline read)
    {
        foreach (var series in read.Series)
        {
            var key = (series.Service, series.Operation);
            var kept = _series.TryGetValue(key, out var known) ? known.Steps : [];
            for (var i = 0; i < read.Steps; i++)
            {
                var time = read.TimeOf(i);
                if (series.Steps[i].Count > 0)
                {
                    kept[time] = series.Steps[i];
                }
                else
                {
                    kept.Remove(time);
                }
            }

            _series[key] = (series.IsEntry || (known.IsEntry && series.Steps.All(s => s.Count == 0)), kept);
        }

        // What was not in the answer had no requests in that time.
        foreach (var (key, (_, steps)) in _series)
        {
            if (read.Series.All(s => (s.Service, s.Operation) != key))
            {
                for (var i = 0; i < read.Steps; i++)
                {
                    steps.Remove(read.TimeOf(i));
                }
            }
        }
    }

    /// <summary>The steps of a time.</summary>
    public RedTimeline Timeline(long start, int steps) => new(start, stepLength, steps,
    [
        .. _series.Select(s => new RedSeries(
            s.Key.Service, s.Key.Operation, s.Value.IsEntry,
            [.. Enumerable.Range(0, steps).Select(i => s.Value.Steps.GetValueOrDefault(start + (i * stepLength)))])),
    ]);

    /// <summary>Forgets what lies before a moment, and operations of which nothing is left.</summary>
    public void Forget(long before)
    {
        foreach (var (key, (_, steps)) in _series.ToArray())
        {
            while (steps.Count > 0 && steps.First().Key < before)
            {
                steps.Remove(steps.First().Key);
            }

            if (steps.Count == 0)
            {
                _series.Remove(key);
            }
        }
    }
}
