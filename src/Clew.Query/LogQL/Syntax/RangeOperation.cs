using System.Collections.Frozen;

namespace Clew.Query.LogQL.Syntax;

/// <summary>What becomes of the lines or values of a range.</summary>
public enum RangeOperation
{
    Rate,
    CountOverTime,
    BytesRate,
    BytesOverTime,
    AbsentOverTime,
    RateCounter,
    SumOverTime,
    AvgOverTime,
    MinOverTime,
    MaxOverTime,
    FirstOverTime,
    LastOverTime,
    StddevOverTime,
    StdvarOverTime,
    QuantileOverTime,
}

/// <summary>How range aggregations are written and what they take (grafana.com/docs/loki/latest/query/metric_queries).</summary>
public static class RangeOperations
{
    private static readonly FrozenDictionary<string, RangeOperation> ByName = Enum.GetValues<RangeOperation>().ToFrozenDictionary(operation => operation.Text(), StringComparer.Ordinal);

    public static string Text(this RangeOperation operation) => operation switch
    {
        RangeOperation.Rate => "rate",
        RangeOperation.CountOverTime => "count_over_time",
        RangeOperation.BytesRate => "bytes_rate",
        RangeOperation.BytesOverTime => "bytes_over_time",
        RangeOperation.AbsentOverTime => "absent_over_time",
        RangeOperation.RateCounter => "rate_counter",
        RangeOperation.SumOverTime => "sum_over_time",
        RangeOperation.AvgOverTime => "avg_over_time",
        RangeOperation.MinOverTime => "min_over_time",
        RangeOperation.MaxOverTime => "max_over_time",
        RangeOperation.FirstOverTime => "first_over_time",
        RangeOperation.LastOverTime => "last_over_time",
        RangeOperation.StddevOverTime => "stddev_over_time",
        RangeOperation.StdvarOverTime => "stdvar_over_time",
        _ => "quantile_over_time",
    };

    public static bool TryParse(string name, out RangeOperation operation) => ByName.TryGetValue(name, out operation);

    /// <summary>Whether it works on lines.</summary>
    public static bool TakesLines(this RangeOperation operation) => operation <= RangeOperation.AbsentOverTime;

    /// <summary>Whether it works on unwrapped values.</summary>
    public static bool TakesValues(this RangeOperation operation) => operation is RangeOperation.Rate or >= RangeOperation.AbsentOverTime;

    /// <summary>Whether <c>by</c> and <c>without</c> may stand with it.</summary>
    public static bool TakesGrouping(this RangeOperation operation) => operation >= RangeOperation.AvgOverTime;
}
