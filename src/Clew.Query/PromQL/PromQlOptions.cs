namespace Clew.Query.PromQL;

/// <summary>How PromQL is read and evaluated where there is a choice. The defaults are Prometheus' without feature flags.</summary>
public sealed record PromQlOptions
{
    /// <summary>
    /// Whether what Prometheus hides behind feature flags is known: experimental functions and aggregations, arithmetic over durations, <c>anchored</c> and
    /// <c>smoothed</c>, <c>fill</c>, trimming of histograms. Otherwise they are parse errors that say so.
    /// </summary>
    public bool Experimental { get; init; }

    /// <summary>Whether a selector may be one that every series could fulfil, such as <c>{}</c>: of all questions Prometheus takes it in federation only.</summary>
    public bool AllowsAllSeries { get; init; }

    /// <summary>
    /// Whether the metric's name is dropped at the end of the evaluation and not by each function, so that <c>label_replace</c> can still read it
    /// (Prometheus' flag <c>promql-delayed-name-removal</c>).
    /// </summary>
    public bool DelayNameRemoval { get; init; }

    /// <summary>
    /// Whether labels <c>__type__</c> and <c>__unit__</c> are dropped with the name (Prometheus' flag <c>type-and-unit-labels</c>).
    /// </summary>
    public bool TypeAndUnitLabels { get; init; }

    /// <summary>Whether the start times of counters' samples show resets to <c>rate</c> and its like (Prometheus' flag <c>use-start-timestamps</c>).</summary>
    public bool UseStartTimestamps { get; init; }

    /// <summary>How old the last sample of a series may be to count as its value now.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time between the evaluations of a subquery that does not say.</summary>
    public TimeSpan DefaultSubqueryStep { get; init; } = TimeSpan.FromMinutes(1);
}
