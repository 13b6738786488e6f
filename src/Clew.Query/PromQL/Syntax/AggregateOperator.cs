namespace Clew.Query.PromQL.Syntax;

/// <summary>Operators that make few series of many.</summary>
public enum AggregateOperator
{
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    TopK,
    BottomK,
    CountValues,
    Quantile,

    /// <summary>Any k series (experimental).</summary>
    LimitK,

    /// <summary>A share of the series (experimental).</summary>
    LimitRatio,
}

/// <summary>How aggregations are written.</summary>
public static class AggregateOperators
{
    private static readonly Dictionary<string, AggregateOperator> ByName =
        Enum.GetValues<AggregateOperator>().ToDictionary(aggregate => aggregate.Text(), StringComparer.OrdinalIgnoreCase);

    public static string Text(this AggregateOperator aggregate) => aggregate switch
    {
        AggregateOperator.Sum => "sum",
        AggregateOperator.Avg => "avg",
        AggregateOperator.Count => "count",
        AggregateOperator.Min => "min",
        AggregateOperator.Max => "max",
        AggregateOperator.Group => "group",
        AggregateOperator.Stddev => "stddev",
        AggregateOperator.Stdvar => "stdvar",
        AggregateOperator.TopK => "topk",
        AggregateOperator.BottomK => "bottomk",
        AggregateOperator.CountValues => "count_values",
        AggregateOperator.Quantile => "quantile",
        AggregateOperator.LimitK => "limitk",
        _ => "limit_ratio",
    };

    /// <summary>Any case is taken.</summary>
    public static bool TryParse(string name, out AggregateOperator aggregate) => ByName.TryGetValue(name, out aggregate);

    /// <summary>The type of the argument before the vector, or null when there is none.</summary>
    public static ExpressionType? Parameter(this AggregateOperator aggregate) => aggregate switch
    {
        AggregateOperator.CountValues => ExpressionType.String,
        AggregateOperator.TopK or AggregateOperator.BottomK or AggregateOperator.Quantile or AggregateOperator.LimitK or AggregateOperator.LimitRatio => ExpressionType.Scalar,
        _ => null,
    };

    public static bool IsExperimental(this AggregateOperator aggregate) => aggregate is AggregateOperator.LimitK or AggregateOperator.LimitRatio;

    /// <summary>Whether the result is some of the series themselves and not new ones.</summary>
    public static bool KeepsSeries(this AggregateOperator aggregate) =>
        aggregate is AggregateOperator.TopK or AggregateOperator.BottomK or AggregateOperator.LimitK or AggregateOperator.LimitRatio;
}
