using Clew.Query.Language;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>One sample: a float, or a histogram when there is one.</summary>
internal readonly record struct Sample(double Value, FloatHistogram? Histogram);

/// <summary>Binary operators on two samples.</summary>
internal static class SampleArithmetic
{
    /// <summary>Operators between numbers. Comparisons answer 1 or 0.</summary>
    public static double Apply(BinaryOperator binary, double left, double right) => binary switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        BinaryOperator.Modulo => left % right,
        BinaryOperator.Power => Math.Pow(left, right),
        BinaryOperator.Atan2 => Math.Atan2(left, right),
        BinaryOperator.Equal => left == right ? 1 : 0,
        BinaryOperator.NotEqual => left != right ? 1 : 0,
        BinaryOperator.Greater => left > right ? 1 : 0,
        BinaryOperator.GreaterOrEqual => left >= right ? 1 : 0,
        BinaryOperator.Less => left < right ? 1 : 0,
        BinaryOperator.LessOrEqual => left <= right ? 1 : 0,
        _ => double.NaN,
    };

    /// <summary>Operators between samples of vectors.</summary>
    /// <param name="result">The result; of a comparison without <c>bool</c> the left side.</param>
    /// <returns>Whether there is a result: a comparison that is false, and what cannot be computed, has none.</returns>
    public static bool TryApply(BinaryOperator binary, Sample left, Sample right, EvaluationContext context, SourceSpan span, out Sample result)
    {
        result = left;
        switch (left.Histogram, right.Histogram)
        {
            case (null, null):
                var value = Apply(binary, left.Value, right.Value);
                result = binary.IsComparison() ? left : new Sample(value, null);
                return binary is not (BinaryOperator.TrimAbove or BinaryOperator.TrimBelow) ? !binary.IsComparison() || value != 0 : Refuse("float", "float");
            case ({ } histogram, null):
                FloatHistogram? changed = binary switch
                {
                    BinaryOperator.Multiply => histogram.Multiply(right.Value),
                    BinaryOperator.Divide => histogram.Divide(right.Value),
                    BinaryOperator.TrimAbove => histogram.Trim(right.Value, below: true),
                    BinaryOperator.TrimBelow => histogram.Trim(right.Value, below: false),
                    _ => null,
                };
                result = new Sample(0, changed);
                return changed is not null || Refuse("histogram", "float");
            case (null, { } histogram):
                result = new Sample(0, histogram.Multiply(left.Value));
                return binary == BinaryOperator.Multiply || Refuse("float", "histogram");
            case ({ } one, { } other):
                return TryApply(binary, one, other, context, span, out result) ?? Refuse("histogram", "histogram");
        }

        bool Refuse(string leftKind, string rightKind)
        {
            context.Annotations.Inform($"incompatible sample types encountered for binary operator {QuotedText.Quote(binary.Text())}: {leftKind} {binary.Text()} {rightKind}", span);
            return false;
        }
    }

    private static bool? TryApply(BinaryOperator binary, FloatHistogram left, FloatHistogram right, EvaluationContext context, SourceSpan span, out Sample result)
    {
        result = new Sample(0, left);
        switch (binary)
        {
            case BinaryOperator.Equal:
                return left.SameAs(right);
            case BinaryOperator.NotEqual:
                return !left.SameAs(right);
            case BinaryOperator.Add or BinaryOperator.Subtract:
                var isSum = binary == BinaryOperator.Add;
                var outcome = isSum ? left.Add(right) : left.Subtract(right);
                if (outcome.Result is null)
                {
                    context.Annotations.Warn("incompatible bucket layout encountered for binary operator " + QuotedText.Quote(binary.Text()), span);
                    return false;
                }

                if (outcome.HintsConflict)
                {
                    context.Annotations.HintsConflict(isSum ? "addition" : "subtraction", span);
                }

                if (outcome.BoundsReconciled)
                {
                    context.Annotations.BoundsReconciled(isSum ? "addition" : "subtraction", span);
                }

                result = new Sample(0, isSum ? outcome.Result : outcome.Result with { Hint = CounterResetHint.Gauge });
                return true;
            default:
                return null;
        }
    }
}
