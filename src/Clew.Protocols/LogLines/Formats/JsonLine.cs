using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// An object per line, under any of the usual names (<see cref="FieldNames"/>). Objects inside become dotted attributes, lists stay lists, null says
/// nothing. Without a message the line itself is the body.
/// </summary>
internal sealed class JsonLine() : LogLineFormat("json")
{
    /// <summary>Levels of objects that become dotted names; what lies deeper stays a map.</summary>
    private const int DottedDepth = 8;

    /// <summary>
    /// Lines of one stream that may look like JSON and not be it. What a reader throws costs as much as a thousand lines that are read, so after these
    /// only a stream that has shown more good ones than bad is tried on.
    /// </summary>
    internal const int FreeFailures = 256;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 256 };

    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        text = text.Trim(" \t\r\n"u8);
        if (!LooksLikeObject(text) || record.JsonFailures > FreeFailures + record.JsonLines)
        {
            return false;
        }

        if (!TryReadFields(text, record))
        {
            record.JsonFailures++;
            return false;
        }

        record.JsonLines++;
        record.SettleFields(text);
        return true;
    }

    /// <summary>The fields of an object into a record that has its message from elsewhere, or will get it.</summary>
    internal static bool TryReadFields(ReadOnlySpan<byte> json, LineRecord record)
    {
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            record.Path.Clear();
            ReadObject(ref reader, record, 1);
            reader.Read();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The object at whose beginning the reader stands, for a body that is a list of them.</summary>
    internal static void ReadObject(ref Utf8JsonReader reader, LineRecord record, int depth)
    {
        var path = record.Path;
        var parent = path.Count;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (parent > 0)
            {
                path.Add((byte)'.');
            }

            path.AddRange(reader.CurrentText(record.State));
            reader.Read();
            ReadValue(ref reader, record, depth);
            path.Truncate(parent);
        }
    }

    internal static bool LooksLikeObject(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && text[0] == '{' && text[^1] == '}' && text[1] is (byte)'"' or (byte)'}' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    private static void ReadValue(ref Utf8JsonReader reader, LineRecord record, int depth)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                FieldAssignment.Text(record, record.Path.Values, reader.CurrentText(record.State));
                break;
            case JsonTokenType.Number:
                FieldAssignment.Number(record, record.Path.Values, reader.ValueSpan);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                FieldAssignment.Bool(record, record.Path.Values, reader.TokenType == JsonTokenType.True);
                break;
            case JsonTokenType.StartObject when depth < DottedDepth:
                ReadObject(ref reader, record, depth + 1);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                var type = reader.TokenType == JsonTokenType.StartArray ? AttributeType.Array : AttributeType.Map;
                var start = record.Arena.Length;
                if (WriteNested(ref reader, record, 1))
                {
                    record.Add(record.Path.Values, type, new TextRef(start, record.Arena.Length - start));
                }
                else
                {
                    record.State.Refuse(DecodeIssue.ValueTooDeep);
                }

                break;
        }
    }

    /// <summary>Writes the array or object at whose beginning the reader stands; false when it is too deep, and then it was passed over.</summary>
    private static bool WriteNested(ref Utf8JsonReader reader, LineRecord record, int depth)
    {
        if (depth > record.Options.Limits.MaxValueDepth)
        {
            reader.Skip();
            return false;
        }

        var whole = true;
        var arena = record.Arena;
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        arena.Add(isArray ? "["u8 : "{"u8);
        var first = true;
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            if (!first)
            {
                arena.Add(","u8);
            }

            first = false;
            if (!isArray)
            {
                AttributeTextWriter.WriteKey(arena, record.State.Repair(reader.CurrentText(record.State)));
                reader.Read();
            }

            whole &= WriteElement(ref reader, record, depth);
        }

        arena.Add(isArray ? "]"u8 : "}"u8);
        return whole;
    }

    private static bool WriteElement(ref Utf8JsonReader reader, LineRecord record, int depth)
    {
        var arena = record.Arena;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                return WriteNested(ref reader, record, depth + 1);
            case JsonTokenType.String:
                AttributeTextWriter.WriteString(arena, record.State.Repair(reader.CurrentText(record.State)));
                break;
            case JsonTokenType.Number when reader.TryGetInt64(out var integer):
                AttributeTextWriter.WriteInt(arena, integer);
                break;
            case JsonTokenType.Number when reader.TryGetDouble(out var real):
                AttributeTextWriter.WriteDouble(arena, real);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                AttributeTextWriter.WriteBool(arena, reader.TokenType == JsonTokenType.True);
                break;
            default:
                AttributeTextWriter.WriteNull(arena);
                break;
        }

        return true;
    }
}
