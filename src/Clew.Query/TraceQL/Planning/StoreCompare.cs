using System.Globalization;
using Clew.Query.Language;
using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// <c>compare()</c> computed within the store, where it tests the filter and the selection exactly: of each side the values of attributes that most spans have, resources and
/// intrinsics by groups, and traces, whose roots are looked up beside them. Both sides are counted in one go through the spans. Nothing is cut but what the query does not ask for.
/// </summary>
internal static class StoreCompare
{
    private const string Spans = "spans";
    private const string Selected = "selected";
    private const string Others = "others";
    private const string Started = "started";
    private const string Bucket = "bucket";

    /// <summary>Rows of one question to the store; a comparison that needs more is not made within it. About 200 bytes each.</summary>
    private const int MostRows = 500_000;

    /// <summary>How far outside of the query's time the root of a trace may start, in nanoseconds: an hour.</summary>
    private const long RootReach = 3_600_000_000_000;

    private static readonly Field TraceId = Field.Intrinsic(Intrinsics.TraceId);
    private static readonly Field Service = Field.Intrinsic(Intrinsics.Service);
    private static readonly Field Name = Field.Intrinsic(Intrinsics.Name);
    private static readonly Field Kind = Field.Intrinsic(Intrinsics.Kind);
    private static readonly Field Status = Field.Intrinsic(Intrinsics.Status);
    private static readonly Field Message = Field.Intrinsic(Intrinsics.StatusMessage);
    private static readonly Field Resource = Field.Intrinsic(Intrinsics.ResourceFingerprint);

    /// <summary>Gives the collector everything, or answers false and gives it nothing.</summary>
    public static async Task<bool> TryCollectAsync(CompareMetric metric, ITraceSource source, StepGrid grid, CompareCollector collector, QueryBudget budget)
    {
        if (Sides(metric) is not var (selection, baseline))
        {
            return false;
        }

        var range = new TimeRange(new Timestamp(grid.Start), new Timestamp(grid.End));
        var plan = new ReadPlan(Tenant.Default, Dataset.Spans, range)
        {
            Step = grid.Count == 1 ? null : TimeSpan.FromTicks(grid.Step / 100),
            Aggregates = [Aggregate.Count(Spans)],
            Limit = MostRows,
        };
        var roots = await AskAsync(plan with
        {
            Range = new TimeRange(new Timestamp(Math.Max(0, grid.Start - RootReach)), new Timestamp(Math.Min(long.MaxValue - RootReach, grid.End) + RootReach)),
            Where = Predicate.Equal(Field.Intrinsic(Intrinsics.ParentSpanId), Literal.String(default(SpanId).ToString())),
            Step = null,
            GroupBy = [TraceId, Service, Name],
            Aggregates = [Aggregate.Count(Spans), new Aggregate(AggregateFunction.Min, Started, Field.Intrinsic(Intrinsics.Time))],
        });
        var both = plan with
        {
            Where = selection is null || baseline is null ? null : new AnyPredicate([selection, baseline]),
            Aggregates = [new Aggregate(AggregateFunction.CountIf, Selected, If: selection), new Aggregate(AggregateFunction.CountIf, Others, If: baseline)],
        };
        ResultTable?[] attributes = plan.Step is null
            ? [await AskAsync(both with { Each = AttributeExpansion.ValuesAndKeys, ValuesOfKey = metric.Top })]
            : [await ValuesAsync(selection), await KeysAsync(selection), await ValuesAsync(baseline), await KeysAsync(baseline)];
        var (resources, intrinsics, traces) = (
            await AskAsync(both with { GroupBy = [Resource] }), await AskAsync(both with { GroupBy = [Name, Kind, Status, Message] }), await AskAsync(both with { GroupBy = [TraceId] }));
        if (roots is null || resources is null || intrinsics is null || traces is null || attributes.Contains(null))
        {
            return false;
        }

        var rootOf = Roots(roots);
        foreach (var isSelected in new[] { true, false })
        {
            var column = isSelected ? Selected : Others;
            if (plan.Step is null)
            {
                CollectAttributes(isSelected, attributes[0]!, attributes[0]!, column, grid, collector);
            }
            else
            {
                CollectAttributes(isSelected, attributes[isSelected ? 0 : 2]!, attributes[isSelected ? 1 : 3]!, Spans, grid, collector);
            }

            CollectGroups(isSelected, resources, intrinsics, traces, column, rootOf, grid, collector);
        }

        return true;

        Task<ResultTable?> ValuesAsync(Predicate? where) => AskAsync(plan with { Where = where, Each = AttributeExpansion.Values, ValuesOfKey = metric.Top });

        Task<ResultTable?> KeysAsync(Predicate? where) => AskAsync(plan with { Where = where, Each = AttributeExpansion.Keys });

        async Task<ResultTable?> AskAsync(ReadPlan question)
        {
            budget.Check();
            return await source.AggregateAsync(question, budget.Cancellation) is { } table && table.RowCount < MostRows ? table : null;
        }
    }

