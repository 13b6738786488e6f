using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>
/// Reads the values of a request in JSON, by the rules of protobuf's JSON mapping as OTLP narrows it: ids are hex, enums are integers, 64-bit integers come
/// as strings or numbers, <c>null</c> is absent. What does not fit is a <see cref="JsonException"/>, as the reader's own errors are;
/// <see cref="OpenRequest.ReadJson"/> turns it into a result.
/// </summary>
internal static class JsonFields
{
    /// <summary>
    /// Depth of a request, far above what a value of the allowed depth needs (four levels of JSON for one level of a map), so that a value
    /// that is too deep costs its record only. Beyond this the request is malformed.
    /// </summary>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 1_024 };

    /// <summary>The reader's sentence without the position it adds, which counts from places that callers do not know.</summary>
    public static string Reason(JsonException exception)
    {
        var position = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (position < 0 ? exception.Message : exception.Message[..position]).TrimEnd('.');
    }

    /// <summary>Enters the object that the request is.</summary>
    public static void BeginRootObject(this ref Utf8JsonReader reader) => BeginRoot(ref reader, JsonTokenType.StartObject, "an object");

    /// <summary>Enters the array that the request is.</summary>
    /// <param name="expected">What it is meant to be, such as "a list of spans".</param>
    public static void BeginRootArray(this ref Utf8JsonReader reader, string expected) => BeginRoot(ref reader, JsonTokenType.StartArray, expected);

    /// <summary>Goes to the next property name of the object being read; false at its end.</summary>
    public static bool NextProperty(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Whether the property at the reader has this name.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueIsEscaped ? IsEscaped(reader.ValueSpan, name) : reader.ValueSpan.SequenceEqual(name);

    /// <summary>Enters the object that is the property's value; false when it is null.</summary>
    public static bool BeginObject(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.Null => false,
            _ => throw Unexpected(ref reader, "an object"),
        };
    }

