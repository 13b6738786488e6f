using Clew.Query.LogQL.Source;

namespace Clew.Query.LogQL;

/// <summary>The time and size of a range query.</summary>
/// <param name="Start">Nanoseconds since the Unix epoch: the first moment of lines, the first step of metrics.</param>
/// <param name="End">Lines are before it; no step is later.</param>
/// <param name="Step">Nanoseconds between the steps of metrics; at least 1. Log queries have none.</param>
public sealed record LogQlRequest(long Start, long End, long Step)
{
    /// <summary>The most lines wanted.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Which lines are wanted when there are more, and their order.</summary>
    public LogDirection Direction { get; init; } = LogDirection.Backward;

    /// <summary>Nanoseconds that lines of one stream are at least apart; those between are left out. 0 for all.</summary>
    public long Interval { get; init; }
}
