using System.Globalization;
using Clew.Storage.Reading;

namespace Clew.Storage.Derivation;

/// <summary>Answers read plans from the roll-ups where these know everything the plan asks for; minutes that have changed are read from the spans.</summary>
internal static class RolledPlan
{
    private static readonly HashSet<string> Keys = [Intrinsics.Service, Intrinsics.Name, Intrinsics.Kind, Intrinsics.Status];

    /// <summary>The statement; null when the plan needs more than the roll-ups have, or nothing of its range is rolled up.</summary>
    public static string? Sql(ReadPlan plan, ChangedMinutes changed)
    {
        if (!IsKnown(plan))
        {
            return null;
        }

        var parts = RolledParts.Of(plan.Range, changed);
        return parts.Rolled is null ? null : Sql(plan, parts);
    }

    internal static string Sql(ReadPlan plan, RolledParts parts)
    {
        var conditions = new ConditionSql(plan.Tenant, Dataset.Spans);
        var where = $"{StoreReader.TenantIs(plan.Tenant)} AND {conditions.Write(plan.Where)}";
        return PlanReading.Grouped(plan, conditions, "minute", Aggregate, $"""
            (
                SELECT minute, service, name, kind, status, spans AS n, duration_sum AS d, durations AS q
                FROM span_minutes FINAL
                WHERE {where} AND {parts.RolledCondition}
                UNION ALL
                SELECT {RollupSql.Minute} AS minute, service, name, kind, status, count() AS n, sum(duration) AS d, quantileTDigestState(duration) AS q
                FROM spans
                WHERE {where} AND {parts.RawCondition()}
                GROUP BY minute, service, name, kind, status
            )
            """);
    }

    private static bool IsKnown(ReadPlan plan) =>
        plan.From == Dataset.Spans && plan.Origin == default && plan.OneTraceIn == 1 && plan.Each == AttributeExpansion.None && plan.Aggregates.Count > 0
        && (plan.Step is not { } step || (step.Ticks > 0 && step.Ticks % TimeSpan.TicksPerMinute == 0))
        && plan.GroupBy.All(IsKey) && IsKnown(plan.Where) && plan.Aggregates.All(IsKnown);

    private static bool IsKnown(Aggregate aggregate) => aggregate.Function switch
    {
        AggregateFunction.Count => true,
        AggregateFunction.CountIf => aggregate.If is not null && IsKnown(aggregate.If),
        AggregateFunction.Sum or AggregateFunction.Average or AggregateFunction.Quantile => aggregate.Of == Field.Intrinsic(Intrinsics.Duration),
        _ => false,
    };

    private static bool IsKnown(Predicate? condition) => condition switch
    {
        null => true,
        AllPredicate all => all.Terms.All(IsKnown),
        AnyPredicate any => any.Terms.All(IsKnown),
        NotPredicate not => IsKnown(not.Term),
        InPredicate among => IsKey(among.Field),
        ComparisonPredicate comparison => IsKey(comparison.Field),
        _ => false,
    };

    private static bool IsKey(Field field) => field.Source == FieldSource.Intrinsic && Keys.Contains(field.Name);

    private static string Aggregate(Aggregate aggregate, ConditionSql conditions) => aggregate.Function switch
    {
        AggregateFunction.Count => "toInt64(sum(n))",
        AggregateFunction.CountIf => $"toInt64(sumIf(n, {conditions.Write(aggregate.If)}))",
        AggregateFunction.Sum => "toFloat64(sum(d))",
        AggregateFunction.Average => "if(sum(n) = 0, nan, toFloat64(sum(d)) / sum(n))",
        _ => $"toFloat64(quantileTDigestMerge({aggregate.Level.ToString("R", CultureInfo.InvariantCulture)})(q))",
    };
}
