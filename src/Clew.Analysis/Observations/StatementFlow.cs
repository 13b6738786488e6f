using Clew.Analysis.Statistics;

namespace Clew.Analysis.Observations;

/// <summary>
/// The course of a service's operations, statement by statement: which log statement, or end, follows which within one span, how often and after how
/// long. Where the usual successor no longer follows, or comes later, is where the code does something else or waits.
/// </summary>
internal sealed class StatementFlow
{
    /// <summary>Passages of a statement in the window and the baseline below which its successors are not judged.</summary>
    private const int MinPassages = 3;

    /// <summary>Share by which a successor must have become rarer.</summary>
    private const double MinDrop = 0.1;

    private const double MinSignificance = 2.5;

    /// <summary>Shares of a stretch from which a step is called whole, and below which broken.</summary>
    private const double Whole = 0.9;

    private const double Broken = 0.5;

    /// <summary>Nanoseconds by which a step must have become longer, and the factor.</summary>
    private const double MinSlower = 1e6;

    private const double MinSlowdown = 1.5;

    private readonly WorldView _view;
    private readonly Dictionary<(string From, string To), Passage> _passages = [];
    private readonly Dictionary<string, Passage> _starts = [];

    private StatementFlow(WorldView view) => _view = view;

    public static StatementFlow Of(WorldView view, int service)
    {
        var flow = new StatementFlow(view);
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            flow.Add(t, service);
        }

