using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Pipeline;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Syntax;

/// <summary>What a label's text is read as before it is compared.</summary>
public enum QuantityKind
{
    /// <summary>A floating-point number.</summary>
    Number,

    /// <summary>A duration as Go writes it, in nanoseconds.</summary>
    Duration,

    /// <summary>A size with a unit, in bytes.</summary>
    Bytes,
}

/// <summary><c>duration &gt; 1m</c>, <c>size &lt;= 20MB</c>, <c>status == 200</c>: compares the label's text as a quantity.</summary>
/// <param name="comparison">One of the six comparisons.</param>
/// <param name="value">In nanoseconds, bytes, or as it is.</param>
/// <param name="written">The value with its unit, as the query has it.</param>
public sealed class QuantityCondition(SourceSpan span, string label, BinaryOperator comparison, QuantityKind kind, double value, string written) : LabelCondition(span)
{
    public string Label { get; } = label;

    public BinaryOperator Comparison { get; } = comparison;

    public QuantityKind Kind { get; } = kind;

    public double Value { get; } = value;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append(Label).Append(' ').Append(Comparison.Text()).Append(' ').Append(Kind == QuantityKind.Number ? GoNumber.FormatGeneral(Value) : written);
    }

    internal override bool Holds(WorkingLine line)
    {
        if (line.HasError)
        {
            return true;
        }

        var place = line.Find(Label);
        if (place < 0)
        {
            return false;
        }

        if (TryRead(line.ValueAt(place), out var found))
        {
            return Comparison switch
            {
                BinaryOperator.Equal => found == Value,
                BinaryOperator.NotEqual => found != Value,
                BinaryOperator.Greater => found > Value,
                BinaryOperator.GreaterOrEqual => found >= Value,
                BinaryOperator.Less => found < Value,
                _ => found <= Value,
            };
        }

        line.Fail(LogQlErrorKind.LabelFilterErr, $"{QuotedText.Quote(line.TextAt(place))} is no {Kind switch { QuantityKind.Duration => "duration", QuantityKind.Bytes => "size", _ => "number" }}");
        return true;
    }

    private bool TryRead(ReadOnlySpan<char> text, out double quantity)
    {
        switch (Kind)
        {
            case QuantityKind.Duration:
                var isDuration = GoDuration.TryParse(text, out var nanoseconds);
                quantity = nanoseconds;
                return isDuration;
            case QuantityKind.Bytes:
                var isSize = LogQlBytes.TryParse(text, out var bytes);
                quantity = bytes;
                return isSize;
            default:
                return GoNumber.TryParse(text, out quantity);
        }
    }
}
