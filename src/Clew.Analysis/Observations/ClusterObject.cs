using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Observations;

/// <summary>An object of a cluster over time.</summary>
/// <param name="States">Oldest first; at least one.</param>
internal sealed record ClusterObject(IReadOnlyList<KubernetesObject> States)
{
    /// <summary>Nanoseconds between two spells of the same trouble that count as one: a crashing container runs for a while each time.</summary>
    private const long SameSpell = 600_000_000_000;

    /// <summary>As it was at the end of the window.</summary>
    public KubernetesObject Last => States[^1];

    /// <summary>Whether it was there at some time of the window.</summary>
    public bool Lived(WorldStretch window) => !Last.IsDeleted || Last.Time.UnixNanoseconds > window.Start;

    /// <summary>The state that held at a moment; null before the first.</summary>
    public KubernetesObject? At(long time) => States.LastOrDefault(s => s.Time.UnixNanoseconds <= time);

    /// <summary>
    /// The latest time it was bad in the window, and since when it was with short breaks only. Null when it was not bad at any time of the window.
    /// </summary>
    public Spell? Bad(WorldStretch window, Func<KubernetesObject, bool> isBad)
    {
        Spell? spell = null;
        for (var i = 0; i < States.Count; i++)
        {
            var (from, to) = (States[i].Time.UnixNanoseconds, i + 1 < States.Count ? States[i + 1].Time.UnixNanoseconds : window.End);
            if (!States[i].IsDeleted && isBad(States[i]))
            {
                spell = spell is { } before && from - before.Until <= SameSpell ? new Spell(States[i], before.Since, to) : new Spell(States[i], from, to);
            }
        }

        return spell is { } last && last.Until > window.Start ? last : null;
    }
}

/// <summary>A stretch in which an object was in some state.</summary>
/// <param name="State">The latest such state.</param>
/// <param name="Since">Nanoseconds since the Unix epoch.</param>
/// <param name="Until">When it ended; the window's end when it had not.</param>
internal readonly record struct Spell(KubernetesObject State, long Since, long Until)
{
    public double Seconds => (Until - Since) / 1e9;
}
