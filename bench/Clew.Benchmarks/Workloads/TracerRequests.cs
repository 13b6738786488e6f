using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Clew.Testing;

namespace Clew.Benchmarks.Workloads;

/// <summary>What the clients of Jaeger and Zipkin send: 1,000 spans of one service, each with six tags and one event.</summary>
internal static class TracerRequests
{
    public const int Spans = 1_000;

    private const long Microseconds = 1_790_000_000_000_000;
    private const long TraceLow = 0x0a3c_e929_d0e0_0000;

    /// <summary>Jaeger's <c>Batch</c> in Thrift's binary encoding.</summary>
    public static byte[] JaegerThrift()
    {
        var writer = new ThriftWriter(compact: false).BeginStruct().Field(1, ThriftWriter.Struct).BeginStruct().Field(1, "cart");
        writer.ListField(2, ThriftWriter.Struct, 1).BeginStruct().Field(1, "hostname").Field(2, 0).Field(3, "cart-7d9f").EndStruct().EndStruct();
        writer.ListField(2, ThriftWriter.Struct, Spans);
        for (var i = 0; i < Spans; i++)
        {
            writer.BeginStruct().Field(1, TraceLow + (i / 10)).Field(2, 5L).Field(3, i + 1L).Field(4, i % 10 == 0 ? 0L : i).Field(5, Name(i)).Field(7, 1)
                .Field(8, Microseconds + i).Field(9, 1_500L).ListField(10, ThriftWriter.Struct, 6);
            foreach (var (key, text, number) in Tags(i))
            {
                writer.BeginStruct().Field(1, key);
                _ = text is null ? writer.Field(2, 3).Field(6, number) : writer.Field(2, 0).Field(3, text);
                writer.EndStruct();
            }

            writer.ListField(11, ThriftWriter.Struct, 1).BeginStruct().Field(1, Microseconds + i).ListField(2, ThriftWriter.Struct, 1)
                .BeginStruct().Field(1, "event").Field(2, 0).Field(3, "cache miss").EndStruct().EndStruct().EndStruct();
        }

        return writer.EndStruct().ToArray();
    }

    /// <summary><c>jaeger.api_v2.PostSpansRequest</c>.</summary>
    public static byte[] JaegerProtobuf() => MessageWriter.Write(request => request.Message(1, batch =>
    {
        for (var i = 0; i < Spans; i++)
        {
            batch.Message(1, span =>
            {
                span.Bytes(1, TraceId(i)).Bytes(2, SpanId(i + 1)).Text(3, Name(i)).Varint(5, 1).Message(6, time => Time(time, Microseconds + i)).Message(7, time => time.Varint(2, 1_500_000));
                if (i % 10 != 0)
                {
                    span.Message(4, reference => reference.Bytes(1, TraceId(i)).Bytes(2, SpanId(i)));
                }

                foreach (var (key, text, number) in Tags(i))
                {
                    span.Message(8, tag => _ = text is null ? tag.Text(1, key).Varint(2, 2).Varint(5, (ulong)number) : tag.Text(1, key).Text(3, text));
                }

                span.Message(9, log => log.Message(1, time => Time(time, Microseconds + i)).Message(2, field => field.Text(1, "event").Text(3, "cache miss")));
            });
        }

        batch.Message(2, process => process.Text(1, "cart").Message(2, tag => tag.Text(1, "hostname").Text(3, "cart-7d9f")));
    }));

    /// <summary>Zipkin's JSON of version 2.</summary>
    public static byte[] ZipkinJson()
    {
        return Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, Spans).Select(Span)) + "]");

        static string Span(int i)
        {
            var parent = i % 10 == 0 ? string.Empty : $"\"parentId\":\"{Convert.ToHexStringLower(SpanId(i))}\",";
            var tags = string.Join(',', Tags(i).Select(tag => $"\"{tag.Key}\":\"{tag.Text ?? tag.Number.ToString(CultureInfo.InvariantCulture)}\""));
            return string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"traceId":"{{Convert.ToHexStringLower(TraceId(i))}}",{{parent}}"id":"{{Convert.ToHexStringLower(SpanId(i + 1))}}","kind":"SERVER","name":"{{Name(i)}}","timestamp":{{Microseconds + i}},"duration":1500,"localEndpoint":{"serviceName":"cart","ipv4":"10.0.0.7","port":8080},"annotations":[{"timestamp":{{Microseconds + i}},"value":"cache miss"}],"tags":{{{tags}}} }""");
        }
    }

    /// <summary><c>zipkin.proto3.ListOfSpans</c>.</summary>
    public static byte[] ZipkinProtobuf() => MessageWriter.Write(list =>
    {
        for (var i = 0; i < Spans; i++)
        {
            list.Message(1, span =>
            {
                span.Bytes(1, TraceId(i)).Bytes(3, SpanId(i + 1)).Varint(4, 2).Text(5, Name(i)).Fixed64(6, (ulong)(Microseconds + i)).Varint(7, 1_500)
                    .Message(8, local => local.Text(1, "cart").Bytes(2, [10, 0, 0, 7]).Varint(4, 8080)).Message(10, note => note.Fixed64(1, (ulong)(Microseconds + i)).Text(2, "cache miss"));
                if (i % 10 != 0)
                {
                    span.Bytes(2, SpanId(i));
                }

                foreach (var (key, text, number) in Tags(i))
                {
                    span.Message(11, tag => tag.Text(1, key).Text(2, text ?? number.ToString(CultureInfo.InvariantCulture)));
                }
            });
        }
    });

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"GET /cart/{i % 20}");

    private static (string Key, string? Text, long Number)[] Tags(int i) =>
    [
        ("http.method", "GET", 0),
        ("http.url", string.Create(CultureInfo.InvariantCulture, $"http://cart/cart/{i}"), 0),
        ("http.status_code", null, i % 50 == 0 ? 500 : 200),
        ("component", "net/http", 0),
        ("customer", string.Create(CultureInfo.InvariantCulture, $"c-{i * 7}"), 0),
        ("items", null, i % 9),
    ];

    private static byte[] TraceId(int i)
    {
        var bytes = new byte[16];
        bytes[7] = 5;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), TraceLow + (i / 10));
        return bytes;
    }

    private static byte[] SpanId(int number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static void Time(MessageWriter writer, long microseconds) =>
        writer.Varint(1, (ulong)(microseconds / 1_000_000)).Varint(2, (ulong)(microseconds % 1_000_000 * 1_000));
}
