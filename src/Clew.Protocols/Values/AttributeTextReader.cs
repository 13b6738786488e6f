using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Protocols.Values;

/// <summary>What comes next in the text of an array or map.</summary>
internal enum AttributeTextToken
{
    Null,
    Bool,
    Int,
    Double,
    String,
    Bytes,
    BeginArray,
    EndArray,
    BeginMap,
    Key,
    EndMap,
}

/// <summary>
/// Reads arrays and maps back from the text that <see cref="AttributeTextWriter"/> writes. The text comes from a batch, which is trusted to hold to
/// <see cref="AttributeText"/>; anything else is a <see cref="JsonException"/>.
/// </summary>
internal ref struct AttributeTextReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1_024 };

    private Utf8JsonReader _reader;

    public AttributeTextReader(ReadOnlySpan<byte> text) => _reader = new Utf8JsonReader(text, Options);

    public AttributeTextToken Token { get; private set; }

    public bool Bool { get; private set; }

    public long Int { get; private set; }

    public double Double { get; private set; }

    /// <summary>A string's or key's text, unescaped; for bytes their base64.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    public static double ParseDouble(ReadOnlySpan<byte> text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public static long ParseInt(ReadOnlySpan<byte> text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public static byte[] ParseBytes(ReadOnlySpan<byte> base64)
    {
        var raw = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        Base64.DecodeFromUtf8(base64, raw, out _, out var written);
        return raw.AsSpan(0, written).ToArray();
    }

    public bool Read()
    {
        if (!_reader.Read())
        {
            return false;
        }

        switch (_reader.TokenType)
        {
            case JsonTokenType.StartArray:
                Token = AttributeTextToken.BeginArray;
                break;
            case JsonTokenType.EndArray:
                Token = AttributeTextToken.EndArray;
                break;
            case JsonTokenType.StartObject:
                ReadObjectStart();
                break;
            case JsonTokenType.EndObject:
                Token = AttributeTextToken.EndMap;
                break;
            case JsonTokenType.PropertyName:
                Token = AttributeTextToken.Key;
                Text = Unescaped();
                Text = Text.StartsWith("$$"u8) ? Text[1..] : Text;
                break;
            case JsonTokenType.String:
                Token = AttributeTextToken.String;
                Text = Unescaped();
                break;
            case JsonTokenType.Number when _reader.ValueSpan.IndexOfAny((byte)'.', (byte)'E') >= 0:
                Token = AttributeTextToken.Double;
                Double = ParseDouble(_reader.ValueSpan);
                break;
            case JsonTokenType.Number:
                Token = AttributeTextToken.Int;
                Int = ParseInt(_reader.ValueSpan);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                Token = AttributeTextToken.Bool;
                Bool = _reader.TokenType == JsonTokenType.True;
                break;
            default:
                Token = AttributeTextToken.Null;
                break;
        }

        return true;
    }

    /// <summary>An object with a reserved key is one value of a type that JSON does not have.</summary>
    private void ReadObjectStart()
    {
        Token = AttributeTextToken.BeginMap;
        var ahead = _reader;
        ahead.Read();
        if (ahead.TokenType != JsonTokenType.PropertyName)
        {
            return;
        }

        if (ahead.ValueSpan.SequenceEqual(AttributeText.BytesKey))
        {
            ahead.Read();
            Token = AttributeTextToken.Bytes;
            Text = ahead.ValueSpan;
        }
        else if (ahead.ValueSpan.SequenceEqual(AttributeText.DoubleKey))
        {
            ahead.Read();
            Token = AttributeTextToken.Double;
            Double = ParseDouble(ahead.ValueSpan);
        }
        else
        {
            return;
        }

        ahead.Read();
        _reader = ahead;
    }

    private readonly ReadOnlySpan<byte> Unescaped()
    {
        if (!_reader.ValueIsEscaped)
        {
            return _reader.ValueSpan;
        }

        var room = new byte[_reader.ValueSpan.Length];
        return room.AsSpan(0, _reader.CopyString(room));
    }
}
