using System.Text;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Syntax;

/// <summary>A whole query: one that finds lines, or one that makes metrics of them.</summary>
public sealed class LogQlQuery : LogQlNode
{
    internal LogQlQuery(LogQlLogExpression logs)
        : base(logs.Span) => Logs = logs;

    internal LogQlQuery(Expression metric)
        : base(metric.Span) => Metric = metric;

    /// <summary>Null for a metric query.</summary>
    public LogQlLogExpression? Logs { get; }

    /// <summary>Null for a log query. A scalar or an instant vector.</summary>
    public Expression? Metric { get; }

    /// <summary>All selections of lines in it, from left to right.</summary>
    public IReadOnlyList<LogQlLogExpression> Selections() => Logs is not null
        ? [Logs]
        : [.. Metric!.DescendantsAndSelf().OfType<LogQlRangeAggregation>().Select(aggregation => aggregation.Range.Logs)];

    public override void Print(StringBuilder text)
    {
        if (Logs is not null)
        {
            Logs.Print(text);
        }
        else
        {
            Metric!.Print(text);
        }
    }
}
