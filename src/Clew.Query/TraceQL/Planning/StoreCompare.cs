using System.Globalization;
using Clew.Query.Language;
using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// <c>compare()</c> computed within the store, where it tests the filter and the selection exactly: of each side the values of attributes that most spans have, resources and
/// intrinsics by groups, and traces, whose roots are looked up beside them. Nothing is cut but what the query does not ask for.
/// </summary>
internal static class StoreCompare
{
    private const string Spans = "spans";
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
        var counted = new List<(bool IsSelected, Side Tables)>();
        foreach (var (isSelected, where) in new[] { (true, selection), (false, baseline) })
        {
            var side = plan with { Where = where };
            var tables = new Side(
                await AskAsync(side with { Each = AttributeExpansion.Values, ValuesOfKey = metric.Top }),
                await AskAsync(side with { Each = AttributeExpansion.Keys }),
                await AskAsync(side with { GroupBy = [Resource] }),
                await AskAsync(side with { GroupBy = [Name, Kind, Status, Message] }),
                await AskAsync(side with { GroupBy = [TraceId] }));
            counted.Add((isSelected, tables));
        }

        if (roots is null || counted.Exists(side => side.Tables is not { Values: not null, Keys: not null, Resources: not null, Intrinsics: not null, Traces: not null }))
        {
            return false;
        }

        var rootOf = Roots(roots);
        foreach (var (isSelected, tables) in counted)
        {
            Collect(isSelected, tables, rootOf, grid, collector);
        }

        return true;

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

    private static void Collect(bool isSelected, Side tables, Dictionary<string, (string Service, string Name)> rootOf, StepGrid grid, CompareCollector collector)
    {
        Each(tables.Values!, (table, row) => (Text(table, "key", row), TraceValue.Of(new AttributeValue((AttributeType)Text(table, "type", row)[0], Text(table, "value", row)))),
            (attribute, step, spans) => collector.AddValue(isSelected, "span." + attribute.Item1, attribute.Item2, step, spans));
        Each(tables.Keys!, (table, row) => Text(table, "key", row), (key, step, spans) => collector.AddTotal(isSelected, "span." + key, step, spans));
        Each(tables.Resources!, (table, row) => row, (row, step, spans) =>
        {
            foreach (var (key, value) in tables.Resources!.Resources![tables.Resources.ResourceIndexes![row]].Attributes)
            {
                collector.AddCounted(isSelected, "resource." + key, TraceValue.Of(value), step, spans);
            }
        });
        Each(tables.Intrinsics!, (table, row) => row, (row, step, spans) =>
        {
            AddText(Intrinsic.SpanName, Text(tables.Intrinsics!, Name.ToString(), row));
            AddText(Intrinsic.StatusMessage, Text(tables.Intrinsics!, Message.ToString(), row));
            collector.AddCounted(isSelected, Intrinsic.Kind.Name, TraceValue.Of((SpanKind)Number(tables.Intrinsics!, Kind.ToString(), row)), step, spans);
            collector.AddCounted(isSelected, Intrinsic.Status.Name, TraceValue.Of((SpanStatus)Number(tables.Intrinsics!, Status.ToString(), row)), step, spans);

            void AddText(Intrinsic intrinsic, string text)
            {
                if (text.Length > 0)
                {
                    collector.AddCounted(isSelected, intrinsic.Name, TraceValue.Of(text), step, spans);
                }
            }
        });
        Each(tables.Traces!, (table, row) => Text(table, TraceId.ToString(), row), (trace, step, spans) =>
        {
            if (!rootOf.TryGetValue(trace, out var root))
            {
                return;
            }

            collector.AddCounted(isSelected, Intrinsic.RootService.Name, TraceValue.Of(root.Service), step, spans);
            if (root.Name.Length > 0)
            {
                collector.AddCounted(isSelected, Intrinsic.RootName.Name, TraceValue.Of(root.Name), step, spans);
            }
        });

        void Each<T>(ResultTable table, Func<ResultTable, int, T> read, Action<T, int, long> add)
        {
            var spans = table.Longs(Spans);
            var buckets = grid.Count == 1 ? null : table.Longs(Bucket);
            for (var row = 0; row < table.RowCount; row++)
            {
                if (spans[row] > 0 && (buckets is null ? 0 : grid.IndexOf(buckets[row])) is var step and >= 0)
                {
                    add(read(table, row), step, spans[row]);
                }
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

    /// <summary>What the store counted of one side.</summary>
    private sealed record Side(ResultTable? Values, ResultTable? Keys, ResultTable? Resources, ResultTable? Intrinsics, ResultTable? Traces);
}
