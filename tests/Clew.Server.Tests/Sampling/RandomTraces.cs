using System.Buffers.Binary;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Sampling;

/// <summary>Traces of one to six spans over three hours, with random ids, sizes, durations, attributes and a few errors.</summary>
internal static class RandomTraces
{
    public static SpanBatch Make(Random random, int traces)
    {
        var builder = new SpanBatchBuilder();
        var id = 0;
        for (var trace = 0; trace < traces; trace++)
        {
            var start = random.NextDouble() * 3 * 3_600_000;
            var code = random.Next(9);
            var spans = 1 + random.Next(6);
            var traceId = NewId(random);
            for (var span = 0; span < spans; span++)
            {
                builder.Span(
                    1, ++id, span == 0 ? 0 : id - 1, $"s{random.Next(3)}", $"op{random.Next(4)}", start + (span * random.Next(5_000)), random.Next(1_200) * random.NextDouble(),
                    status: random.Next(200) == 0 ? SpanStatus.Error : SpanStatus.Unset,
                    attributes: [("code", code), ("m", random.Next(2) == 0 ? "GET" : "PUT")]);
                builder.Batch.TraceIds[builder.Batch.Count - 1] = traceId;
            }
        }

        return builder.Batch;
    }

    /// <summary>Traces with an error that the policy on code 3 throws away.</summary>
    public static int ErrorsThatAreNoise(SpanBatch batch) => Enumerable.Range(0, batch.Count).GroupBy(row => batch.TraceIds[row])
        .Count(trace => trace.Any(row => batch.Statuses[row] == SpanStatus.Error) && trace.Any(row => batch[row].Attributes.Find("code")?.Text == "3"));

    private static TraceId NewId(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, random.NextInt64(1, long.MaxValue));
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], random.NextInt64(1, long.MaxValue));
        return new TraceId(bytes);
    }
}
