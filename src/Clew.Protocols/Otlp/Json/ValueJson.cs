using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

/// <summary>Reads OTLP/JSON's KeyValue and AnyValue objects into attribute lists and texts.</summary>
internal static class ValueJson
{
    /// <summary>Adds the KeyValue whose object was entered to an open list.</summary>
    /// <returns>Why it was not added; None when it was.</returns>
    public static DecodeIssue ReadAttribute(ref Utf8JsonReader reader, TelemetryBatch batch, AttributeLists lists, DecodeState state)
    {
        var key = 0;
        var keyIssue = DecodeIssue.None;
        var valueIssue = DecodeIssue.None;
        var type = AttributeType.Empty;
        var text = TextRef.Empty;
        while (reader.NextProperty())
        {
            if (reader.Is("key"u8))
            {
                keyIssue = AttributeRow.Key(batch, state, reader.ReadText(state), out key);
            }
            else if (reader.Is("value"u8))
            {
                valueIssue = ReadValueProperty(ref reader, batch.Arena, state, out type, out text);
            }
            else
            {
                reader.Skip();
            }
        }

        var issue = keyIssue != DecodeIssue.None ? keyIssue : valueIssue;
        if (issue == DecodeIssue.None)
        {
            lists.Add(key, type, text);
        }

        return issue;
    }

    /// <summary>Reads the AnyValue that is the value of the property at the reader. Of several members the last counts.</summary>
    public static DecodeIssue ReadValueProperty(ref Utf8JsonReader reader, TextArena arena, DecodeState state, out AttributeType type, out TextRef text)
    {
        type = AttributeType.Empty;
        text = TextRef.Empty;
        var issue = DecodeIssue.None;
        if (!reader.BeginObject())
        {
            return issue;
        }

        while (reader.NextProperty())
        {
            var member = MemberOf(ref reader);
            if (member == AttributeType.Empty || IsNull(reader))
            {
                reader.Skip();
                continue;
            }

            type = member;
            text = TextRef.Empty;
            issue = DecodeIssue.None;
            switch (member)
            {
                case AttributeType.String:
                    var utf8 = reader.ReadText(state);
                    if (utf8.Length > state.Limits.MaxValueBytes)
                    {
                        issue = DecodeIssue.ValueTooLong;
                    }
                    else
                    {
                        text = arena.Add(state.Repair(utf8));
                    }

                    break;
                case AttributeType.Bool:
                    text = arena.Add(reader.ReadBool() ? AttributeText.True : AttributeText.False);
                    break;
                case AttributeType.Int:
                    text = arena.Add(reader.ReadInt64());
                    break;
                case AttributeType.Double:
                    text = arena.Add(reader.ReadDouble()!.Value);
                    break;
                case AttributeType.Bytes:
                    var raw = reader.ReadBase64(state);
                    if (raw.Length > state.Limits.MaxValueBytes)
                    {
                        issue = DecodeIssue.ValueTooLong;
                    }
                    else
                    {
                        text = arena.AddBase64(raw);
                    }

                    break;
                default:
                    issue = ReadNested(ref reader, member, arena, state, out text);
                    break;
            }
        }

        return issue;
    }

    private static DecodeIssue ReadNested(ref Utf8JsonReader reader, AttributeType member, TextArena arena, DecodeState state, out TextRef text)
    {
        var start = arena.Length;
        var issue = WriteElements(ref reader, member, arena, state, 1);
        var length = arena.Length - start;
        if (issue == DecodeIssue.None && length > state.Limits.MaxValueBytes)
        {
            issue = DecodeIssue.ValueTooLong;
        }

        if (issue != DecodeIssue.None)
        {
            arena.Truncate(start);
            text = TextRef.Empty;
            return issue;
        }

        text = new TextRef(start, length);
        return DecodeIssue.None;
    }

    /// <summary>Writes the array or map that is the value of the property at the reader.</summary>
    private static DecodeIssue WriteElements(ref Utf8JsonReader reader, AttributeType member, TextArena arena, DecodeState state, int depth)
    {
        if (depth > state.Limits.MaxValueDepth)
        {
            reader.Skip();
            return DecodeIssue.ValueTooDeep;
        }

        var issue = DecodeIssue.None;
        var isArray = member == AttributeType.Array;
        var first = true;
        arena.Add(isArray ? "["u8 : "{"u8);
        reader.BeginObject();
        while (reader.NextProperty())
        {
            if (!reader.Is("values"u8))
            {
                reader.Skip();
                continue;
            }

            if (!reader.BeginArray())
            {
                continue;
            }

            while (NextElement(ref reader, isArray, out var isNull))
            {
                if (!first)
                {
                    arena.Add(","u8);
                }

                first = false;
                var elementIssue = DecodeIssue.None;
                if (isNull)
                {
                    AttributeTextWriter.WriteNull(arena);
                }
                else
                {
                    elementIssue = isArray ? WriteElement(ref reader, arena, state, depth) : WritePair(ref reader, arena, state, depth);
                }

                issue = issue == DecodeIssue.None ? elementIssue : issue;
            }
        }

        arena.Add(isArray ? "]"u8 : "}"u8);
        return issue;
    }

