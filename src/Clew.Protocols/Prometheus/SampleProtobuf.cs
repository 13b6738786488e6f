using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Prometheus;

/// <summary>What both versions of remote write have in the same fields.</summary>
internal static class SampleProtobuf
{
    /// <summary>Of an exemplar, and of a sample one less.</summary>
    public const uint ExemplarValue = (2 << 3) | 1;
    public const uint ExemplarTime = 3 << 3;

    private const uint Value = (1 << 3) | 1;
    private const uint Time = 2 << 3;
    private const uint Start = 3 << 3;

    /// <summary>A Sample: value = 1, timestamp = 2, and in version 2.0 start_timestamp = 3 (from release candidate 4 on).</summary>
    public static void Read(ref ProtobufReader reader, out double value, out long time, out long start)
    {
        (value, time, start) = (0, 0, 0);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Value:
                    value = reader.ReadDouble();
                    break;
                case Time:
                    time = (long)reader.ReadVarint();
                    break;
                case Start:
                    start = (long)reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
    }
}
