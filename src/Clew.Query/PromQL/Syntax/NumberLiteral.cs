using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary>A number, also one written as a duration: <c>5m</c> is 300.</summary>
public sealed class NumberLiteral(SourceSpan span, double value, bool isDuration = false) : Expression(span)
{
    public double Value { get; } = value;

    /// <summary>Whether it was written as a duration and prints as one.</summary>
    public bool IsDuration { get; } = isDuration;

    public override ExpressionType Type => ExpressionType.Scalar;

    // Infinity has no sign: before a power the sign would be read as one of the power.
    public override void Print(StringBuilder text) =>
        text.Append(double.IsPositiveInfinity(Value) ? "Inf" : IsDuration ? PrometheusDuration.Format((long)Math.Round(Value * 1_000)) : GoNumber.FormatGeneral(Value));
}
