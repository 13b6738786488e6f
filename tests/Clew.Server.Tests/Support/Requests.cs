using System.IO.Compression;
using System.Text;
using Clew.Protocols.Zstandard;
using Clew.Testing;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Clew.Server.Tests.Support;

/// <summary>OTLP requests for tests of the doors.</summary>
internal static class Requests
{
    public const string JsonSpan = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}}]},"scopeSpans":[{"scope":{"name":"http"},"spans":[
        {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"GET /cart","kind":2,"startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000005000000"}]}]}]}
        """;

    public const string JsonLog = """
        {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1700000000000000000","severityNumber":9,"body":{"stringValue":"hello"}}]}]}]}
        """;

    public const string JsonGauge = """
        {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"queue","gauge":{"dataPoints":[{"timeUnixNano":"1700000000000000000","asInt":"7"}]}}]}]}]}
        """;

    /// <summary>One request with these spans; a bad one has a trace id of three bytes.</summary>
    public static byte[] Spans(int good, int bad = 0)
    {
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "test" } };
        for (var i = 0; i < good + bad; i++)
        {
            scope.Spans.Add(new Span
            {
                TraceId = ByteString.CopyFrom(i < good ? [.. Enumerable.Repeat((byte)0xAB, 16)] : [1, 2, 3]),
                SpanId = ByteString.CopyFrom(BitConverter.GetBytes(i + 1L)),
                Name = $"span {i}",
                StartTimeUnixNano = 1_700_000_000_000_000_000,
                EndTimeUnixNano = 1_700_000_000_000_001_000,
            });
        }

        return new TracesData { ResourceSpans = { new ResourceSpans { Resource = Service("checkout"), ScopeSpans = { scope } } } }.ToByteArray();
    }

    public static byte[] Logs(int good) => new LogsData
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                Resource = Service("checkout"),
                ScopeLogs = { new ScopeLogs { LogRecords = { Enumerable.Range(0, good).Select(i => new LogRecord { TimeUnixNano = 1_700_000_000_000_000_000, Body = new AnyValue { StringValue = $"line {i}" } }) } } },
            },
        },
    }.ToByteArray();

    public static byte[] Gauges(int good) => new MetricsData
    {
        ResourceMetrics =
        {
            new ResourceMetrics
            {
                Resource = Service("checkout"),
                ScopeMetrics =
                {
                    new ScopeMetrics
                    {
                        Metrics =
                        {
                            new Metric
                            {
                                Name = "queue",
                                Gauge = new Gauge { DataPoints = { Enumerable.Range(0, good).Select(i => new NumberDataPoint { TimeUnixNano = 1_700_000_000_000_000_000, AsInt = i }) } },
                            },
                        },
                    },
                },
            },
        },
    }.ToByteArray();

    /// <summary>The encoding's name where this machine has libzstd; nothing elsewhere.</summary>
    public static string[] Zstandard => ZstandardStream.IsSupported ? ["zstd"] : [];

    public static byte[] Compress(string encoding, byte[] body)
    {
        if (encoding == "zstd")
        {
            return ZstandardPacker.Pack(body);
        }

        using var compressed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" or "x-gzip" => new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true),
            _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, null),
        })
        {
            stream.Write(body);
        }

        return compressed.ToArray();
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static Resource Service(string name) => new() { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = name } } } };
}
