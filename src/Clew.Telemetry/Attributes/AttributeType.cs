namespace Clew.Telemetry;

/// <summary>
/// The type of an attribute's value as OTLP sent it. The byte is what the store keeps, one character per attribute.
/// The value itself is kept as text: see <see cref="AttributeText"/>.
/// </summary>
public enum AttributeType : byte
{
    /// <summary>No value set (OTLP's empty AnyValue). Text is empty.</summary>
    Empty = (byte)'n',

    String = (byte)'s',

    /// <summary>Signed 64-bit, decimal.</summary>
    Int = (byte)'i',

    /// <summary>Shortest text that reads back as the same double.</summary>
    Double = (byte)'d',

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Bool = (byte)'b',

    /// <summary>Base64, standard alphabet, padded.</summary>
    Bytes = (byte)'x',

    /// <summary>JSON: see <see cref="AttributeText"/>.</summary>
    Array = (byte)'a',

    /// <summary>JSON: see <see cref="AttributeText"/>.</summary>
    Map = (byte)'m',
}
