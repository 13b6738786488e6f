using System.Globalization;
using Clew.Query.Language;
using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// Answers queries from a source: finds candidates by the conditions that the source can test, and evaluates the whole query on them.
/// One query, one thread at a time; the engine itself has no state.
/// </summary>
public sealed class TraceQlEngine(ITraceSource source)
{
    /// <summary>Finds traces.</summary>
    /// <param name="range">A span that a trace is found by starts within it.</param>
    /// <param name="limit">At most this many traces, those with the newest spans.</param>
    /// <param name="accept">A further condition on whole traces; null for none.</param>
    /// <exception cref="InvalidQuestionException">The query makes metrics.</exception>
    /// <exception cref="QueryLimitException">The time or the room for the query is over.</exception>
    public async Task<TraceMatches> SearchAsync(TraceQlQuery query, TimeRange range, int limit, QueryBudget budget, Func<TraceSpans, bool>? accept = null)
    {
        var all = new List<TraceMatch>();
        var last = new TraceMatches([], 0, 0, IsComplete: true);
        await foreach (var found in SearchInPortionsAsync(query, range, limit, budget, accept))
        {
            all.AddRange(found.Traces);
            last = found;
        }

        return last with { Traces = all };
    }

    /// <summary>
    /// Finds traces as <see cref="SearchAsync"/>, and tells of them as they are found: each answer has those that none before had, and what was inspected so far.
    /// All but the last are not complete.
    /// </summary>
    /// <exception cref="InvalidQuestionException">The query makes metrics.</exception>
    /// <exception cref="QueryLimitException">The time or the room for the query is over.</exception>
    public async IAsyncEnumerable<TraceMatches> SearchInPortionsAsync(TraceQlQuery query, TimeRange range, int limit, QueryBudget budget, Func<TraceSpans, bool>? accept = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(budget);
        var search = query.Search ?? throw new InvalidQuestionException("This query makes metrics and finds no traces; ask for them at the metrics API.");
        var matches = new List<TraceMatch>();
        var (found, traces, spans) = (0, 0, 0L);
        await foreach (var portion in source.FindTracesAsync(range, Candidates.Of(search), limit, budget.Cancellation))
        {
            foreach (var trace in portion.Traces)
            {
                budget.Check();
                traces++;
                spans += trace.Count;
                if ((accept is null || accept(trace)) && search.Apply([Spanset.All(trace)]).ToArray() is { Length: > 0 } sets)
                {
                    matches.Add(new TraceMatch(trace, sets));
                    if (++found == limit)
                    {
                        yield return new TraceMatches(matches, traces, spans, IsComplete: true);
                        yield break;
                    }
                }
            }

            if (portion.IsCut)
            {
                yield return new TraceMatches(matches, traces, spans, IsComplete: false);
                yield break;
            }

            yield return new TraceMatches(matches, traces, spans, IsComplete: false);
            matches = [];
        }

        yield return new TraceMatches([], traces, spans, IsComplete: true);
    }

    /// <summary>Makes metrics of the spans that start within the steps of a grid.</summary>
    /// <exception cref="InvalidQuestionException">The query finds traces.</exception>
    /// <exception cref="QueryLimitException">The time or the room for the query is over.</exception>
    public async Task<MetricAnswer> MetricsAsync(TraceQlQuery query, StepGrid grid, MetricsLimits limits, QueryBudget budget)
    {
        MetricAnswer? last = null;
        await foreach (var answer in MetricsInPortionsAsync(query, grid, limits, budget, arePartsWanted: false))
        {
            last = answer;
        }

        return last!;
    }

    /// <summary>
    /// Makes metrics as <see cref="MetricsAsync"/>, and tells of them as spans are read: each answer has all series as far as they are known, from the newest spans
    /// backwards. All but the last are not complete.
    /// </summary>
    /// <param name="arePartsWanted">False for the last answer only.</param>
    /// <exception cref="InvalidQuestionException">The query finds traces.</exception>
    /// <exception cref="QueryLimitException">The time or the room for the query is over.</exception>
    public async IAsyncEnumerable<MetricAnswer> MetricsInPortionsAsync(TraceQlQuery query, StepGrid grid, MetricsLimits limits, QueryBudget budget, bool arePartsWanted = true)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(budget);
        var metrics = query.Metrics ?? throw new InvalidQuestionException("This query finds traces and makes no metrics: add a function such as | rate().");
        budget.CheckSteps(grid.Count);
        var wished = query.Hints.Exemplars(MostExemplars) is { } exemplars ? limits with { Exemplars = exemplars } : limits;
        var computed = new Dictionary<MetricsSource, IReadOnlyList<MetricSeries>>();
        var inspected = 0L;
        MetricsSource[] parts = [.. metrics.Descendants().OfType<MetricsSource>()];
        foreach (var part in parts)
        {
            var collector = part.Collect(grid, wished);
            var before = inspected;
            await foreach (var read in CollectAsync(part, collector, grid, wished, budget))
            {
                inspected = before + read;

                // Of several parts none is of use before the others are there.
                if (arePartsWanted && parts.Length == 1)
                {
                    computed[part] = collector.Finish();
                    yield return new MetricAnswer(grid, metrics.Evaluate(computed), inspected) { IsComplete = false };
                }
            }

            var series = collector.Finish();
            budget.TakeSamples((long)series.Count * grid.Count);
            computed[part] = series;
        }