        return flow;
    }

    /// <summary>The step from a statement to its usual successor that is no longer taken as often as it was; null when all are.</summary>
    public StatementBreak? Break()
    {
        StatementBreak? best = null;
        var bestLost = 0.0;
        foreach (var ((from, to), passage) in _passages.OrderBy(p => p.Key.From, StringComparer.Ordinal).ThenBy(p => p.Key.To, StringComparer.Ordinal))
        {
            var (usual, window) = Shares(from, passage);
            if (window.Of < MinPassages || usual.Observations < MinPassages || usual.Rate - window.Rate < MinDrop || Math.Abs(usual.Significance(window)) < MinSignificance)
            {
                continue;
            }

            var lost = (usual.Rate - window.Rate) * Math.Sqrt(window.Of);
            if (lost > bestLost)
            {
                bestLost = lost;
                best = new StatementBreak(from, to, usual.Rate, window.Rate, window.Of, Instead(from));
            }
        }

        return best;
    }

    /// <summary>The step that became longest over all passages, the time of calls below taken out; null when none became clearly longer.</summary>
    public StatementDelay? Delay()
    {
        StatementDelay? best = null;
        var bestExtra = 0.0;
        foreach (var ((from, to), passage) in _passages.OrderBy(p => p.Key.From, StringComparer.Ordinal).ThenBy(p => p.Key.To, StringComparer.Ordinal))
        {
            if (passage.Window.Count < MinPassages || passage.Baseline.Count < MinPassages)
            {
                continue;
            }

            var before = Robust.Median(passage.Baseline.Select(d => (double)d));
            var now = Robust.Median(passage.Window.Select(d => (double)d));
            var extra = (now - before) * passage.Window.Count;
            if (now - before >= MinSlower && now >= MinSlowdown * before && extra > bestExtra)
            {
                bestExtra = extra;
                best = new StatementDelay(from, to, before, now);
            }
        }

        return best;
    }

    private (UsualRate Usual, Share Window) Shares(string from, Passage passage)
    {
        var of = _starts[from];
        var stretches = Enumerable.Range(0, _view.World.Baseline.Count).Select(i => new Share(passage.Counts[i], of.Counts[i])).Where(s => s.Of > 0).ToArray();
        return (UsualRate.Of(Reference(stretches)), new Share(passage.Window.Count, of.Window.Count));
    }

    /// <summary>Where a successor nearly always followed in some stretches and hardly in others, the same fault was about before: the former are usual.</summary>
    private static Share[] Reference(Share[] stretches)
    {
        var whole = stretches.Where(s => s.Rate >= Whole).ToArray();
        return stretches.Any(s => s.Rate < Broken) && whole.Sum(s => s.Of) >= MinPassages && whole.Length >= 2 ? whole : stretches;
    }

    /// <summary>The successor that became most frequent in its place; empty when nothing did.</summary>
    private string Instead(string from)
    {
        var (best, rise) = ("", 0.05);
        foreach (var ((start, to), passage) in _passages.Where(p => p.Key.From == from).OrderBy(p => p.Key.To, StringComparer.Ordinal))
        {
            var (usual, window) = Shares(start, passage);
            if (window.Rate - usual.Rate > rise)
            {
                (best, rise) = (to, window.Rate - usual.Rate);
            }
        }

        return best;
    }

    private void Add(int index, int service)
    {
        var trace = _view.World.Traces[index];
        if (!trace.Spans.Any(s => _view.Operation(s).Service == service))
        {
            return;
        }

        var children = Enumerable.Range(0, trace.Spans.Count).Where(i => trace.Spans[i].Parent >= 0).ToLookup(i => trace.Spans[i].Parent);
        var logs = trace.Logs.Where(l => l.Span >= 0 && l.Service == service).ToLookup(l => l.Span);
        for (var i = 0; i < trace.Spans.Count; i++)
        {
            var span = trace.Spans[i];
            var operation = _view.Operation(span);
            if (operation.Service != service)
            {
                continue;
            }

            var (last, time) = ($"{operation.Name} start", span.Offset);
            foreach (var log in logs[i])
            {
                var next = Label(log.Template);
                Step(trace, children[i], last, next, time, log.Offset);
                (last, time) = (next, log.Offset);
            }

            Step(trace, children[i], last, $"{operation.Name} end", time, span.Offset + span.Duration);
        }
    }

    private void Step(Worlds.WorldTrace trace, IEnumerable<int> children, string from, string to, long start, long end)
    {
        var stretch = trace.Stretch;
        Note(_starts, from, stretch, 0);
        Note(_passages, (from, to), stretch, Math.Max(0, end - start - Below(trace, children, start, end)));
    }

    private void Note<TKey>(Dictionary<TKey, Passage> passages, TKey key, int stretch, long duration)
        where TKey : notnull
    {
        if (!passages.TryGetValue(key, out var passage))
        {
            passages[key] = passage = new Passage(_view.World.Baseline.Count);
        }

        if (stretch < 0)
        {
            passage.Window.Add(duration);
        }
        else
        {
            passage.Baseline.Add(duration);
            passage.Counts[stretch]++;
        }
    }

    /// <summary>Time between two moments of a span in which a span below it ran; overlapping ones count once each, up to all of it.</summary>
    private static long Below(Worlds.WorldTrace trace, IEnumerable<int> children, long start, long end)
    {
        long below = 0;
        foreach (var child in children)
        {
            below += Math.Max(0, Math.Min(end, trace.Spans[child].Offset + trace.Spans[child].Duration) - Math.Max(start, trace.Spans[child].Offset));
        }

        return Math.Min(below, end - start);
    }

    private string Label(int template)
    {
        var statement = _view.World.Templates[template];
        return statement.Location.Length > 0 ? statement.Location : $"\"{Inspections.Phrase.Template(statement with { Example = "" })}\"";
    }

    private sealed class Passage(int stretches)
    {
        public List<long> Window { get; } = [];

        public List<long> Baseline { get; } = [];

        public int[] Counts { get; } = new int[stretches];
    }
}

/// <param name="From">The statement after which it goes wrong.</param>
/// <param name="To">What usually follows.</param>
/// <param name="Usual">Share of passages in which it followed.</param>
/// <param name="Window">Share in which it follows now.</param>
/// <param name="Passages">Passages of the first statement in the window.</param>
/// <param name="Instead">What follows now more often; empty when nothing does.</param>
internal sealed record StatementBreak(string From, string To, double Usual, double Window, int Passages, string Instead);

/// <param name="Usual">Median nanoseconds from the first to the second before.</param>
/// <param name="Window">The same in the window.</param>
internal sealed record StatementDelay(string From, string To, double Usual, double Window);
