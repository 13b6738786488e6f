using System.Globalization;
using Clew.Query.Language;
using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>A value with its type. Equality is of type and content; how the language compares is <see cref="Comparison"/>'s to say.</summary>
public readonly struct TraceValue : IEquatable<TraceValue>
{
    /// <summary>Nothing.</summary>
    public static readonly TraceValue Nil;

    private readonly long _bits;
    private readonly object? _content;

    private TraceValue(TraceValueType type, long bits, object? content = null)
    {
        Type = type;
        _bits = bits;
        _content = content;
    }

    public TraceValueType Type { get; }

    public bool IsNil => Type == TraceValueType.Nil;

    /// <summary>The bool true; any other value is not.</summary>
    public bool IsTrue => Type == TraceValueType.Bool && _bits != 0;

    /// <summary>An int, a duration's nanoseconds, a status's or kind's OTLP number; 0 for other types.</summary>
    public long Whole => _bits;

    /// <summary>The number of an int, float or duration (nanoseconds); NaN for other types.</summary>
    public double Number => Type switch
    {
        TraceValueType.Float => BitConverter.Int64BitsToDouble(_bits),
        TraceValueType.Int or TraceValueType.Duration => _bits,
        _ => double.NaN,
    };

    /// <summary>The text of a string or of something that can only be shown; empty for other types.</summary>
    public string Text => _content as string ?? string.Empty;

    /// <summary>The values of <see cref="TraceValueType.Many"/>; empty for other types.</summary>
    public IReadOnlyList<TraceValue> Items => _content as TraceValue[] ?? [];

    public static bool operator ==(TraceValue left, TraceValue right) => left.Equals(right);

    public static bool operator !=(TraceValue left, TraceValue right) => !left.Equals(right);

    public static TraceValue Of(bool value) => new(TraceValueType.Bool, value ? 1 : 0);

    public static TraceValue Of(long value) => new(TraceValueType.Int, value);

    public static TraceValue Of(double value) => new(TraceValueType.Float, BitConverter.DoubleToInt64Bits(value));

    public static TraceValue Of(string value) => new(TraceValueType.String, 0, value);

    public static TraceValue Of(SpanStatus value) => new(TraceValueType.Status, (byte)value);

    public static TraceValue Of(SpanKind value) => new(TraceValueType.Kind, (byte)value);

    public static TraceValue OfDuration(long nanoseconds) => new(TraceValueType.Duration, nanoseconds);

    /// <summary>Nothing for none, the value itself for one.</summary>
    public static TraceValue OfMany(IReadOnlyList<TraceValue> values) => values.Count switch
    {
        0 => Nil,
        1 => values[0],
        _ => new TraceValue(TraceValueType.Many, 0, values.ToArray()),
    };

    /// <summary>An attribute as OTLP sent it.</summary>
    public static TraceValue Of(AttributeValue value) => value.Type switch
    {
        AttributeType.String => Of(value.Text),
        AttributeType.Int when value.AsInt() is { } whole => Of(whole),
        AttributeType.Double when value.AsNumber() is { } number => Of(number),
        AttributeType.Bool => Of(value.Text == "true"),
        AttributeType.Empty => Nil,
        _ => new TraceValue(TraceValueType.Other, 0, value.Text),
    };

    public bool Equals(TraceValue other) => Type == other.Type && _bits == other._bits
        && (_content is TraceValue[] items ? items.AsSpan().SequenceEqual((TraceValue[])other._content!) : Equals(_content, other._content));

    public override bool Equals(object? obj) => obj is TraceValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Type, _bits, _content is TraceValue[] items ? items.Length : _content);

    /// <summary>The value without quotes, as labels and lists show it.</summary>
    public string Show() => Type is TraceValueType.String or TraceValueType.Other ? Text : ToString();

    /// <summary>The literal that the language reads as this value.</summary>
    public override string ToString() => Type switch
    {
        TraceValueType.Nil => "nil",
        TraceValueType.Bool => IsTrue ? "true" : "false",
        TraceValueType.Int => _bits.ToString(CultureInfo.InvariantCulture),
        TraceValueType.Float => Float(Number),
        TraceValueType.Duration => GoDuration.Format(_bits),
        TraceValueType.String => QuotedText.Quote(Text),
        TraceValueType.Status => _bits switch { 0 => "unset", 1 => "ok", 2 => "error", _ => _bits.ToString(CultureInfo.InvariantCulture) },
        TraceValueType.Kind => _bits is >= 0 and <= 5 ? ((SpanKind)_bits).ToString().ToLowerInvariant() : _bits.ToString(CultureInfo.InvariantCulture),
        TraceValueType.Many => "[" + string.Join(", ", Items) + "]",
        _ => Text,
    };

    /// <summary>With a point, so that it reads as a float again.</summary>
    private static string Float(double number)
    {
        var text = GoNumber.FormatPlain(number);
        return text.Contains('.', StringComparison.Ordinal) || !double.IsFinite(number) ? text : text + ".0";
    }
}
