namespace Clew.Analysis.Changes;

/// <summary>What a change can do to a running system, as far as its text shows.</summary>
internal enum EffectKind
{
    /// <summary>A check for an absent value is gone.</summary>
    GuardRemoved,

    /// <summary>A call is gone and nothing stands in its place.</summary>
    CallRemoved,

    /// <summary>A call to something outside the process stands in a loop now.</summary>
    CallInLoop,

    /// <summary>A call to something outside the process is new.</summary>
    CallAdded,

    /// <summary>Calls wait less long.</summary>
    TimeoutLowered,

    /// <summary>Calls wait longer.</summary>
    TimeoutRaised,

    /// <summary>Less of something: connections, threads, memory, replicas, rate.</summary>
    CapacityLowered,

    /// <summary>More of something.</summary>
    CapacityRaised,

    /// <summary>More attempts, or sooner.</summary>
    RetriesRaised,

    /// <summary>Something that lives as long as the process takes an entry per request and never gives one back.</summary>
    GrowsWithoutBound,

    /// <summary>What closed, released, evicted or limited something is gone.</summary>
    ReleaseRemoved,

    /// <summary>Who may do what, or by which secret or certificate.</summary>
    AccessChanged,

    /// <summary>The shape of stored data.</summary>
    SchemaChanged,

    /// <summary>Another host, address or port.</summary>
    AddressChanged,

    /// <summary>Another version of a library.</summary>
    DependencyChanged,

    /// <summary>A switch was turned.</summary>
    FlagTurned,

    /// <summary>Some other logic.</summary>
    LogicChanged,
}

/// <param name="Words">Identifiers' words where it happens.</param>
/// <param name="Text">The line, shortened, for a sentence.</param>
/// <param name="Old">A number before; NaN when it is not about one. Seconds for durations.</param>
/// <param name="New">The number after.</param>
internal sealed record ChangeEffect(EffectKind Kind, IReadOnlySet<string> Words, string Text, double Old = double.NaN, double New = double.NaN)
{
    /// <summary>How many times larger or smaller; 1 when it is not about a number.</summary>
    public double Factor => double.IsNaN(Old) || Old <= 0 || New <= 0 ? 1 : Math.Max(Old / New, New / Old);
}
