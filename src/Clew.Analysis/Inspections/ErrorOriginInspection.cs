using Clew.Analysis.Errors;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections;

/// <summary>Where failures start: in each failing request the failing spans with no failing span below them. Those above only pass it on.</summary>
internal sealed class ErrorOriginInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.ErrorsOriginate).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        if (view.WindowTraces.Length == 0)
        {
            findings.AddUnknown(Name, null, "There are no traces in the window.");
            return;
        }

        var rule = Rules.Of(FindingKind.ErrorsOriginate);
        var world = view.World;
        var spans = new Dictionary<(int Service, string Name), int[]>();
        var visits = new Dictionary<int, int[]>();
        var origins = new Dictionary<(int Service, string Name), Origin>();
        for (var t = 0; t < world.Traces.Count; t++)
        {
            Count(world, t, spans, visits, origins);
        }

        foreach (var ((service, name), origin) in origins.OrderBy(o => o.Key.Service).ThenBy(o => o.Key.Name, StringComparer.Ordinal))
        {
            var of = spans[(service, name)];
            // An operation that is seen only when it fails is measured against its service.
            if (of.Skip(1).Sum() < rule.MinBaseline)
            {
                of = visits[service];
            }

            var usual = UsualRate.Of(Enumerable.Range(1, world.Baseline.Count).Select(i => new Share(origin.Counts[i], of[i])), level: 0.25);
            var share = new Share(origin.Counts[0], Math.Max(of[0], origin.Counts[0]));
            var significance = usual.Significance(share);
            if (share.Of < rule.MinWindow || usual.Observations < rule.MinBaseline || significance < rule.MinSignificance || share.Rate - usual.Rate < rule.Absolute)
            {
                continue;
            }

            var error = Most(origin.Errors);
            var peer = Most(origin.Peers);
            findings.Add(new Finding
            {
                Kind = FindingKind.ErrorsOriginate,
                Entity = service,
                Operation = name,
                Instance = origin.Instances.Count == 1 ? origin.Instances.Keys.First() : -1,
                Peer = peer,
                Strength = Strength.OfSignificance(significance) * Math.Sqrt(share.Rate - usual.Rate) * Strength.OfCount(share.Hits),
                Significance = significance,
                Change = new Comparison(usual.Rate, share.Rate, "1"),
                Onset = origin.First,
                Observations = share.Of,
                Traces = origin.Traces,
                Statement = $"Failures start in {view.ServiceName(service)} '{name}'{(peer.Length > 0 ? $" calling {peer}" : "")}: {Phrase.Percent(share.Rate)} of them{(error.Length > 0 ? $" with '{error}'" : "")}, {Phrase.Percent(usual.Rate)} is usual{Phrase.Caution(share.Hits)}.",
                Query = EvidenceQueries.Traces(world, view.ServiceName(service), name, onlyErrors: true),
            });
        }
    }

    /// <summary>A span that says it failed: by its status, by an HTTP status of the server's fault, or by an exception.</summary>
    public static bool IsFailure(WorldSpan span) => span.IsError || span.Facts is { Status: { Length: 3 } status } && status[0] == '5';

    /// <summary>
    /// Spans that were called off from above: they end as cancelled, and a call above them had failed without an answer by then, because its patience ended. Where that call failed is where
    /// the failure starts.
    /// </summary>
    public static bool[] Abandoned(World world, WorldTrace trace)
    {
        var abandoned = new bool[trace.Spans.Count];
        var given = new bool[trace.Spans.Count];
        for (var i = 0; i < abandoned.Length; i++)
        {
            var span = trace.Spans[i];
            if (span.Parent >= 0)
            {
                var caller = trace.Spans[span.Parent];
                given[i] = given[span.Parent] || (IsFailure(caller) && !abandoned[span.Parent] && (caller.Facts?.Status ?? "").Length == 0 && world.Operations[caller.Operation].Kind == SpanKind.Client);
                abandoned[i] = given[i] && (IsCancelled(span.Facts) || abandoned[span.Parent]);
            }
        }

        return abandoned;
    }

    private static bool IsCancelled(SpanFacts? facts) => facts is not null
        && (facts.Status is "499" || FailureText.IsCancelled(facts.Error) || FailureText.IsCancelled(facts.Message));

    private static void Count(
        World world, int index, Dictionary<(int, string), int[]> spans, Dictionary<int, int[]> visits, Dictionary<(int, string), Origin> origins)
    {
        var trace = world.Traces[index];
        var column = trace.Stretch + 1;
        var failsBelow = new bool[trace.Spans.Count];
        var services = new HashSet<int>();
        var abandoned = Abandoned(world, trace);
        for (var i = trace.Spans.Count - 1; i >= 0; i--)
        {
            var span = trace.Spans[i];
            var operation = world.Operations[span.Operation];
            var key = (operation.Service, operation.Name);
            (spans.TryGetValue(key, out var counts) ? counts : spans[key] = new int[world.Baseline.Count + 1])[column]++;
            services.Add(operation.Service);
            var fails = IsFailure(span) && !abandoned[i];
            if (span.Parent >= 0 && (fails || failsBelow[i]))
            {
                failsBelow[span.Parent] = true;
            }

            if (fails && !failsBelow[i])
            {
                var origin = origins.TryGetValue(key, out var known) ? known : origins[key] = new Origin(world.Baseline.Count + 1);
                origin.Counts[column]++;
                if (trace.Stretch < 0)
                {
                    origin.Take(index, trace.Start + span.Offset, span, operation.Kind is SpanKind.Client or SpanKind.Producer);
                }
            }
        }

        foreach (var service in services)
        {
            (visits.TryGetValue(service, out var counts) ? counts : visits[service] = new int[world.Baseline.Count + 1])[column]++;
        }
    }

    private static string Most(Dictionary<string, int> counts) =>
        counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key).FirstOrDefault() ?? string.Empty;

    private sealed class Origin(int columns)
    {
        public int[] Counts { get; } = new int[columns];

        public HashSet<int> Traces { get; } = [];

        public Dictionary<string, int> Errors { get; } = [];

        public Dictionary<string, int> Peers { get; } = [];

        public Dictionary<int, int> Instances { get; } = [];

        public long First { get; private set; } = long.MaxValue;

        public void Take(int trace, long time, WorldSpan span, bool isOutbound)
        {
            Traces.Add(trace);
            First = Math.Min(First, time);
            Instances[span.Instance] = Instances.GetValueOrDefault(span.Instance) + 1;
            if (span.Facts is { } facts)
            {
                var error = facts.Error.Length > 0 ? facts.Error : facts.Status;
                Errors[error] = Errors.GetValueOrDefault(error) + 1;
                if (isOutbound)
                {
                    Peers[facts.Peer] = Peers.GetValueOrDefault(facts.Peer) + 1;
                }
            }
        }
    }
}
