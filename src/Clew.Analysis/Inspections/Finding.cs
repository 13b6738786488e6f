using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

/// <summary>Something an inspection found: about whom, since when, how much, how surely, and by what it can be seen again.</summary>
internal sealed record Finding
{
    public required FindingKind Kind { get; init; }

    /// <summary>Whom it speaks against: an index into the world's services, or of something outside of them (<see cref="WorldView.EntityOf"/>).</summary>
    public required int Entity { get; init; }

    /// <summary>Index into instances; -1 when all are affected alike or it cannot be told.</summary>
    public int Instance { get; init; } = -1;

    public string Operation { get; init; } = "";

    /// <summary>The other end, when it is about a call: a service's name, a database, a host.</summary>
    public string Peer { get; init; } = "";

    /// <summary>0 to 1: significance, size and number of observations together, before its kind's weight.</summary>
    public required double Strength { get; init; }

    /// <summary>Standard deviations from usual.</summary>
    public required double Significance { get; init; }

    public Comparison? Change { get; init; }

    /// <summary>Nanoseconds since the Unix epoch; 0 when it cannot be told.</summary>
    public long Onset { get; init; }

    public required int Observations { get; init; }

    /// <summary>Traces of the window that show it, as indexes into the world's traces. Null when it is not about traces.</summary>
    public IReadOnlySet<int>? Traces { get; init; }

    /// <summary>The finding as a sentence with its numbers.</summary>
    public required string Statement { get; init; }

    /// <summary>The finer place it speaks of, when the inspection knows it: a metric, an object. Ranking finds it otherwise.</summary>
    public CausePlace? Place { get; init; }

    /// <summary>A command that shows the same from the store.</summary>
    public string? Query { get; init; }

    /// <summary>What to do about it, with commands that name the objects at hand.</summary>
    public IReadOnlyList<NextStep> Fixes { get; init; } = [];

    /// <summary>Own time that is mostly pauses between a call and its repetition: no work. Set by ranking.</summary>
    public bool IsPause { get; set; }

    /// <summary>0 to 1: how much of it is explained by something deeper. Set by ranking.</summary>
    public double Explained { get; set; }

    /// <summary>The service that explains it; -1 when none does. Set by ranking.</summary>
    public int ExplainedBy { get; set; } = -1;

    /// <summary>What it adds to its service's suspicion.</summary>
    public double Weight => Strength * Rules.Of(Kind).Weight * (1 - Explained);
}