    /// <summary>The conditions of both sides; null when the store cannot test them exactly.</summary>
    private static (Predicate? Selection, Predicate? Baseline)? Sides(CompareMetric metric)
    {
        if (metric.Spans.Stages is not [SpansetFilter filter, ..] || metric.Spans.Stages.Skip(1).Any(stage => stage is not SelectFields)
            || Narrowing.Of(filter.Condition) is not { IsExact: true } all || Narrowing.Of(metric.Selection.Condition) is not { IsExact: true } selected)
        {
            return null;
        }

        var others = metric.Selection.Condition is { } condition ? Narrowing.Of(new Not(condition, default)) : new Narrowing(new AnyPredicate([]), IsExact: true);
        if (!others.IsExact)
        {
            return null;
        }

        if (metric is not { From: { } from, To: { } to })
        {
            return (Predicate.AllOf(all.Where, selected.Where), Predicate.AllOf(all.Where, others.Where ?? new AllPredicate([])));
        }

        var time = Field.Intrinsic(Intrinsics.Time);
        var (begins, ends) = (Literal.Int(from), Literal.Int(to));
        return (
            Predicate.AllOf(all.Where, selected.Where, Predicate.Compare(time, ComparisonOperator.GreaterOrEqual, begins), Predicate.Compare(time, ComparisonOperator.Less, ends)),
            Predicate.AllOf(all.Where, new AnyPredicate([
                Predicate.Compare(time, ComparisonOperator.Less, begins), Predicate.Compare(time, ComparisonOperator.GreaterOrEqual, ends), others.Where ?? new AllPredicate([])])));
    }

    /// <param name="values">Counts of values.</param>
    /// <param name="keys">Counts of names; may be the same table, whose rows with names alone have no type.</param>
    /// <param name="column">Where the counts of this side are.</param>
    private static void CollectAttributes(bool isSelected, ResultTable values, ResultTable keys, string column, StepGrid grid, CompareCollector collector)
    {
        var types = values.Texts("type");
        Each(values, column, grid, (row, step, spans) =>
        {
            if (types[row].Length > 0)
            {
                collector.AddValue(isSelected, "span." + Text(values, "key", row), TraceValue.Of(new AttributeValue((AttributeType)types[row][0], Text(values, "value", row))), step, spans);
            }
        });
        var isMixed = ReferenceEquals(values, keys);
        Each(keys, column, grid, (row, step, spans) =>
        {
            if (!isMixed || types[row].Length == 0)
            {
                collector.AddTotal(isSelected, "span." + Text(keys, "key", row), step, spans);
            }
        });
    }

    private static void CollectGroups(
        bool isSelected, ResultTable resources, ResultTable intrinsics, ResultTable traces, string column, Dictionary<string, (string Service, string Name)> rootOf, StepGrid grid, CompareCollector collector)
    {
        Each(resources, column, grid, (row, step, spans) =>
        {
            foreach (var (key, value) in resources.Resources![resources.ResourceIndexes![row]].Attributes)
            {
                collector.AddCounted(isSelected, "resource." + key, TraceValue.Of(value), step, spans);
            }
        });
        Each(intrinsics, column, grid, (row, step, spans) =>
        {
            AddText(Intrinsic.SpanName, Text(intrinsics, Name.ToString(), row));
            AddText(Intrinsic.StatusMessage, Text(intrinsics, Message.ToString(), row));
            collector.AddCounted(isSelected, Intrinsic.Kind.Name, TraceValue.Of((SpanKind)Number(intrinsics, Kind.ToString(), row)), step, spans);
            collector.AddCounted(isSelected, Intrinsic.Status.Name, TraceValue.Of((SpanStatus)Number(intrinsics, Status.ToString(), row)), step, spans);

            void AddText(Intrinsic intrinsic, string text)
            {
                if (text.Length > 0)
                {
                    collector.AddCounted(isSelected, intrinsic.Name, TraceValue.Of(text), step, spans);
                }
            }
        });
        Each(traces, column, grid, (row, step, spans) =>
        {
            if (!rootOf.TryGetValue(Text(traces, TraceId.ToString(), row), out var root))
            {
                return;
            }

            collector.AddCounted(isSelected, Intrinsic.RootService.Name, TraceValue.Of(root.Service), step, spans);
            if (root.Name.Length > 0)
            {
                collector.AddCounted(isSelected, Intrinsic.RootName.Name, TraceValue.Of(root.Name), step, spans);
            }
        });
    }

    private static void Each(ResultTable table, string column, StepGrid grid, Action<int, int, long> add)
    {
        var spans = table.Longs(column);
        var buckets = grid.Count == 1 ? null : table.Longs(Bucket);
        for (var row = 0; row < table.RowCount; row++)
        {
            if (spans[row] > 0 && (buckets is null ? 0 : grid.IndexOf(buckets[row])) is var step and >= 0)
            {
                add(row, step, spans[row]);
            }
        }
    }

    /// <summary>Of each trace the first span without a parent.</summary>
    private static Dictionary<string, (string Service, string Name)> Roots(ResultTable table)
    {
        var started = table.Doubles(Started);
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var traces = table.Texts(TraceId.ToString());
        for (var row = 0; row < table.RowCount; row++)
        {
            if (!first.TryGetValue(traces[row], out var before) || started[row] < started[before])
            {
                first[traces[row]] = row;
            }
        }

        return first.ToDictionary(trace => trace.Key, trace => (Text(table, Service.ToString(), trace.Value), Text(table, Name.ToString(), trace.Value)), StringComparer.Ordinal);
    }

    private static string Text(ResultTable table, string column, int row) => table.Texts(column)[row];

    private static byte Number(ResultTable table, string column, int row) => byte.Parse(Text(table, column, row), CultureInfo.InvariantCulture);
}
