using System.Globalization;
using System.Text;
using Clew.Protocols.Snappy;

namespace Clew.Benchmarks.Workloads;

/// <summary>What Prometheus and Promtail send: 1,000 samples of 1,000 series, 1,000 lines of ten streams.</summary>
internal static class SenderRequests
{
    public const int Items = 1_000;

    private const ulong Milliseconds = 1_790_000_000_000;

    /// <summary><c>prometheus.WriteRequest</c>.</summary>
    public static byte[] RemoteWrite() => MessageWriter.Write(request =>
    {
        for (var i = 0; i < Items; i++)
        {
            request.Message(1, series =>
            {
                foreach (var (name, value) in Labels(i))
                {
                    series.Message(1, label => label.Text(1, name).Text(2, value));
                }

                series.Message(2, sample => sample.Double(1, i).Varint(2, Milliseconds));
            });
        }
    });

    /// <summary>The same as <c>io.prometheus.write.v2.Request</c>, with the metadata that its senders say with every series.</summary>
    public static byte[] RemoteWrite2()
    {
        var symbols = new List<string> { string.Empty };
        var places = new Dictionary<string, uint> { [string.Empty] = 0 };
        return MessageWriter.Write(request =>
        {
            var help = Place("Requests by status and handler.");
            for (var i = 0; i < Items; i++)
            {
                uint[] references = [.. Labels(i).SelectMany(label => new[] { Place(label.Name), Place(label.Value) })];
                request.Message(5, series => series
                    .Packed(1, references)
                    .Message(2, sample => sample.Double(1, i).Varint(2, Milliseconds))
                    .Message(5, metadata => metadata.Varint(1, 1).Varint(3, help)));
            }

            symbols.ForEach(symbol => request.Text(4, symbol));
        });

        uint Place(string symbol)
        {
            if (places.TryAdd(symbol, (uint)symbols.Count))
            {
                symbols.Add(symbol);
            }

            return places[symbol];
        }
    }

    /// <summary><c>logproto.PushRequest</c>.</summary>
    public static byte[] LokiPush() => MessageWriter.Write(request =>
    {
        for (var stream = 0; stream < 10; stream++)
        {
            request.Message(1, entries =>
            {
                entries.Text(1, string.Create(CultureInfo.InvariantCulture, $"{{app=\"shop\", namespace=\"prod\", pod=\"shop-{stream}\"}}"));
                for (var i = 0; i < Items / 10; i++)
                {
                    entries.Message(2, entry => entry.Message(1, time => time.Varint(1, Milliseconds / 1_000).Varint(2, (ulong)i)).Text(2, Line(i)));
                }
            });
        }
    });

    /// <summary>The same in JSON, with structured metadata.</summary>
    public static byte[] LokiPushJson()
    {
        var streams = Enumerable.Range(0, 10).Select(stream => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"stream":{"app":"shop","namespace":"prod","pod":"shop-{{stream}}"},"values":[{{string.Join(',', Enumerable.Range(0, Items / 10).Select(Value))}}]}"""));
        return Encoding.UTF8.GetBytes($$"""{"streams":[{{string.Join(',', streams)}}]}""");

        static string Value(int i) => string.Create(
            CultureInfo.InvariantCulture,
            $$"""["{{(Milliseconds * 1_000_000) + (ulong)i}}","{{Line(i).Replace("\"", "\\\"", StringComparison.Ordinal)}}",{"trace_id":"4bf92f3577b34da6a3ce929d0e0e{{i:x4}}","order":"{{i}}"}]""");
    }

    public static byte[] Pack(byte[] content)
    {
        var room = new byte[SnappyBlock.MaxEncodedLength(content.Length)];
        return room.AsSpan(0, SnappyBlock.Encode(content, room)).ToArray();
    }

    private static (string Name, string Value)[] Labels(int i) =>
    [
        ("__name__", "http_requests_total"),
        ("code", "200"),
        ("handler", string.Create(CultureInfo.InvariantCulture, $"/api/v1/orders/{i % 100}")),
        ("instance", string.Create(CultureInfo.InvariantCulture, $"10.0.0.{i % 10}:9090")),
        ("job", "shop/gateway"),
    ];

    private static string Line(int i) => string.Create(CultureInfo.InvariantCulture, $"ts=2026-09-17T10:00:00Z level=info msg=\"order {i} paid\" duration=12ms");
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
