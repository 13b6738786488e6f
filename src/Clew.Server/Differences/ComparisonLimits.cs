namespace Clew.Server.Differences;

/// <summary>How much the tools that compare look at.</summary>
public sealed record ComparisonLimits
{
    public static readonly ComparisonLimits Default = new();

    /// <summary>Traces of each group, and traces whose critical paths are added up; those with the newest matching spans. More are refused with 400.</summary>
    public int Traces { get; init; } = 500;

    /// <summary>As above, when a question does not say.</summary>
    public int DefaultTraces { get; init; } = 100;

    /// <summary>Spans of a group that are read; traces beyond it are left out.</summary>
    public int Spans { get; init; } = 200_000;

    /// <summary>Services whose first error a timeline looks for; those with the most errors.</summary>
    public int Services { get; init; } = 40;

    /// <summary>Events of clusters, and alerts, that a timeline reads; the newest.</summary>
    public int Records { get; init; } = 1_000;

    /// <summary>The longest window of a timeline; a longer one is refused with 400.</summary>
    public TimeSpan LongestTimeline { get; init; } = TimeSpan.FromDays(7);
}