    /// <summary>A null in an array is an empty value; in a map, where there is no key for it, nothing.</summary>
    private static bool NextElement(ref Utf8JsonReader reader, bool nullCounts, out bool isNull)
    {
        isNull = false;
        while (true)
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    return true;
                case JsonTokenType.EndArray:
                    return false;
                case JsonTokenType.Null when nullCounts:
                    isNull = true;
                    return true;
                case JsonTokenType.Null:
                    continue;
                default:
                    throw JsonFields.Unexpected(ref reader, "an object");
            }
        }
    }

    /// <summary>Writes the KeyValue whose object was entered. The key has to be written first, but may come last.</summary>
    private static DecodeIssue WritePair(ref Utf8JsonReader reader, TextArena arena, DecodeState state, int depth)
    {
        var key = default(Utf8JsonReader);
        var value = default(Utf8JsonReader);
        var hasKey = false;
        var hasValue = false;
        while (reader.NextProperty())
        {
            if (reader.Is("key"u8))
            {
                key = reader;
                hasKey = true;
            }
            else if (reader.Is("value"u8))
            {
                value = reader;
                hasValue = true;
            }

            reader.Skip();
        }

        var utf8 = hasKey ? key.ReadText(state) : default;
        if (utf8.Length > state.Limits.MaxKeyBytes)
        {
            return DecodeIssue.KeyTooLong;
        }

        AttributeTextWriter.WriteKey(arena, state.Repair(utf8));
        if (hasValue && value.BeginObject())
        {
            return WriteElement(ref value, arena, state, depth);
        }

        AttributeTextWriter.WriteNull(arena);
        return DecodeIssue.None;
    }

    /// <summary>Writes the AnyValue whose object was entered.</summary>
    private static DecodeIssue WriteElement(ref Utf8JsonReader reader, TextArena arena, DecodeState state, int depth)
    {
        var start = arena.Length;
        var issue = DecodeIssue.None;
        AttributeTextWriter.WriteNull(arena);
        while (reader.NextProperty())
        {
            var member = MemberOf(ref reader);
            if (member == AttributeType.Empty || IsNull(reader))
            {
                reader.Skip();
                continue;
            }

            arena.Truncate(start);
            issue = DecodeIssue.None;
            switch (member)
            {
                case AttributeType.String:
                    AttributeTextWriter.WriteString(arena, state.Repair(reader.ReadText(state)));
                    break;
                case AttributeType.Bool:
                    AttributeTextWriter.WriteBool(arena, reader.ReadBool());
                    break;
                case AttributeType.Int:
                    AttributeTextWriter.WriteInt(arena, reader.ReadInt64());
                    break;
                case AttributeType.Double:
                    AttributeTextWriter.WriteDouble(arena, reader.ReadDouble()!.Value);
                    break;
                case AttributeType.Bytes:
                    AttributeTextWriter.WriteBytes(arena, reader.ReadBase64(state));
                    break;
                default:
                    issue = WriteElements(ref reader, member, arena, state, depth + 1);
                    break;
            }
        }

        return issue;
    }

    private static AttributeType MemberOf(ref Utf8JsonReader reader)
    {
        if (reader.Is("stringValue"u8))
        {
            return AttributeType.String;
        }

        if (reader.Is("intValue"u8))
        {
            return AttributeType.Int;
        }

        if (reader.Is("doubleValue"u8))
        {
            return AttributeType.Double;
        }

        if (reader.Is("boolValue"u8))
        {
            return AttributeType.Bool;
        }

        if (reader.Is("arrayValue"u8))
        {
            return AttributeType.Array;
        }

        if (reader.Is("kvlistValue"u8))
        {
            return AttributeType.Map;
        }

        return reader.Is("bytesValue"u8) ? AttributeType.Bytes : AttributeType.Empty;
    }

    /// <summary>Whether the value of the property at the reader is null. Looks ahead on a copy.</summary>
    private static bool IsNull(Utf8JsonReader ahead)
    {
        ahead.Read();
        return ahead.TokenType == JsonTokenType.Null;
    }
}
