using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>That a statement writes where another does.</summary>
/// <param name="With">Index into templates.</param>
/// <param name="WithService">Index into services of who writes the other one.</param>
/// <param name="Support">How often the first came with the second.</param>
/// <param name="Confidence">Share of the first that came with the second.</param>
/// <param name="Lift">How many times as often as chance would have it.</param>
/// <param name="Lead">Median time from the second to the first, nanoseconds: positive when the other one comes first.</param>
internal sealed record LogAssociation(int With, int WithService, int Support, double Confidence, double Lift, double Lead);

/// <summary>
/// Which warnings and errors come together (association rules over events within 100 ms of each other, Agrawal 1993): one trouble writes many lines, and should be told
/// once. Of all partners the strongest is kept.
/// </summary>
internal sealed class LogAssociations
{
    /// <summary>What lies further apart in time is not one event.</summary>
    private const long Together = 100_000_000;

    private const int MinSupport = 4;
    private const double MinConfidence = 0.7;
    private const double MinLift = 3;

    private readonly Dictionary<(int Service, int Template), LogAssociation> _strongest = [];

    public static LogAssociations Of(World world)
    {
        var associations = new LogAssociations();
        var events = world.LogEvents;
        if (events.Count == 0)
        {
            return associations;
        }

        var counts = events.GroupBy(e => (e.Service, e.Template)).ToDictionary(g => g.Key, g => g.Count());
        var together = new Dictionary<((int, int) First, (int, int) Second), List<long>>();
        var start = 0;
        for (var i = 0; i < events.Count; i++)
        {
            while (events[i].Time - events[start].Time > Together)
            {
                start++;
            }

            // Each event counts once per partner, with the nearest: bursts must not multiply.
            var nearest = new Dictionary<(int, int), long>();
            for (var j = start; j < events.Count && events[j].Time - events[i].Time <= Together; j++)
            {
                var other = (events[j].Service, events[j].Template);
                var distance = events[i].Time - events[j].Time;
                if (other != (events[i].Service, events[i].Template) && (!nearest.TryGetValue(other, out var known) || Math.Abs(distance) < Math.Abs(known)))
                {
                    nearest[other] = distance;
                }
            }

            foreach (var (other, distance) in nearest)
            {
                var key = ((events[i].Service, events[i].Template), other);
                (together.TryGetValue(key, out var distances) ? distances : together[key] = []).Add(distance);
            }
        }

        var seconds = Math.Max(1e-9, (world.Window.End - world.Window.Start) / 1e9);
        foreach (var ((first, second), distances) in together.OrderBy(t => t.Key))
        {
            var confidence = distances.Count / (double)counts[first];
            var byChance = 1 - Math.Exp(-counts[second] / seconds * 2 * Together / 1e9);
            var lift = confidence / Math.Max(byChance, 1e-9);
            if (distances.Count >= MinSupport && confidence >= MinConfidence && lift >= MinLift
                && (!associations._strongest.TryGetValue(first, out var known) || confidence * distances.Count > known.Confidence * known.Support))
            {
                associations._strongest[first] = new LogAssociation(second.Item2, second.Item1, distances.Count, confidence, lift, Statistics.Robust.Median(distances.Select(d => (double)d)));
            }
        }

        return associations;
    }

    /// <summary>With what a statement usually comes; null when with nothing.</summary>
    public LogAssociation? Partner(int service, int template) => _strongest.GetValueOrDefault((service, template));

    /// <summary>True when the partner comes with this one too and goes before it: then the partner is the one to tell of.</summary>
    public bool Follows(int service, int template) =>
        Partner(service, template) is { Lead: > 0 } partner && Partner(partner.WithService, partner.With) is { } back && back.With == template && back.WithService == service;

    /// <summary>" It comes within 100 ms of …" for a statement's sentence; empty when it comes alone.</summary>
    public string Told(World world, int service, int template) => Partner(service, template) is { } partner
        ? Phrase.Text($" In {Phrase.Percent(partner.Confidence)} of the cases it comes within 100 ms {(partner.Lead > 0 ? "after" : "before")} \"{Phrase.Template(world.Templates[partner.With])}\"{(partner.WithService == service ? "" : $" of {world.Services[partner.WithService]}")}, {Phrase.Number(partner.Lift)} times as often as by chance.")
        : "";
}
