namespace Clew.Telemetry;

/// <summary>
/// How values are written as text, so that one column can hold all types and equality is equality of text.
/// Arrays and maps are JSON in which an integer has no point or exponent (<c>1</c>), a double always has one
/// (<c>1.0</c>, <c>1E+30</c>), bytes are <c>{"$bytes":"base64"}</c>, a double that JSON cannot say is <c>{"$double":"NaN"}</c>,
/// an empty value is <c>null</c>, and a map's own key that starts with <c>$</c> gets a second one in front (<c>$$key</c>).
/// Maps keep their order and repeated keys.
/// </summary>
public static class AttributeText
{
    public static ReadOnlySpan<byte> True => "true"u8;

    public static ReadOnlySpan<byte> False => "false"u8;

    /// <summary>The reserved key of a bytes value inside an array or map.</summary>
    public static ReadOnlySpan<byte> BytesKey => "$bytes"u8;

    /// <summary>The reserved key of a double inside an array or map that JSON has no number for.</summary>
    public static ReadOnlySpan<byte> DoubleKey => "$double"u8;
}
