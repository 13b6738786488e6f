using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
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

    public static void Decode(ref ProtobufReader reader, LogBatch batch, DecodeState state)
    {
        while (reader.NextField(Field1))
        {
            ReadStream(ref reader, batch, state);
        }
    }

    private static void ReadStream(ref ProtobufReader reader, LogBatch batch, DecodeState state)
    {
        var stream = default(LokiStream);
        var outer = reader.Enter();
        var start = reader.Position;

        // The labels may come behind the entries, which need them: one walk for each.
        while (reader.NextField(Field1))
        {
            var labels = reader.ReadBytes();
            stream.AddLabels(batch, state, labels, state.Scratch(labels.Length));
        }

        stream.EndLabels(batch);
        reader.Rewind(start);
        while (reader.NextField(Field2))
        {
            ReadEntry(ref reader, batch, state, stream);
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
                    entry.SetTime(state, reader.ReadNanoseconds());
                    break;
                case Field2:
                    line = reader.ReadBytes();
                    break;
                case Field3:
                    reader.ReadPair(out var name, out var value);
                    entry.AddMetadata(batch, state, name, value);
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
}
