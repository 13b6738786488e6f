using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>A part of a metrics query: gives series of numbers over the steps of a range.</summary>
public abstract class MetricsExpression(SourceSpan span) : TraceQlNode(span)
{
    /// <summary>How tightly it binds: larger within smaller needs no parentheses.</summary>
    public abstract int Precedence { get; }

    /// <summary>Whether it is a number, the same for every series.</summary>
    public virtual double? Number => null;

    /// <param name="computed">The series of every <see cref="SpanMetric"/> and <see cref="CompareMetric"/> within.</param>
    public abstract IReadOnlyList<MetricSeries> Evaluate(IReadOnlyDictionary<MetricsSource, IReadOnlyList<MetricSeries>> computed);

    /// <summary>Appends a part, in parentheses where it would be read otherwise.</summary>
    protected static void PrintWithin(StringBuilder text, MetricsExpression part, int precedence)
    {
        var parentheses = part.Precedence < precedence;
        text.Append(parentheses ? "(" : string.Empty);
        part.Print(text);
        text.Append(parentheses ? ")" : string.Empty);
    }
}

/// <summary>What turns spans into series: a pipeline and a function at its end.</summary>
public abstract class MetricsSource(Pipeline spans, SourceSpan span) : MetricsExpression(span)
{
    /// <summary>Which spans are counted.</summary>
    public Pipeline Spans { get; } = spans;

    public override int Precedence => 0;

    /// <summary>Begins to count.</summary>
    public abstract MetricsCollector Collect(StepGrid grid, MetricsLimits limits);

    public override IReadOnlyList<MetricSeries> Evaluate(IReadOnlyDictionary<MetricsSource, IReadOnlyList<MetricSeries>> computed) => computed[this];
}

/// <summary>Takes the spans of a metric one after the other.</summary>
public abstract class MetricsCollector
{
    /// <summary>Takes a span that starts within the grid.</summary>
    /// <exception cref="Telemetry.QueryLimitException">There are more series than a query may have.</exception>
    public abstract void Add(TraceSpan span, int step);

    /// <summary>The series, in the order of their labels.</summary>
    public abstract IReadOnlyList<MetricSeries> Finish();
}
