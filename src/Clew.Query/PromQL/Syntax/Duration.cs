using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary>What the surroundings of a duration are, which <c>step()</c> and <c>range()</c> stand for.</summary>
/// <param name="Step">Milliseconds between the steps of the query; 0 for an instant query.</param>
/// <param name="Range">Milliseconds from the first to the last step.</param>
public readonly record struct DurationContext(long Step, long Range);

/// <summary>
/// A length of time where the grammar asks for one: behind <c>offset</c> and in brackets. Mostly a literal; with duration expressions (experimental)
/// arithmetic over lengths, in seconds.
/// </summary>
public abstract class Duration(SourceSpan span)
{
    public SourceSpan Span { get; } = span;

    /// <summary>The length in seconds.</summary>
    /// <exception cref="PromQlException">Division by zero.</exception>
    public abstract double Seconds(DurationContext context);

    public abstract void Print(StringBuilder text);

    /// <summary>The length in whole milliseconds.</summary>
    /// <exception cref="PromQlException">Longer than a signed 64-bit number of nanoseconds holds, or division by zero.</exception>
    public long Milliseconds(DurationContext context)
    {
        var milliseconds = Seconds(context) * 1_000;
        return Math.Abs(milliseconds) <= long.MaxValue / 1_000_000
            ? (long)Math.Round(milliseconds)
            : throw new PromQlException($"the duration {this} is out of range");
    }

    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }
}

/// <summary>A length as it is written: <c>5m</c>, or a number of seconds.</summary>
public sealed class DurationLiteral(SourceSpan span, double seconds, bool isNumber) : Duration(span)
{
    /// <summary>Whether it is a number that prints as one: within arithmetic, where a length has no unit, and when it is no whole number of milliseconds.</summary>
    public bool IsNumber { get; } = isNumber;

    public double Value { get; } = seconds;

    public override double Seconds(DurationContext context) => Value;

    public override void Print(StringBuilder text) =>
        text.Append(IsNumber ? GoNumber.FormatGeneral(Value) : PrometheusDuration.Format((long)Math.Round(Value * 1_000)));

    /// <summary>The length as it stands alone.</summary>
    public DurationLiteral Alone() => IsNumber && Math.Round(Value * 1_000) == Value * 1_000 ? new DurationLiteral(Span, Value, isNumber: false) : this;
}

/// <summary><c>step()</c> or <c>range()</c>.</summary>
public sealed class DurationOfQuery(SourceSpan span, bool isStep) : Duration(span)
{
    public override double Seconds(DurationContext context) => (isStep ? context.Step : context.Range) / 1_000.0;

    public override void Print(StringBuilder text) => text.Append(isStep ? "step()" : "range()");
}

/// <summary><c>min_of(a, b)</c> or <c>max_of(a, b)</c>.</summary>
public sealed class DurationExtreme(SourceSpan span, bool isMinimum, Duration left, Duration right) : Duration(span)
{
    public override double Seconds(DurationContext context) =>
        isMinimum ? Math.Min(left.Seconds(context), right.Seconds(context)) : Math.Max(left.Seconds(context), right.Seconds(context));

    public override void Print(StringBuilder text)
    {
        left.Print(text.Append(isMinimum ? "min_of(" : "max_of("));
        right.Print(text.Append(", "));
        text.Append(')');
    }
}

/// <summary>A sign before a length.</summary>
public sealed class DurationSign(SourceSpan span, bool isNegative, Duration inner) : Duration(span)
{
    public override double Seconds(DurationContext context) => isNegative ? -inner.Seconds(context) : inner.Seconds(context);

    public override void Print(StringBuilder text) => inner.Print(text.Append(isNegative ? "-" : "+"));
}

/// <summary><c>( … )</c> around a length.</summary>
public sealed class DurationInParentheses(SourceSpan span, Duration inner) : Duration(span)
{
    public override double Seconds(DurationContext context) => inner.Seconds(context);

    public override void Print(StringBuilder text)
    {
        inner.Print(text.Append('('));
        text.Append(')');
    }
}

/// <summary>Arithmetic over two lengths, both in seconds.</summary>
public sealed class DurationArithmetic(SourceSpan span, BinaryOperator binary, Duration left, Duration right) : Duration(span)
{
    public override double Seconds(DurationContext context)
    {
        var (a, b) = (left.Seconds(context), right.Seconds(context));
        if (b == 0 && binary is BinaryOperator.Divide or BinaryOperator.Modulo)
        {
            throw new PromQlException(binary == BinaryOperator.Divide ? "division by zero" : "modulo by zero");
        }

        return binary switch
        {
            BinaryOperator.Add => a + b,
            BinaryOperator.Subtract => a - b,
            BinaryOperator.Multiply => a * b,
            BinaryOperator.Divide => a / b,
            BinaryOperator.Modulo => a % b,
            _ => Math.Pow(a, b),
        };
    }

    public override void Print(StringBuilder text)
    {
        left.Print(text);
        right.Print(text.Append(' ').Append(binary.Text()).Append(' '));
    }
}
