using System.Globalization;
using System.Text.Json;
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

    /// <summary>The bool true, an array that has it, or several values of which one is it; any other value is not.</summary>
    public bool IsTrue => Type switch
    {
        TraceValueType.Bool => _bits != 0,
        TraceValueType.Array or TraceValueType.Many => Items.Any(item => item.IsTrue),
        _ => false,
    };

    /// <summary>An int, a duration's nanoseconds, a status's or kind's OTLP number; 0 for other types.</summary>
    public long Whole => _bits;

    /// <summary>The number of an int, float or duration (nanoseconds); NaN for other types.</summary>
    public double Number => Type switch
    {
        TraceValueType.Float => BitConverter.Int64BitsToDouble(_bits),
        TraceValueType.Int or TraceValueType.Duration => _bits,
        _ => double.NaN,
    };

    /// <summary>The text of a string or of something that can only be shown, an array's JSON; empty for other types.</summary>
    public string Text => _content switch
    {
        string text => text,
        ArrayContent array => array.Json,
        _ => string.Empty,
    };

    /// <summary>The values of <see cref="TraceValueType.Many"/>, the elements of <see cref="TraceValueType.Array"/>; empty for other types.</summary>
    public IReadOnlyList<TraceValue> Items => _content switch
    {
        TraceValue[] values => values,
        ArrayContent array => array.Items,
        _ => [],
    };

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
        AttributeType.Array when Elements(value.Text) is { } elements => new TraceValue(TraceValueType.Array, 0, new ArrayContent(elements, value.Text)),
        _ => new TraceValue(TraceValueType.Other, 0, value.Text),
    };

    public bool Equals(TraceValue other) => Type == other.Type && _bits == other._bits
        && (_content is TraceValue[] items ? items.AsSpan().SequenceEqual((TraceValue[])other._content!) : _content is ArrayContent array ? array.Json == other.Text : Equals(_content, other._content));

    public override bool Equals(object? obj) => obj is TraceValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Type, _bits, _content is TraceValue[] items ? items.Length : _content is ArrayContent array ? array.Json : _content);

    /// <summary>The value without quotes, as labels and lists show it.</summary>
    public string Show() => Type is TraceValueType.String or TraceValueType.Other or TraceValueType.Array ? Text : ToString();

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

    /// <summary>The elements of an array as <see cref="AttributeText"/> writes it; null for what is none. What can only be shown is among them as such.</summary>
    private static TraceValue[]? Elements(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray().Select(Element)] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TraceValue Element(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => Of(element.GetString()!),
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.Number when element.TryGetInt64(out var whole) && !element.GetRawText().AsSpan().ContainsAny(".eE") => Of(whole),
        JsonValueKind.Number => Of(element.GetDouble()),
        JsonValueKind.Null => Nil,
        _ => new TraceValue(TraceValueType.Other, 0, element.GetRawText()),
    };

    /// <summary>With a point, so that it reads as a float again.</summary>
    private static string Float(double number)
    {
        var text = GoNumber.FormatPlain(number);
        return text.Contains('.', StringComparison.Ordinal) || !double.IsFinite(number) ? text : text + ".0";
    }

    private sealed record ArrayContent(TraceValue[] Items, string Json);
}
