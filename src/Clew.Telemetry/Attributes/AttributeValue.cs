using System.Globalization;

namespace Clew.Telemetry;

/// <summary>A value read from a batch: its type and its text (see <see cref="AttributeText"/>).</summary>
public readonly record struct AttributeValue(AttributeType Type, string Text)
{
    /// <summary>The number an int or double carries; null for other types.</summary>
    public double? AsNumber() => Type is AttributeType.Int or AttributeType.Double
        && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    public long? AsInt() => Type == AttributeType.Int && long.TryParse(Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    public bool? AsBool() => Type == AttributeType.Bool ? Text == "true" : null;

    public override string ToString() => Text;
}

/// <summary>One attribute read from a batch.</summary>
public readonly record struct AttributeEntry(string Key, AttributeValue Value);