        yield return new MetricAnswer(grid, metrics.Evaluate(computed), inspected);
    }

    /// <summary>Exemplars of one answer when a query wishes for them without a number.</summary>
    private const int MostExemplars = 100;

    /// <summary>Looks for exemplars of what the store has counted: a few of the newest spans of each of some parts of the grid.</summary>
    private async Task ExemplifyAsync(ReadPlan plan, SpanMetricCollector collector, StepGrid grid, MetricsLimits limits, QueryBudget budget)
    {
        var parts = Math.Min(grid.Count, ExemplarParts);
        for (var part = 0; limits.Exemplars > 0 && part < parts; part++)
        {
            var (from, to) = ((int)((long)grid.Count * part / parts), (int)((long)grid.Count * (part + 1) / parts));
            budget.Check();
            var batch = await source.SampleSpansAsync(new TimeRange(new Timestamp(grid.TimeOf(from)), new Timestamp(grid.TimeOf(to))), plan.Where, limits.Exemplars, budget.Cancellation);
            foreach (var span in TraceSpans.Of(batch).SelectMany(trace => Enumerable.Range(0, trace.Count).Select(index => trace[index])))
            {
                if (grid.IndexOf(span.View.Start.UnixNanoseconds) is var step and >= 0)
                {
                    collector.AddExemplar(span, step);
                }
            }
        }
    }

    /// <summary>Parts of a grid that exemplars are looked for in.</summary>
    private const int ExemplarParts = 10;

    /// <returns>After each portion how many spans were looked at so far.</returns>
    private async IAsyncEnumerable<long> CollectAsync(MetricsSource part, MetricsCollector collector, StepGrid grid, MetricsLimits limits, QueryBudget budget)
    {
        var range = new TimeRange(new Timestamp(grid.Start), new Timestamp(grid.End));
        if (part is SpanMetric metric && StoreCount.Plan(metric, grid, limits) is { } plan
            && await source.AggregateAsync(plan, budget.Cancellation) is { } counted && counted.RowCount < plan.Limit)
        {
            StoreCount.Read(metric, counted, grid, (SpanMetricCollector)collector);
            await ExemplifyAsync(plan, (SpanMetricCollector)collector, grid, limits, budget);
            yield break;
        }

        if (part is CompareMetric compare && await StoreCompare.TryCollectAsync(compare, source, grid, (CompareCollector)collector, budget))
        {
            yield break;
        }

        var inspected = 0L;
        if (SpanLocality.IsLocal(part, out var filter))
        {
            await foreach (var batch in source.FindSpansAsync(range, Candidates.Of(filter), budget.Cancellation))
            {
                budget.TakeSamples(batch.Count);
                foreach (var trace in TraceSpans.Of(batch))
                {
                    inspected += Add(trace, filter.Select(Spanset.All(trace)));
                }

                budget.ReturnSamples(batch.Count);
                yield return inspected;
            }

            yield break;
        }

        await foreach (var portion in source.FindTracesAsync(range, Candidates.Of(part.Spans), int.MaxValue, budget.Cancellation))
        {
            foreach (var trace in portion.Traces)
            {
                inspected += Add(trace, part.Spans.Select(Spanset.All(trace)));
            }

            if (portion.IsCut)
            {
                throw new QueryLimitException(
                    "query.candidates",
                    string.Create(CultureInfo.InvariantCulture, $"the query needs more than {inspected} spans of whole traces (limit query.candidates); ask for less time or add conditions"));
            }

            yield return inspected;
        }

        long Add(TraceSpans trace, IReadOnlyList<int> selected)
        {
            budget.Check();
            foreach (var index in selected)
            {
                if (grid.IndexOf(trace[index].View.Start.UnixNanoseconds) is var step and >= 0)
                {
                    collector.Add(trace[index], step);
                }
            }

            return trace.Count;
        }
    }
}
