namespace Clew.Analysis.Correlation;

/// <summary>
/// Tells requests apart line by line, in the order of time: by what precise keys they share, and where there are none by habit. A line goes to the open
/// request whose latest lines it usually follows, or begins a request of its own.
/// </summary>
internal static class Threads
{
    /// <summary>Lines of a request that may be the predecessor of the next one.</summary>
    private const int Recent = 4;

    /// <summary>How much a predecessor one line further back counts.</summary>
    private const double Fading = 0.8;

    /// <summary>Below this a line follows nothing.</summary>
    private const double LeastHabit = 0.02;

    /// <returns>Per line, the number of its request and how usual its place there is (1 where a key says so).</returns>
    public static (int[] Threads, double[] Habits) Of(IReadOnlyList<LogLine> lines, LineHabits habits, CorrelationLimits limits)
    {
        var threads = new int[lines.Count];
        var affinity = new double[lines.Count];
        var open = new List<Open>();
        var byKey = new Dictionary<CorrelationKey, Open>();
        var count = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            open.RemoveAll(request => line.Time - request.LastTime > limits.Silence.Ticks * 100 && !request.HasKey);
            var precise = line.Keys.Where(key => key.Kind is KeyKind.Trace or KeyKind.Request).ToArray();
            var (best, score) = ByKey(precise, byKey);
            var kind = habits.Find(line.Shape);
            if (best is null)
            {
                (best, score) = ByHabit(open, line, kind, precise.Length > 0, habits);
                if (best is not null && (score < LeastHabit || habits.Begins(kind) > score))
                {
                    best = null;
                }
            }

            if (best is null)
            {
                open.Add(best = new Open(count++));
                score = kind < 0 ? 0.3 : Math.Max(0.3, habits.Begins(kind));
                if (open.Count > limits.OpenRequests)
                {
                    open.Remove(open.MinBy(request => request.LastTime)!);
                }
            }

            foreach (var key in precise)
            {
                best.HasKey = true;
                byKey.TryAdd(key, best);
            }

            best.Add(line.Time, kind);
            threads[i] = best.Number;
            affinity[i] = score;
        }

        return (threads, affinity);
    }

    private static (Open? Request, double Score) ByKey(CorrelationKey[] precise, Dictionary<CorrelationKey, Open> byKey)
    {
        foreach (var key in precise)
        {
            if (byKey.TryGetValue(key, out var request))
            {
                return (request, 1);
            }
        }

        return (null, 0);
    }

    private static (Open? Request, double Score) ByHabit(List<Open> open, LogLine line, int kind, bool hasKey, LineHabits habits)
    {
        Open? best = null;
        var score = 0.0;
        foreach (var request in open)
        {
            // Two different keys are two requests.
            if (hasKey && request.HasKey)
            {
                continue;
            }

            var usual = request.Usual(kind, habits) / (1 + ((line.Time - request.LastTime) / 1e9));
            if (usual > score)
            {
                (best, score) = (request, usual);
            }
        }

        return (best, score);
    }

    private sealed class Open(int number)
    {
        private readonly int[] _kinds = [-1, -1, -1, -1];
        private int _count;

        public int Number => number;

        public bool HasKey { get; set; }

        public long LastTime { get; private set; }

        public void Add(long time, int kind)
        {
            LastTime = time;
            _kinds[_count++ % Recent] = kind;
        }

        public double Usual(int kind, LineHabits habits)
        {
            var best = 0.0;
            var weight = 1.0;
            for (var back = 1; back <= Math.Min(Recent, _count); back++)
            {
                best = Math.Max(best, habits.Follows(_kinds[(_count - back) % Recent], kind) * weight);
                weight *= Fading;
            }

            return best;
        }
    }
}
