using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Protocols.Thrift;
using Clew.Protocols.Zipkin;
using Clew.Telemetry;
using Clew.Testing;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;
using Zipkin.Proto3;

namespace Clew.Tests.Protocols.Zipkin;

public class ZipkinDecoderTests
{
    private static readonly Timestamp Received = new(1_800_000_000_000_000_000);

    private static readonly ZipkinDecoder Decoder = new(ProtocolLimits.Default);

    /// <summary>Each case is a list of spans and, after an arrow, what the batch then holds; with CLEW_ACCEPT=1 the file is written anew, for a reviewer to look at.</summary>
    [Theory]
    [InlineData("v2.txt")]
    [InlineData("v1.txt")]
    public void Cases(string name)
    {
        var file = Path.Combine(Folder(), "Cases", name);
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        var parts = text.Split("\n= ");
        var again = new StringBuilder(parts[0]);
        foreach (var part in parts.Skip(1))
        {
            var arrow = (part + "\n").IndexOf("\n->\n", StringComparison.Ordinal);
            var title = part[..part.IndexOf('\n', StringComparison.Ordinal)];
            var json = part[(title.Length + 1)..arrow];
            again.Append("\n= ").Append(title).Append('\n').Append(json).Append("\n->\n").Append(Outcome(name, Encoding.UTF8.GetBytes(json)));
        }

        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            File.WriteAllText(file, again.ToString());
            return;
        }

        again.ToString().ShouldBe(text);
        parts.Length.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Random_lists_are_the_same_in_json_and_protobuf_and_when_written_again()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var list = new RandomZipkin(seed).List();
            var fromJson = Decode(RandomZipkin.ToJson(list), seed);
            var fromProtobuf = new SpanBatch();
            Decoder.DecodeProtobuf(list.ToByteArray(), Received, fromProtobuf).Accepted.ShouldBe(list.Spans.Count, $"seed {seed}");
            BatchInvariants.Check(fromProtobuf);
            BatchText.Of(fromProtobuf).ShouldBe(BatchText.Of(fromJson), $"seed {seed}");

