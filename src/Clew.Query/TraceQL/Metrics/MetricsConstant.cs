using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>A number beside series.</summary>
public sealed class MetricsConstant(double value, SourceSpan span) : MetricsExpression(span)
{
    public override IEnumerable<TraceQlNode> Children => [];

    public override int Precedence => FieldPrecedence.Atom;

    public override double? Number => value;

    public override IReadOnlyList<MetricSeries> Evaluate(IReadOnlyDictionary<MetricsSource, IReadOnlyList<MetricSeries>> computed) => [];

    public override void Print(StringBuilder text) => text.Append(GoNumber.FormatPlain(value));
}