    /// <summary>Enters the array that is the property's value; false when it is null.</summary>
    public static bool BeginArray(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.StartArray => true,
            JsonTokenType.Null => false,
            _ => throw Unexpected(ref reader, "an array"),
        };
    }

    /// <summary>Enters the next object of the array being read, passing over nulls; false at its end.</summary>
    public static bool NextObject(this ref Utf8JsonReader reader)
    {
        while (true)
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    return true;
                case JsonTokenType.EndArray:
                    return false;
                case JsonTokenType.Null:
                    continue;
                default:
                    throw Unexpected(ref reader, "an object");
            }
        }
    }

    /// <summary>Goes to the next number (or its string) of the array being read; false at its end.</summary>
    public static bool NextNumber(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>The property's text, unescaped, empty for null. Valid until the next text is read; not checked for being UTF-8.</summary>
    public static ReadOnlySpan<byte> ReadText(this ref Utf8JsonReader reader, DecodeState state)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => Text(ref reader, state),
            JsonTokenType.Null => default,
            _ => throw Unexpected(ref reader, "a string"),
        };
    }

    /// <summary>As <see cref="ReadText"/>, of a value that must be there and must be a string.</summary>
    public static ReadOnlySpan<byte> RequireText(this ref Utf8JsonReader reader, DecodeState state)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? Text(ref reader, state) : throw Unexpected(ref reader, "a string");
    }

    /// <summary>The string or property name at the reader, unescaped. Valid until the next text is read; not checked for being UTF-8.</summary>
    public static ReadOnlySpan<byte> CurrentText(this ref Utf8JsonReader reader, DecodeState state) => Text(ref reader, state);

    /// <summary>
    /// Unescapes what the reader took for a string. Unlike the reader's own unescaping this survives half a surrogate pair, which JSON can say and UTF-8
    /// cannot: it becomes U+FFFD.
    /// </summary>
    /// <param name="room">At least as long as the text.</param>
    /// <param name="isRepaired">There was half a surrogate pair.</param>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> room, out bool isRepaired)
    {
        isRepaired = false;
        var written = 0;
        while (true)
        {
            var plain = escaped.IndexOf((byte)'\\');
            if (plain < 0)
            {
                escaped.CopyTo(room[written..]);
                return written + escaped.Length;
            }

            escaped[..plain].CopyTo(room[written..]);
            written += plain;
            var code = escaped[plain + 1];
            escaped = escaped[(plain + 2)..];
            if (code != (byte)'u')
            {
                room[written++] = (byte)Unescaped(code);
                continue;
            }

            var first = CodeUnit(escaped);
            escaped = escaped[4..];
            if (!Rune.TryCreate(first, out var rune))
            {
                var isPair = escaped.Length >= 6 && escaped[0] == (byte)'\\' && escaped[1] == (byte)'u' && Rune.TryCreate(first, CodeUnit(escaped[2..]), out rune);
                if (isPair)
                {
                    escaped = escaped[6..];
                }
                else
                {
                    isRepaired = true;
                    rune = Rune.ReplacementChar;
                }
            }

            written += rune.EncodeToUtf8(room[written..]);
        }
    }

    /// <returns>False when the text is neither empty nor the hex of an id.</returns>
    public static bool ReadTraceId(this ref Utf8JsonReader reader, DecodeState state, out TraceId id)
    {
        var hex = reader.ReadText(state);
        id = default;
        return hex.IsEmpty || (hex.Length == TraceId.Size * 2 && TraceId.TryParse(hex, out id));
    }

    /// <returns>False when the text is neither empty nor the hex of an id.</returns>
    public static bool ReadSpanId(this ref Utf8JsonReader reader, DecodeState state, out SpanId id)
    {
        var hex = reader.ReadText(state);
        id = default;
        return hex.IsEmpty || (hex.Length == SpanId.Size * 2 && SpanId.TryParse(hex, out id));
    }

    public static bool ReadBool(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw Unexpected(ref reader, "true or false"),
        };
    }

    public static int ReadEnum(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Number => Int32(ref reader),
            JsonTokenType.Null => 0,
            _ => throw Unexpected(ref reader, "an enum as an integer"),
        };
    }

    public static int ReadInt32(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? 0 : Int32(ref reader);
    }

    public static uint ReadUInt32(this ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return 0;
        }

        var value = Int64(ref reader);
        return value is >= 0 and <= uint.MaxValue ? (uint)value : throw Unexpected(ref reader, "an unsigned 32-bit integer");
    }

    public static long ReadInt64(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? 0 : Int64(ref reader);
    }

    public static ulong ReadUInt64(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? 0 : UInt64(ref reader);
    }

    /// <summary>The property's number; null when it is absent.</summary>
    public static double? ReadDouble(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : Double(ref reader);
    }

    public static long Int64(ref Utf8JsonReader reader)
    {
        var text = NumberText(ref reader);
        if (Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length)
        {
            return value;
        }

        var number = Integral(ref reader, text);
        return number is >= long.MinValue and <= long.MaxValue ? (long)number : throw Unexpected(ref reader, "a signed 64-bit integer");
    }

    public static ulong UInt64(ref Utf8JsonReader reader)
    {
        var text = NumberText(ref reader);
        if (Utf8Parser.TryParse(text, out ulong value, out var used) && used == text.Length)
        {
            return value;
        }

        var number = Integral(ref reader, text);
        return number is >= ulong.MinValue and <= ulong.MaxValue ? (ulong)number : throw Unexpected(ref reader, "an unsigned 64-bit integer");
    }

    public static double Double(ref Utf8JsonReader reader)
    {
        var text = NumberText(ref reader);
        if (reader.TokenType == JsonTokenType.String)
        {
            if (text.SequenceEqual("NaN"u8))
            {
                return double.NaN;
            }

            if (text.SequenceEqual("Infinity"u8))
            {
                return double.PositiveInfinity;
            }

            if (text.SequenceEqual("-Infinity"u8))
            {
                return double.NegativeInfinity;
            }
        }

        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) ? value : throw Unexpected(ref reader, "a number");
    }

    /// <summary>The raw bytes of a base64 text, standard or URL-safe alphabet, padded or not.</summary>
    public static byte[] ReadBase64(this ref Utf8JsonReader reader, DecodeState state)
    {
        var text = reader.ReadText(state).TrimEnd((byte)'=');
        var standard = new byte[(text.Length + 3) / 4 * 4];
        for (var i = 0; i < text.Length; i++)
        {
            standard[i] = text[i] switch { (byte)'-' => (byte)'+', (byte)'_' => (byte)'/', var other => other };
        }

        standard.AsSpan(text.Length).Fill((byte)'=');
        return text.Length % 4 != 1 && Base64.DecodeFromUtf8InPlace(standard, out var written) == OperationStatus.Done
            ? standard[..written]
            : throw Unexpected(ref reader, "base64");
    }

    public static JsonException Unexpected(ref Utf8JsonReader reader, string expected) => new($"expected {expected}, found {reader.TokenType}");

    private static void BeginRoot(ref Utf8JsonReader reader, JsonTokenType root, string expected)
    {
        reader.Read();
        if (reader.TokenType != root)
        {
            throw Unexpected(ref reader, expected);
        }
    }

    private static int Int32(ref Utf8JsonReader reader)
    {
        var value = Int64(ref reader);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Unexpected(ref reader, "a signed 32-bit integer");
    }

    private static ReadOnlySpan<byte> NumberText(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.Number or JsonTokenType.String ? reader.ValueSpan : throw Unexpected(ref reader, "a number");

    /// <summary>Numbers like 1e3 or 5.0, which JSON writers may use for integers.</summary>
    private static decimal Integral(ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
        && decimal.IsInteger(value)
            ? value
            : throw Unexpected(ref reader, "an integer");

    private static ReadOnlySpan<byte> Text(ref Utf8JsonReader reader, DecodeState state)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        var room = state.Scratch(reader.ValueSpan.Length);
        var length = Unescape(reader.ValueSpan, room, out var isRepaired);
        if (isRepaired)
        {
            state.Warn(DecodeIssue.TextRepaired);
        }

        return room[..length];
    }

    /// <summary>Whether an escaped text means an ASCII one. The reader's own comparison throws at half a surrogate pair.</summary>
    private static bool IsEscaped(ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> ascii)
    {
        foreach (var expected in ascii)
        {
            if (escaped.IsEmpty)
            {
                return false;
            }

            var isEscape = escaped[0] == (byte)'\\';
            var isUnit = isEscape && escaped[1] == (byte)'u';
            var actual = isUnit ? CodeUnit(escaped[2..]) : isEscape ? Unescaped(escaped[1]) : (char)escaped[0];
            if (actual != expected)
            {
                return false;
            }

            escaped = escaped[(isUnit ? 6 : isEscape ? 2 : 1)..];
        }

        return escaped.IsEmpty;
    }

    private static char Unescaped(byte letter) => letter switch
    {
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        _ => (char)letter,
    };

    /// <summary>The four hex digits, which the reader has checked.</summary>
    private static char CodeUnit(ReadOnlySpan<byte> hex) =>
        Utf8Parser.TryParse(hex[..4], out ushort unit, out _, 'x') ? (char)unit : (char)Rune.ReplacementChar.Value;
}
