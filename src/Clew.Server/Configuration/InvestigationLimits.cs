namespace Clew.Server.Configuration;

/// <summary>How much one investigation may load. What is left out is said in its report.</summary>
public sealed record InvestigationLimits
{
    public static readonly InvestigationLimits Default = new();

    /// <summary>
    /// Spans that are read one by one, window and baseline together; above it a sample of whole traces is, of both the same share: what happens so often in one could not be
    /// compared with the other otherwise. About 1 KiB each while the world is made.
    /// </summary>
    public int Spans { get; init; } = 180_000;

    /// <summary>Log records read, window and baseline together; above it those of sampled traces and a number of errors are.</summary>
    public int Logs { get; init; } = 150_000;

    /// <summary>Error records without a trace that are read when logs are sampled.</summary>
    public int LooseErrors { get; init; } = 20_000;

    /// <summary>Metric points read; above it less of the time before the window is.</summary>
    public int MetricPoints { get; init; } = 600_000;

    /// <summary>Stretches the baseline is made of: enough to tell usual differences between them from a real change.</summary>
    public int Stretches { get; init; } = 24;

    /// <summary>As above where the spans have to be sampled: the fewer hours share the sample, the more of the window is in it.</summary>
    public int SampledStretches { get; init; } = 6;

    /// <summary>A window is this many stretches long, so that a stretch that was itself an incident is one of many.</summary>
    public int StretchesPerWindow { get; init; } = 3;

    /// <summary>How far back a baseline is looked for. Further back the system was another one.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromHours(26);

    /// <summary>Steps of the look-back; a short window looks less far back for it.</summary>
    public int LookBackSteps { get; init; } = 4_000;

    /// <summary>How far back changes are suspects.</summary>
    public TimeSpan ChangeLookBack { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The least time before the window that metrics are compared with.</summary>
    public TimeSpan MetricLookBack { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How far back the states and events of a cluster are read one by one; further back only what each object was in last.</summary>
    public TimeSpan KubernetesLookBack { get; init; } = TimeSpan.FromHours(6);

    /// <summary>States of Kubernetes objects read, about 4 KiB each; above it the newest are.</summary>
    public int KubernetesStates { get; init; } = 20_000;

    /// <summary>Kubernetes events read, about 1 KiB each; above it the newest are.</summary>
    public int KubernetesEvents { get; init; } = 20_000;

    /// <summary>How far back metrics are read for slow trends, such as a leak; usual values are those of the look-back above.</summary>
    public TimeSpan MetricTrendLookBack { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How far back the nearest metric points are looked for when the look-back has none: recordings with gaps, jobs that run now and then.</summary>
    public TimeSpan MetricSearch { get; init; } = TimeSpan.FromDays(10);

    /// <summary>The longest trace that is read whole across the edge of a stretch.</summary>
    public TimeSpan LongestTrace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The window when nothing says how long: what a pager looks at.</summary>
    public TimeSpan UsualWindow { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest window. Longer ones answer 400: what changed within a day is no incident but a trend.</summary>
    public TimeSpan LongestWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Investigations side by side; further ones wait. Each holds its world in memory.</summary>
    public int Concurrent { get; init; } = 2;

    /// <summary>Names in an inventory: each gets a rank in the answer. More are refused with 400.</summary>
    public int Inventory { get; init; } = 10_000;

    /// <summary>Remembered investigations that are listed, or compared with a new one; the latest ones.</summary>
    public int PastInvestigations { get; init; } = 2_000;

    /// <summary>Different queries of a report's evidence whose figures are read, and read again by verify; each is one aggregation of the store. Further ones have no figures.</summary>
    public int EvidenceChecks { get; init; } = 40;
}