            var again = Decode(Write(fromJson), seed);
            BatchText.Of(again).Select(Lower).ShouldBe(BatchText.Of(fromJson).Select(Lower), $"seed {seed}");
        }

        // Names go out in lower case; a span without a time may find another neighbour when only lists of the same order are compared.
        static string Lower(string line) => line.ToLowerInvariant();
    }

    [Fact]
    public void Random_lists_of_version_1_are_the_same_in_json_and_thrift()
    {
        var jaeger = new JaegerDecoder(ProtocolLimits.Default);
        for (var seed = 0; seed < 400; seed++)
        {
            var spans = new RandomZipkin(seed).V1();
            var fromJson = new SpanBatch();
            var result = Decoder.DecodeV1Json(Encoding.UTF8.GetBytes(ZipkinV1Model.ToJson(spans)), Received, fromJson);
            result.Status.ShouldBe(DecodeStatus.Ok, result.Error);
            result.Accepted.ShouldBeGreaterThanOrEqualTo(spans.Count);
            BatchInvariants.Check(fromJson);
            foreach (var decode in new Func<SpanBatch, DecodeResult>[]
            {
                batch => Decoder.DecodeV1Thrift(ZipkinV1Model.ToThrift(spans), Received, batch),
                batch => jaeger.DecodeAgentMessage(ZipkinV1Model.ToAgentMessage(spans, compact: true), ThriftEncoding.Compact, Received, batch),
                batch => jaeger.DecodeAgentMessage(ZipkinV1Model.ToAgentMessage(spans, compact: false), ThriftEncoding.Binary, Received, batch),
            })
            {
                var fromThrift = new SpanBatch();
                decode(fromThrift).Status.ShouldBe(DecodeStatus.Ok, $"seed {seed}");
                BatchInvariants.Check(fromThrift);
                BatchText.Of(fromThrift).ShouldBe(BatchText.Of(fromJson), $"seed {seed}");
            }
        }
    }

    [Fact]
    public void Typed_binary_annotations_are_written_out()
    {
        var writer = new ThriftWriter(compact: false).BeginList(ThriftWriter.Struct, 1).BeginStruct().Field(1, 1L).Field(4, 2L).ListField(8, ThriftWriter.Struct, 7);
        foreach (var (key, type, value) in new (string, int, byte[])[]
        {
            ("bool", 0, [0]), ("bytes", 1, [1, 2]), ("i16", 2, [0xFF, 0xFE]), ("i32", 3, [0, 0, 1, 0]), ("i64", 4, [0, 0, 0, 0, 0, 0, 0, 7]), ("double", 5, [0x40, 4, 0, 0, 0, 0, 0, 0]), ("short", 3, [1]),
        })
        {
            writer.BeginStruct().Field(1, key).Field(2, value).Field(3, type).EndStruct();
        }

        var batch = new SpanBatch();
        Decoder.DecodeV1Thrift(writer.EndStruct().ToArray(), Received, batch).Accepted.ShouldBe(1);

        SpanLines.Of(batch[0]).Where(line => line.StartsWith("tag ", StringComparison.Ordinal)).ShouldBe(
            ["tag bool=s:false", "tag bytes=s:AQI=", "tag i16=s:-2", "tag i32=s:256", "tag i64=s:7", "tag double=s:2.5", "tag short=s:AQ==", "tag otel.zipkin.absentField.startTime=b:true"]);
    }

    [Fact]
    public void Protobuf_may_have_short_trace_ids_and_what_is_of_a_wrong_length_costs_little()
    {
        var list = new ListOfSpans
        {
            Spans =
            {
                new Span { TraceId = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0xAB, 0xCD), Id = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, 2), Timestamp = 5, LocalEndpoint = new Endpoint { Ipv6 = ByteString.CopyFrom(new byte[15]), Port = -1 } },
                new Span { TraceId = ByteString.CopyFrom(1, 2, 3), Id = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, 3), Timestamp = 5 },
                new Span { TraceId = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, 1), Id = ByteString.CopyFrom(4), Timestamp = 5 },
                new Span { TraceId = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, 1), Id = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, 5), ParentId = ByteString.CopyFrom(4), Timestamp = 5 },
            },
        };
        var batch = new SpanBatch();

        var result = Decoder.DecodeProtobuf(list.ToByteArray(), Received, batch);

        result.RejectionReasons.Select(reason => reason.ToString()).ShouldBe(
            ["trace_id must be 16 bytes (32 hex digits in JSON) (1)", "span_id must be 8 bytes (16 hex digits in JSON) (1)", "parent_span_id must be empty or 8 bytes (16 hex digits in JSON) (1)"]);
        result.Warnings.Single().ToString().ShouldBe("an address or port of an endpoint was none and was left out (2)");
        batch[0].TraceId.ToString().ShouldBe("0000000000000000000000000000abcd");
        result.Accepted.ShouldBe(1);
    }

    [Fact]
    public void A_span_of_a_thousand_services_becomes_a_bounded_number_of_rows()
    {
        var spans = new[] { new ZipkinV1Model(0, 1, 2, 0, "wide") { Annotations = [.. Enumerable.Range(0, 1_000).Select(i => new ZipkinV1Annotation(i + 1, "x", new ZipkinV1Endpoint($"s{i}", "", 0)))] } };
        var batch = new SpanBatch();

        Decoder.DecodeV1Thrift(ZipkinV1Model.ToThrift(spans), Received, batch).Accepted.ShouldBe(32);

        Enumerable.Range(0, 32).Sum(row => batch[row].EventCount).ShouldBe(1_000);
    }

    private static SpanBatch Decode(string json, int seed)
    {
        var batch = new SpanBatch();
        var result = Decoder.DecodeJson(Encoding.UTF8.GetBytes(json), Received, batch);
        result.Status.ShouldBe(DecodeStatus.Ok, $"seed {seed}: {result.Error} {json}");
        result.Rejected.ShouldBe(0, $"seed {seed}: {result.Explanation}");
        BatchInvariants.Check(batch);
        return batch;
    }

    private static string Outcome(string name, byte[] json)
    {
        var batch = new SpanBatch();
        var result = name == "v1.txt" ? Decoder.DecodeV1Json(json, Received, batch) : Decoder.DecodeJson(json, Received, batch);
        BatchInvariants.Check(batch);
        var lines = new List<string>();
        if (result.Error is { } error)
        {
            lines.Add($"malformed {error}");
        }

        lines.AddRange(result.RejectionReasons.Select(reason => $"refused {reason}"));
        lines.AddRange(result.Warnings.Select(warning => $"warning {warning}"));
        for (var row = 0; row < batch.Count; row++)
        {
            lines.AddRange(SpanLines.Of(batch[row]));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string Write(SpanBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, OtlpJsonEncoder.WriterOptions))
        {
            writer.WriteStartArray();
            for (var row = 0; row < batch.Count; row++)
            {
                ZipkinJsonWriter.WriteSpan(writer, batch, row);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Folder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
