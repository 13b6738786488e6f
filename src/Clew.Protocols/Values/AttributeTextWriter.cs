using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Clew.Telemetry;

namespace Clew.Protocols.Values;

/// <summary>
/// Writes the parts of an array or map into an arena as <see cref="AttributeText"/> wants them. The parts lie one behind the other, so the whole
/// value is the arena from where it was to where it is. One way to write each value: equality of text must be equality of values.
/// </summary>
internal static class AttributeTextWriter
{
    /// <summary>What JSON does not allow to stand as it is within quotes.</summary>
    private static readonly SearchValues<byte> NeedsEscape = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    /// <param name="arena">Where to write.</param>
    /// <param name="utf8">Valid UTF-8 that is not a part of the arena.</param>
    public static void WriteString(TextArena arena, ReadOnlySpan<byte> utf8)
    {
        arena.Add("\""u8);
        WriteEscaped(arena, utf8);
        arena.Add("\""u8);
    }

    /// <summary>A key of a map, which must not be taken for one of the reserved ones.</summary>
    public static void WriteKey(TextArena arena, ReadOnlySpan<byte> utf8)
    {
        arena.Add(utf8.StartsWith((byte)'$') ? "\"$"u8 : "\""u8);
        WriteEscaped(arena, utf8);
        arena.Add("\":"u8);
    }

    public static void WriteBool(TextArena arena, bool value) => arena.Add(value ? AttributeText.True : AttributeText.False);

    public static void WriteInt(TextArena arena, long value) => arena.Add(value);

    public static void WriteDouble(TextArena arena, double value)
    {
        if (!double.IsFinite(value))
        {
            arena.Add("{\""u8);
            arena.Add(AttributeText.DoubleKey);
            arena.Add("\":\""u8);
            arena.Add(value);
            arena.Add("\"}"u8);
            return;
        }

        var room = arena.Reserve(32);
        value.TryFormat(room, out var written, default, CultureInfo.InvariantCulture);
        if (room[..written].IndexOfAny((byte)'.', (byte)'E') < 0)
        {
            ".0"u8.CopyTo(room[written..]);
            written += 2;
        }

        arena.Commit(written);
    }

    public static void WriteBytes(TextArena arena, ReadOnlySpan<byte> raw)
    {
        arena.Add("{\""u8);
        arena.Add(AttributeText.BytesKey);
        arena.Add("\":\""u8);
        arena.AddBase64(raw);
        arena.Add("\"}"u8);
    }

    public static void WriteNull(TextArena arena) => arena.Add("null"u8);

    private static void WriteEscaped(TextArena arena, ReadOnlySpan<byte> utf8)
    {
        while (true)
        {
            var plain = utf8.IndexOfAny(NeedsEscape);
            if (plain < 0)
            {
                arena.Add(utf8);
                return;
            }

            arena.Add(utf8[..plain]);
            WriteEscape(arena, utf8[plain]);
            utf8 = utf8[(plain + 1)..];
        }
    }

    private static void WriteEscape(TextArena arena, byte code)
    {
        var room = arena.Reserve(6);
        room[0] = (byte)'\\';
        var letter = code switch
        {
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'"' or (byte)'\\' => code,
            _ => (byte)0,
        };
        if (letter != 0)
        {
            room[1] = letter;
            arena.Commit(2);
            return;
        }

        "u00"u8.CopyTo(room[1..]);
        Utf8Formatter.TryFormat(code, room[4..], out _, new StandardFormat('x', 2));
        arena.Commit(6);
    }
}
