namespace Clew.Query.TraceQL;

/// <summary>The answer to a search.</summary>
/// <param name="Traces">Those with the newest spans first.</param>
/// <param name="TracesInspected">How many traces were evaluated.</param>
/// <param name="SpansInspected">How many spans they have.</param>
/// <param name="IsComplete">False when there were more candidates than could be evaluated, so that there may be more matches.</param>
public sealed record TraceMatches(IReadOnlyList<TraceMatch> Traces, int TracesInspected, long SpansInspected, bool IsComplete);

/// <summary>A trace that matches, and the sets of its spans that do.</summary>
public sealed record TraceMatch(TraceSpans Trace, IReadOnlyList<Spanset> Spansets);

/// <summary>The answer to a metrics query.</summary>
/// <param name="Grid">The times of the numbers.</param>
/// <param name="SpansInspected">How many spans were evaluated; those that the store counted by itself are not among them.</param>
public sealed record MetricAnswer(StepGrid Grid, IReadOnlyList<MetricSeries> Series, long SpansInspected)
{
    /// <summary>False while spans are still read, so that numbers may grow and series may come.</summary>
    public bool IsComplete { get; init; } = true;
}
