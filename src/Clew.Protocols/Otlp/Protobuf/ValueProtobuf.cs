using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Protobuf;

/// <summary>Reads OTLP's KeyValue and AnyValue messages into attribute lists and texts.</summary>
internal static class ValueProtobuf
{
    /// <summary>Adds the KeyValue at the position to an open list.</summary>
    /// <returns>Why it was not added; None when it was, or when the reader failed.</returns>
    public static DecodeIssue ReadAttribute(ref ProtobufReader reader, TelemetryBatch batch, AttributeLists lists, DecodeState state)
    {
        var outer = reader.Enter();
        var pair = ScanKeyValue(ref reader);
        var issue = AttributeRow.Key(batch, state, pair.Key, out var key);
        if (issue == DecodeIssue.None)
        {
            issue = ReadPairValue(ref reader, pair, batch.Arena, state, out var type, out var text);
            if (issue == DecodeIssue.None && !reader.Failed)
            {
                lists.Add(key, type, text);
            }
        }

        reader.Leave(outer);
        return issue;
    }

    /// <summary>Reads an AnyValue whose message was entered.</summary>
    public static DecodeIssue ReadValue(ref ProtobufReader reader, TextArena arena, DecodeState state, out AttributeType type, out TextRef text)
    {
        var value = ScanValue(ref reader);
        type = AttributeType.Empty;
        text = TextRef.Empty;
        switch (value.Tag)
        {
            case OtlpTags.AnyValue.String:
                type = AttributeType.String;
                if (value.Bytes.Length > state.Limits.MaxValueBytes)
                {
                    return DecodeIssue.ValueTooLong;
                }

                text = arena.Add(state.Repair(value.Bytes));
                return DecodeIssue.None;
            case OtlpTags.AnyValue.Bool:
                type = AttributeType.Bool;
                text = arena.Add(value.Bits != 0 ? AttributeText.True : AttributeText.False);
                return DecodeIssue.None;
            case OtlpTags.AnyValue.Int:
                type = AttributeType.Int;
                text = arena.Add((long)value.Bits);
                return DecodeIssue.None;
            case OtlpTags.AnyValue.Double:
                type = AttributeType.Double;
                text = arena.Add(BitConverter.UInt64BitsToDouble(value.Bits));
                return DecodeIssue.None;
            case OtlpTags.AnyValue.Bytes:
                type = AttributeType.Bytes;
                if (value.Bytes.Length > state.Limits.MaxValueBytes)
                {
                    return DecodeIssue.ValueTooLong;
                }

                text = arena.AddBase64(value.Bytes);
                return DecodeIssue.None;
            case OtlpTags.AnyValue.Array:
            case OtlpTags.AnyValue.Map:
                type = value.Tag == OtlpTags.AnyValue.Array ? AttributeType.Array : AttributeType.Map;
                return ReadNested(ref reader, value, arena, state, out text);
            default:
                return DecodeIssue.None;
        }
    }

    /// <summary>
    /// Reads a singular AnyValue field of the message being read, given where its first occurrence begins; several occurrences are one joined message.
    /// </summary>
    public static DecodeIssue ReadValueField(
        ref ProtobufReader reader, uint field, int firstTag, bool several, TextArena arena, DecodeState state, out AttributeType type, out TextRef text)
    {
        DecodeIssue issue;
        reader.Rewind(firstTag);
        if (several)
        {
            var joined = new ProtobufReader(reader.ReadJoined(field));
            issue = ReadValue(ref joined, arena, state, out type, out text);
            if (joined.Failed)
            {
                reader.Fail(joined.Error!, firstTag);
            }

            return issue;
        }

        reader.NextField(out _);
        var outer = reader.Enter();
        issue = ReadValue(ref reader, arena, state, out type, out text);
        reader.Leave(outer);
        return issue;
    }

    private static DecodeIssue ReadNested(ref ProtobufReader reader, scoped ScannedValue value, TextArena arena, DecodeState state, out TextRef text)
    {
        var start = arena.Length;
        var issue = WriteElements(ref reader, value, arena, state, 1);
        var length = arena.Length - start;
        if (issue == DecodeIssue.None && length > state.Limits.MaxValueBytes)
        {
            issue = DecodeIssue.ValueTooLong;
        }

        if (issue != DecodeIssue.None || reader.Failed)
        {
            arena.Truncate(start);
            text = TextRef.Empty;
            return issue;
        }

        text = new TextRef(start, length);
        return DecodeIssue.None;
    }

    /// <summary>Writes an array or map whose AnyValue message was scanned, as JSON. Occurrences that follow one another are one list.</summary>
    private static DecodeIssue WriteElements(ref ProtobufReader reader, scoped ScannedValue value, TextArena arena, DecodeState state, int depth)
    {
        if (depth > state.Limits.MaxValueDepth)
        {
            return DecodeIssue.ValueTooDeep;
        }

        var isArray = value.Tag == OtlpTags.AnyValue.Array;
        arena.Add(isArray ? "["u8 : "{"u8);
        var first = true;
        var issue = DecodeIssue.None;
        reader.Rewind(value.RunStart);
        while (reader.NextField(out var tag))
        {
            if (tag != value.Tag)
            {
                reader.Skip(tag);
                continue;
            }

            var outer = reader.Enter();
            while (reader.NextField(out var element))
            {
                if (element != OtlpTags.AnyValue.Values)
                {
                    reader.Skip(element);
                    continue;
                }

                if (!first)
                {
                    arena.Add(","u8);
                }

                first = false;
                var list = reader.Enter();
                issue = isArray ? WriteElement(ref reader, arena, state, depth) : WritePair(ref reader, arena, state, depth);
                reader.Leave(list);
                if (issue != DecodeIssue.None)
                {
                    break;
                }
            }

            reader.Leave(outer);
            if (issue != DecodeIssue.None)
            {
                return issue;
            }
        }

        arena.Add(isArray ? "]"u8 : "}"u8);
        return DecodeIssue.None;
    }

