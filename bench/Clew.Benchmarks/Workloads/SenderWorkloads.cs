using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Clew.Protocols;
using Clew.Protocols.Loki;
using Clew.Protocols.Prometheus;
using Clew.Protocols.Snappy;
using Clew.Telemetry;

namespace Clew.Benchmarks.Workloads;

/// <summary>What Prometheus and Promtail send: 1,000 samples of 1,000 series, 1,000 lines of ten streams.</summary>
internal static class SenderRequests
{
    public const int Items = 1_000;

    private const ulong Milliseconds = 1_790_000_000_000;

    /// <summary><c>prometheus.WriteRequest</c>.</summary>
    public static byte[] RemoteWrite() => Message(request =>
    {
        for (var i = 0; i < Items; i++)
        {
            request.Message(1, series =>
            {
                series.Message(1, label => label.Text(1, "__name__").Text(2, "http_requests_total"));
                series.Message(1, label => label.Text(1, "code").Text(2, "200"));
                series.Message(1, label => label.Text(1, "handler").Text(2, string.Create(CultureInfo.InvariantCulture, $"/api/v1/orders/{i % 100}")));
                series.Message(1, label => label.Text(1, "instance").Text(2, string.Create(CultureInfo.InvariantCulture, $"10.0.0.{i % 10}:9090")));
                series.Message(1, label => label.Text(1, "job").Text(2, "shop/gateway"));
                series.Message(2, sample => sample.Double(1, i).Varint(2, Milliseconds));
            });
        }
    });

    /// <summary><c>logproto.PushRequest</c>.</summary>
    public static byte[] LokiPush() => Message(request =>
    {
        for (var stream = 0; stream < 10; stream++)
        {
            request.Message(1, entries =>
            {
                entries.Text(1, string.Create(CultureInfo.InvariantCulture, $"{{app=\"shop\", namespace=\"prod\", pod=\"shop-{stream}\"}}"));
                for (var i = 0; i < Items / 10; i++)
                {
                    entries.Message(2, entry => entry
                        .Message(1, time => time.Varint(1, Milliseconds / 1_000).Varint(2, (ulong)i))
                        .Text(2, string.Create(CultureInfo.InvariantCulture, $"ts=2026-09-17T10:00:00Z level=info msg=\"order {i} paid\" duration=12ms")));
                }
            });
        }
    });

    public static byte[] Pack(byte[] content)
    {
        var room = new byte[SnappyBlock.MaxEncodedLength(content.Length)];
        return room.AsSpan(0, SnappyBlock.Encode(content, room)).ToArray();
    }

    private static byte[] Message(Action<Writer> write)
    {
        var writer = new Writer();
        write(writer);
        return writer.Written;
    }

    /// <summary>Just enough of protobuf's wire format.</summary>
    private sealed class Writer
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public byte[] Written => _bytes.WrittenSpan.ToArray();

        public Writer Varint(int field, ulong value)
        {
            Raw((ulong)field << 3);
            Raw(value);
            return this;
        }

        public Writer Double(int field, double value)
        {
            Raw(((ulong)field << 3) | 1);
            Span<byte> bytes = stackalloc byte[sizeof(double)];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            _bytes.Write(bytes);
            return this;
        }

        public Writer Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public Writer Message(int field, Action<Writer> write) => Bytes(field, SenderRequests.Message(write));

        private Writer Bytes(int field, byte[] bytes)
        {
            Raw(((ulong)field << 3) | 2);
            Raw((ulong)bytes.Length);
            _bytes.Write(bytes);
            return this;
        }

        private void Raw(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
            {
                _bytes.Write([(byte)(value | 0x80)]);
            }

            _bytes.Write([(byte)value]);
        }
    }
}

/// <summary>A snappy block of a remote write request, unpacked.</summary>
internal sealed class UnpackSnappy : IWorkload
{
    private readonly byte[] _block = SenderRequests.Pack(SenderRequests.RemoteWrite());
    private readonly byte[] _content = new byte[SenderRequests.RemoteWrite().Length];

    public string Name => "unpack_snappy";

    public int Items => SenderRequests.Items;

    public int Run() => SnappyBlock.TryDecode(_block, _content) ? SenderRequests.Items : 0;
}

internal sealed class DecodeRemoteWrite : IWorkload
{
    private readonly RemoteWriteDecoder _decoder = new(ProtocolLimits.Default, new PrometheusCatalogue(ProtocolLimits.Default));
    private readonly byte[] _request = SenderRequests.RemoteWrite();
    private readonly MetricBatch _batch = new();

    public string Name => "decode_remote_write";

    public int Items => SenderRequests.Items;

    public int Run()
    {
        _batch.Clear();
        return _decoder.DecodeV1(_request, _batch).Accepted;
    }
}

internal sealed class DecodeLokiPush : IWorkload
{
    private readonly LokiDecoder _decoder = new(ProtocolLimits.Default);
    private readonly byte[] _request = SenderRequests.LokiPush();
    private readonly LogBatch _batch = new();

    public string Name => "decode_loki_push";

    public int Items => SenderRequests.Items;

    public int Run()
    {
        _batch.Clear();
        return _decoder.DecodeProtobuf(_request, _batch).Accepted;
    }
}
