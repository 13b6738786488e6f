using Clew.Protocols.Decoding;
using Clew.Protocols.Otlp.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Loki;

/// <summary>
/// <c>logproto.PushRequest</c>: streams = 1; a stream has labels = 1 and entries = 2; an entry has timestamp = 1 (seconds = 1, nanos = 2), line = 2 and
/// structuredMetadata = 3 (name = 1, value = 2).
/// </summary>
internal static class PushProtobuf
{
    private const uint Field1 = (1 << 3) | 2;
    private const uint Field2 = (2 << 3) | 2;
    private const uint Field3 = (3 << 3) | 2;
    private const uint Seconds = 1 << 3;
    private const uint Nanos = 2 << 3;
    private const long MaxSeconds = long.MaxValue / 1_000_000_000;

    public static void Decode(ref ProtobufReader reader, LogBatch batch, DecodeState state)
    {
        while (reader.NextField(out var tag))
        {
            if (tag == Field1)
            {
                ReadStream(ref reader, batch, state);
            }
            else
            {
                reader.Skip(tag);
            }
        }
    }

    private static void ReadStream(ref ProtobufReader reader, LogBatch batch, DecodeState state)
    {
        var stream = default(LokiStream);
        var outer = reader.Enter();
        var start = reader.Position;

        // The labels may come behind the entries, which need them: one walk for each.
        while (reader.NextField(out var tag))
        {
            if (tag == Field1)
            {
                var labels = reader.ReadBytes();
                stream.AddLabels(batch, state, labels, state.Scratch(labels.Length));
            }
            else
            {
                reader.Skip(tag);
            }
        }

        stream.EndLabels(batch);
        reader.Rewind(start);
        while (reader.NextField(out var tag))
        {
            if (tag == Field2)
            {
                ReadEntry(ref reader, batch, state, stream);
            }
            else
            {
                reader.Skip(tag);
            }
        }

        reader.Leave(outer);
        stream.End(batch);
    }

    private static void ReadEntry(ref ProtobufReader reader, LogBatch batch, DecodeState state, in LokiStream stream)
    {
        var entry = LokiEntry.Begin(state, stream);
        var line = default(ReadOnlySpan<byte>);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Field1:
                    entry.SetTime(state, ReadTime(ref reader, state));
                    break;
                case Field2:
                    line = reader.ReadBytes();
                    break;
                case Field3:
                    ReadMetadata(ref reader, batch, state, ref entry);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        entry.SetLine(batch, state, line);
        entry.Complete(batch, state);
    }

    private static long ReadTime(ref ProtobufReader reader, DecodeState state)
    {
        long seconds = 0;
        var nanos = 0;
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Seconds:
                    seconds = (long)reader.ReadVarint();
                    break;
                case Nanos:
                    nanos = reader.ReadInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        if (seconds >= MaxSeconds)
        {
            state.Refuse(DecodeIssue.TimeBeyondRange);
            return 0;
        }

        return seconds < 0 ? -1 : (seconds * 1_000_000_000) + nanos;
    }

    private static void ReadMetadata(ref ProtobufReader reader, LogBatch batch, DecodeState state, ref LokiEntry entry)
    {
        var name = default(ReadOnlySpan<byte>);
        var value = default(ReadOnlySpan<byte>);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Field1:
                    name = reader.ReadBytes();
                    break;
                case Field2:
                    value = reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        entry.AddMetadata(batch, state, name, value);
    }
}