    private static DecodeIssue WritePair(ref ProtobufReader reader, TextArena arena, DecodeState state, int depth)
    {
        var pair = ScanKeyValue(ref reader);
        if (pair.Key.Length > state.Limits.MaxKeyBytes)
        {
            return DecodeIssue.KeyTooLong;
        }

        AttributeTextWriter.WriteKey(arena, state.Repair(pair.Key));
        if (pair.FirstValue < 0)
        {
            AttributeTextWriter.WriteNull(arena);
            return DecodeIssue.None;
        }

        DecodeIssue issue;
        reader.Rewind(pair.FirstValue);
        if (pair.SeveralValues)
        {
            var joined = new ProtobufReader(reader.ReadJoined(OtlpTags.KeyValue.Value));
            issue = WriteElement(ref joined, arena, state, depth);
            if (joined.Failed)
            {
                reader.Fail(joined.Error!, pair.FirstValue);
            }

            return issue;
        }

        reader.NextField(out _);
        var outer = reader.Enter();
        issue = WriteElement(ref reader, arena, state, depth);
        reader.Leave(outer);
        return issue;
    }

    private static DecodeIssue WriteElement(ref ProtobufReader reader, TextArena arena, DecodeState state, int depth)
    {
        var value = ScanValue(ref reader);
        switch (value.Tag)
        {
            case OtlpTags.AnyValue.String:
                AttributeTextWriter.WriteString(arena, state.Repair(value.Bytes));
                break;
            case OtlpTags.AnyValue.Bool:
                AttributeTextWriter.WriteBool(arena, value.Bits != 0);
                break;
            case OtlpTags.AnyValue.Int:
                AttributeTextWriter.WriteInt(arena, (long)value.Bits);
                break;
            case OtlpTags.AnyValue.Double:
                AttributeTextWriter.WriteDouble(arena, BitConverter.UInt64BitsToDouble(value.Bits));
                break;
            case OtlpTags.AnyValue.Bytes:
                AttributeTextWriter.WriteBytes(arena, value.Bytes);
                break;
            case OtlpTags.AnyValue.Array:
            case OtlpTags.AnyValue.Map:
                return WriteElements(ref reader, value, arena, state, depth + 1);
            default:
                AttributeTextWriter.WriteNull(arena);
                break;
        }

        return DecodeIssue.None;
    }

    private static DecodeIssue ReadPairValue(
        ref ProtobufReader reader, scoped ScannedPair pair, TextArena arena, DecodeState state, out AttributeType type, out TextRef text)
    {
        if (pair.FirstValue < 0)
        {
            type = AttributeType.Empty;
            text = TextRef.Empty;
            return DecodeIssue.None;
        }

        return ReadValueField(ref reader, OtlpTags.KeyValue.Value, pair.FirstValue, pair.SeveralValues, arena, state, out type, out text);
    }

    private static ScannedPair ScanKeyValue(ref ProtobufReader reader)
    {
        var pair = new ScannedPair { FirstValue = -1 };
        while (true)
        {
            var at = reader.Position;
            if (!reader.NextField(out var tag))
            {
                return pair;
            }

            switch (tag)
            {
                case OtlpTags.KeyValue.Key:
                    pair.Key = reader.ReadBytes();
                    break;
                case OtlpTags.KeyValue.Value:
                    if (pair.FirstValue < 0)
                    {
                        pair.FirstValue = at;
                    }
                    else
                    {
                        pair.SeveralValues = true;
                    }

                    reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    /// <summary>Finds which member of the oneof counts: the last one, where an array or map also takes in the same member right before it.</summary>
    private static ScannedValue ScanValue(ref ProtobufReader reader)
    {
        var value = default(ScannedValue);
        while (true)
        {
            var at = reader.Position;
            if (!reader.NextField(out var tag))
            {
                return value;
            }

            switch (tag)
            {
                case OtlpTags.AnyValue.String:
                case OtlpTags.AnyValue.Bytes:
                    value.Bytes = reader.ReadBytes();
                    break;
                case OtlpTags.AnyValue.Bool:
                case OtlpTags.AnyValue.Int:
                    value.Bits = reader.ReadVarint();
                    break;
                case OtlpTags.AnyValue.Double:
                    value.Bits = reader.ReadFixed64();
                    break;
                case OtlpTags.AnyValue.Array:
                case OtlpTags.AnyValue.Map:
                    if (value.Tag != tag)
                    {
                        value.RunStart = at;
                    }

                    reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    continue;
            }

            value.Tag = tag;
        }
    }

    /// <summary>What an AnyValue holds, found without descending into it. Tag 0 is no value.</summary>
    private ref struct ScannedValue
    {
        public uint Tag;
        public ulong Bits;
        public ReadOnlySpan<byte> Bytes;

        /// <summary>Offset of the tag of the first occurrence of an array or map.</summary>
        public int RunStart;
    }

    private ref struct ScannedPair
    {
        public ReadOnlySpan<byte> Key;

        /// <summary>Offset of the tag of the first value; -1 when there is none.</summary>
        public int FirstValue;

        public bool SeveralValues;
    }
}
