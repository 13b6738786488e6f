using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Evaluation;

/// <summary>Makes a vector of each range aggregation of a query; equal ones once.</summary>
internal sealed class RangeLoader(ILogSource source, TimeProvider clock, EvaluationContext context)
{
    /// <summary>Rows between looks at the clock: parsers and templates take a while.</summary>
    private const int RowsBetweenChecks = 1_024;

    /// <summary>The most stretches of time to ask a source to count by; with more, reading the lines costs less.</summary>
    private const long MostStretches = 50_000;

    private readonly QueryBudget _budget = context.Budget;

    public async Task LoadAsync(Expression metric)
    {
        var groupings = GroupingPushDown.Find(metric);
        var done = new Dictionary<(string, string), List<SeriesColumn>>();
        foreach (var aggregation in metric.DescendantsAndSelf().OfType<LogQlRangeAggregation>())
        {
            var grouping = aggregation.Grouping ?? groupings.GetValueOrDefault(aggregation);
            var key = (aggregation.ToString(), grouping is null ? string.Empty : $"{grouping.IsWithout} {string.Join(',', grouping.Labels)}");
            if (!done.TryGetValue(key, out var columns))
            {
                done.Add(key, columns = await EvaluateAsync(aggregation, grouping));
            }

            context.Computed.Add(aggregation, columns);
        }
    }

    private async Task<List<SeriesColumn>> EvaluateAsync(LogQlRangeAggregation aggregation, LabelGrouping? grouping)
    {
        var windows = new RangeWindows(context.Grid, aggregation.Range);
        var values = Values(aggregation, windows);
        return await CountAsync(aggregation, grouping, windows, values) ?? await ReadAsync(aggregation, grouping, windows, values);
    }

    private RangeValues Values(LogQlRangeAggregation aggregation, RangeWindows windows) => aggregation switch
    {
        { Operation: RangeOperation.AbsentOverTime } => new PresentValues(windows, aggregation.Range.Logs.Matchers),
        { Range.Unwrap: not null } => new SampledValues(windows, aggregation.Operation, aggregation.Parameter ?? 0, _budget),
        { Operation: RangeOperation.Rate or RangeOperation.BytesRate } => new CountedValues(windows, windows.Seconds, _budget),
        _ => new CountedValues(windows, 1, _budget),
    };

    /// <summary>Lets the source count, where that gives the same: lines told apart by named labels alone, and nothing in the pipeline that counts but line filters.</summary>
    private async Task<List<SeriesColumn>?> CountAsync(LogQlRangeAggregation aggregation, LabelGrouping? grouping, RangeWindows windows, RangeValues values)
    {
        var (range, grid) = (aggregation.Range, windows.Grid);
        var stretch = grid.Count == 1 ? range.Length : (long)System.Numerics.BigInteger.GreatestCommonDivisor(range.Length, grid.Interval);
        if (values is not CountedValues || grouping is not { IsWithout: false } || (windows.To - windows.From) / stretch > MostStretches
            || !range.Logs.Stages.All(stage => stage is LogQlLineFilter || IsWithoutEffect(stage, grouping)))
        {
            return null;
        }

        var counting = new LogCounting(
            range.Logs.Matchers,
            range.Logs.LeadingLineFilters(),
            windows.From,
            windows.To,
            stretch,
            grouping.Labels,
            aggregation.Operation is RangeOperation.BytesOverTime or RangeOperation.BytesRate);
        if (await source.CountAsync(counting, _budget, _budget.Cancellation) is not { } counts)
        {
            return null;
        }

        var labels = new LineLabelTable(grouping, null, _budget);
        foreach (var count in counts)
        {
            // All moments of a stretch are in the same windows: its end stands for them.
            var time = windows.From + ((count.Stretch + 1) * stretch);
            if (windows.StepsWith(time) is var (first, last) && first <= last)
            {
                values.Add(labels.Number(count.Labels), time, count.Value, count.Entries);
            }
        }

        return values.Columns(labels.Sets);
    }

    /// <summary>Whether a stage only takes labels away that no series has: <c>| drop __error__</c> stands in most queries that Grafana makes.</summary>
    private static bool IsWithoutEffect(LogQlStage stage, LabelGrouping grouping) => stage is LogQlDrop drop && !drop.Choices.Any(choice => grouping.Labels.Contains(choice.Label));

    private async Task<List<SeriesColumn>> ReadAsync(LogQlRangeAggregation aggregation, LabelGrouping? grouping, RangeWindows windows, RangeValues values)
    {
        var range = aggregation.Range;
        var pipeline = new LinePipeline(range.Logs.Stages, clock);
        var unwrap = range.Unwrap is null ? null : new UnwrapStep(range.Unwrap);
        var filters = new LinePipeline(range.Unwrap?.Filters ?? [], clock);
        var isBytes = aggregation.Operation is RangeOperation.BytesOverTime or RangeOperation.BytesRate;
        var isAbsence = aggregation.Operation == RangeOperation.AbsentOverTime;
        var labels = new LineLabelTable(isAbsence ? new LabelGrouping(false, []) : grouping, range.Unwrap?.Label, _budget, namesErrors: aggregation.Grouping is not null);
        var needsMetadata = unwrap is not null || !pipeline.HasLineFiltersOnly || !(isAbsence || grouping is { IsWithout: false, Labels.Count: 0 });
        var selection = LinePipeline.Selection(
            range.Logs.Matchers, range.Logs, (windows.From + 1, windows.To + 1), LogDirection.Forward, 0, isBytes || pipeline.ReadsLines, needsMetadata);
        WorkingLine? line = null;
        await foreach (var portion in source.SelectAsync(selection, _budget, _budget.Cancellation).WithCancellation(_budget.Cancellation))
        {
            _budget.TakeEntries(portion.Count);
            line ??= new WorkingLine(portion);
            for (var row = 0; row < portion.Count; row++)
            {
                if (row % RowsBetweenChecks == 0)
                {
                    _budget.Check();
                }

                var time = portion.TimeOf(row);
                if (windows.StepsWith(time) is var (first, last) && first > last)
                {
                    continue;
                }

                line.Begin(portion, row);
                if (!pipeline.Process(line) || (unwrap is not null && !(unwrap.Process(line) && filters.Process(line))))
                {
                    continue;
                }

                if (line.HasError && !line.KeepsError)
                {
                    throw Failed(line);
                }

                values.Add(labels.Number(line), time, unwrap?.Value ?? (isBytes ? line.ByteCount : 1), 1);
            }
        }

        return values.Columns(labels.Sets);
    }

    private static LogQlException Failed(WorkingLine line)
    {
        var error = line[WorkingLine.ErrorLabel].ToString();
        var labels = LabelSet.OfAll(Enumerable.Range(0, line.Count).Select(place => KeyValuePair.Create(line.NameAt(place), line.TextAt(place))));
        return new LogQlException(
            $"pipeline error: '{error}' for series: '{labels}'.\nUse a label filter to skip this error (| __error__!=\"{error}\"), or all errors (| __error__=\"\"); "
            + "it may stand behind unwrap too (| unwrap latency | __error__=\"\").");
    }
}
