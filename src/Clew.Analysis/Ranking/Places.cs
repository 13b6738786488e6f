using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>Finds the finer place inside a suspect: what a person would look at first.</summary>
internal static class Places
{
    /// <param name="leading">The finding that decided the kind of cause.</param>
    public static CausePlace? Of(WorldView view, Suspect suspect, Finding? leading)
    {
        if (leading is null)
        {
            return null;
        }

        if (leading.Place is { } named)
        {
            return named;
        }

        if (leading.Kind == FindingKind.PoolSaturated && leading.Peer.Length > 0)
        {
            return new CausePlace(PlaceKind.Metric, leading.Peer, leading.Statement);
        }

        var group = Rules.Of(leading.Kind).Group;
        return group switch
        {
            FindingGroup.BetweenTime => Edge(view, suspect, leading),
            FindingGroup.Behaviour or FindingGroup.Errors or FindingGroup.OwnTime when suspect.Entity >= 0 && suspect.Entity < view.World.Services.Count => InCode(view, suspect.Entity, leading, group),
            FindingGroup.Waiting or FindingGroup.Silence when leading.Peer.Length > 0 => Edge(view, suspect, leading),
            FindingGroup.Resolution when leading.Peer.Length > 0 => new CausePlace(PlaceKind.Object, leading.Peer, leading.Statement),
            _ => leading.Operation.Length > 0 ? new CausePlace(PlaceKind.Code, leading.Operation, leading.Statement) : null,
        };
    }

    private static CausePlace Edge(WorldView view, Suspect suspect, Finding leading)
    {
        // Whichever end is accused, the arrow goes from the caller to the callee.
        var other = leading.Peer;
        var calls = view.Topology.Callees(suspect.Entity).Any(c => view.EntityName(c) == other);
        var isCaller = calls || leading.Kind is not FindingKind.NetworkTimeGrew;
        return new CausePlace(PlaceKind.Edge, isCaller ? $"{suspect.Name} -> {other}" : $"{other} -> {suspect.Name}", leading.Statement);
    }

    private static CausePlace? InCode(WorldView view, int service, Finding leading, FindingGroup group)
    {
        var flow = StatementFlow.Of(view, service);
        if (group != FindingGroup.OwnTime && flow.Break() is { } gone)
        {
            var instead = gone.Instead.Length > 0 ? $"; {gone.Instead} does instead" : "";
            return new CausePlace(PlaceKind.Code, $"{gone.From} -> {gone.To}",
                $"After {gone.From}, {gone.To} follows in {Phrase.Percent(gone.Window)} of {Phrase.Count(gone.Passages, "passage")} where {Phrase.Percent(gone.Usual)} is usual{instead}.");
        }

        if (group == FindingGroup.OwnTime && leading.Peer.Length > 0)
        {
            return new CausePlace(PlaceKind.Statement, leading.Operation, leading.Statement);
        }

        if (group == FindingGroup.OwnTime && flow.Delay() is { } late)
        {
            return new CausePlace(PlaceKind.Code, $"{late.From} -> {late.To}",
                $"From {late.From} to {late.To} {Phrase.Nanoseconds(late.Window)} pass where {Phrase.Nanoseconds(late.Usual)} are usual, calls left out.");
        }

        return leading.Operation.Length > 0 ? new CausePlace(PlaceKind.Code, leading.Operation, leading.Statement) : null;
    }
}
