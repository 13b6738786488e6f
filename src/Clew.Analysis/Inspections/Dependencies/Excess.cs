using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.Dependencies;

/// <summary>Calls of an edge that are like this more often than usual.</summary>
/// <param name="Hits">Those of the window.</param>
internal sealed record Excess(CallEdge Edge, IReadOnlyList<Call> Hits, Share Share, UsualRate Usual, double Significance)
{
    /// <summary>Significance, size and number together, 0 to 1.</summary>
    public double Strength => Statistics.Strength.OfSignificance(Significance) * Math.Sqrt(Math.Max(0, Share.Rate - Usual.Rate)) * Statistics.Strength.OfCount(Hits.Count);

    public long Onset => Hits.Min(c => c.Time);

    public HashSet<int> Traces => [.. Hits.Select(c => c.Trace)];

    /// <summary>"80 % of the calls (0 % is usual)".</summary>
    public string Said => $"{Phrase.Percent(Share.Rate)} of the calls ({Phrase.Percent(Usual.Rate)} is usual)";

    /// <summary>What the first of them failed with, in its own words.</summary>
    public string Message(WorldView view)
    {
        var facts = Facts(view);
        return facts.Message.Length > 0 ? facts.Message : facts.Error;
    }

    /// <summary>What is known of the first of them.</summary>
    public SpanFacts Facts(WorldView view) => view.World.Traces[Hits[0].Trace].Spans[Hits[0].Span].Facts!;

    /// <summary>The finding that they are, against the edge's caller; a caller of this says where it accuses another.</summary>
    public Finding Finding(WorldView view, FindingKind kind, string statement) => new()
    {
        Kind = kind,
        Entity = Edge.Caller,
        Peer = Edge.Peer,
        Strength = Strength,
        Significance = Significance,
        Change = new Comparison(Usual.Rate, Share.Rate, "1"),
        Onset = Onset,
        Observations = Share.Of,
        Traces = Traces,
        Statement = statement,
        Query = EvidenceQueries.Traces(view.World, view.ServiceName(Edge.Caller), Hits[0].Operation, onlyErrors: true),
    };

    /// <summary>Null when the rule's thresholds do not break.</summary>
    public static Excess? Of(CallEdge edge, Func<Call, bool> isHit, Rule rule)
    {
        var window = edge.Window.ToArray();
        var hits = window.Where(isHit).ToArray();
        if (hits.Length < rule.MinWindow)
        {
            return null;
        }

        var usual = edge.Usual(isHit);
        var share = new Share(hits.Length, window.Length);
        var significance = usual.Significance(share);
        return usual.Observations < rule.MinBaseline || share.Rate - usual.Rate < Math.Max(rule.Absolute, rule.Relative) || significance < rule.MinSignificance
            ? null
            : new Excess(edge, hits, share, usual, significance);
    }
}
