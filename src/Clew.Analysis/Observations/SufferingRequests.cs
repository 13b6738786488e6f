using Clew.Analysis.Inspections;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Observations;

/// <summary>
/// The sampled requests users would complain of: those whose root failed, or took longer than nearly all of its kind used to. What of them is usual is
/// known from the baseline, so that the excess can be told.
/// </summary>
internal sealed class SufferingRequests
{
    private const double Level = 0.95;
    private const double Factor = 1.3;
    private const double MinNanoseconds = 20e6;

    /// <summary>Requests of a kind in the baseline below which how long is too long cannot be told.</summary>
    private const int MinBaseline = 5;

    private SufferingRequests(HashSet<int> window, int windowTotal, double usual) => (Window, WindowTotal, UsualShare) = (window, windowTotal, usual);

    /// <summary>Traces of the window that suffer, as indexes.</summary>
    public IReadOnlySet<int> Window { get; }

    /// <summary>Traces of the window that were judged.</summary>
    public int WindowTotal { get; }

    /// <summary>Share of the baseline's requests that suffered by the same measure.</summary>
    public double UsualShare { get; }

    /// <summary>Share of the window's that suffers beyond the usual, 0 to 1.</summary>
    public double Excess => WindowTotal == 0 ? 0 : Math.Max(0, (Window.Count / (double)WindowTotal) - UsualShare);

    public static SufferingRequests Of(WorldView view)
    {
        var world = view.World;
        var kinds = new Dictionary<(int Service, string Name), List<long>>();
        for (var t = 0; t < world.Traces.Count; t++)
        {
            var trace = world.Traces[t];
            if (trace.Stretch >= 0 && IsRequest(view, trace))
            {
                var operation = view.Operation(trace.Spans[0]);
                (kinds.TryGetValue((operation.Service, operation.Name), out var known) ? known : kinds[(operation.Service, operation.Name)] = []).Add(trace.Spans[0].Duration);
            }
        }

        var bars = kinds.Where(k => k.Value.Count >= MinBaseline).ToDictionary(k => k.Key, k => Math.Max(Bar([.. k.Value.Order()]), Factor * view.Course.UsualP95(k.Key.Service, k.Key.Name)));
        var window = new HashSet<int>();
        int total = 0, before = 0, sufferedBefore = 0;
        for (var t = 0; t < world.Traces.Count; t++)
        {
            var trace = world.Traces[t];
            if (!IsRequest(view, trace))
            {
                continue;
            }

            var operation = view.Operation(trace.Spans[0]);
            var suffers = ErrorOriginInspection.IsFailure(trace.Spans[0]) || (bars.TryGetValue((operation.Service, operation.Name), out var bar) && trace.Spans[0].Duration > bar);
            if (trace.Stretch < 0)
            {
                total++;
                if (suffers)
                {
                    window.Add(t);
                }
            }
            else
            {
                before++;
                sufferedBefore += suffers ? 1 : 0;
            }
        }

        return new SufferingRequests(window, total, before == 0 ? 0 : sufferedBefore / (double)before);
    }

    private static bool IsRequest(WorldView view, WorldTrace trace) => trace.Spans[0].Parent < 0 && view.Operation(trace.Spans[0]).Kind is not SpanKind.Consumer;

    private static double Bar(long[] ascending) => Math.Max(Robust.Quantile(ascending, Level) * Factor, Robust.Quantile(ascending, Level) + MinNanoseconds);
}
