using System.Text;
using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>rate({app="shop"}[5m])</c>, <c>quantile_over_time(0.99, {…} | unwrap took [5m]) by (path)</c>: the leaves of a metric query.</summary>
public sealed class LogQlRangeAggregation(
    SourceSpan span, RangeOperation operation, LogQlRange range, double? parameter, LabelGrouping? grouping) : Expression(span)
{
    public RangeOperation Operation { get; } = operation;

    public LogQlRange Range { get; } = range;

    /// <summary>The quantile.</summary>
    public double? Parameter { get; } = parameter;

    /// <summary>Null when every set of labels is a series.</summary>
    public LabelGrouping? Grouping { get; } = grouping;

    public override ExpressionType Type => ExpressionType.InstantVector;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append(Operation.Text()).Append('(');
        if (Parameter is { } parameter)
        {
            text.Append(GoNumber.FormatGeneral(parameter)).Append(", ");
        }

        Range.Print(text);
        text.Append(')');
        Grouping?.Print(text);
    }
}
