using System.Buffers;
using System.Text;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Protocols.Zipkin;
using Clew.Telemetry;
using Clew.Testing;
using Clew.Tests.Protocols.Otlp;
using Clew.Tests.Protocols.Zipkin;
using Google.Protobuf;
using Xunit.Abstractions;
using Zipkin.Proto3;

namespace Clew.Tests.Fuzzing;

/// <summary>What Zipkin's clients send. What is taken must be fit for Zipkin's API, and come back through it.</summary>
public class ZipkinFuzzTests(ITestOutputHelper output)
{
    private static readonly ZipkinDecoder Decoder = new(ProtocolLimits.Default);
    private static readonly ZipkinDecoder TightDecoder = new(FuzzTargets.TightLimits);

    private delegate DecodeResult Decode(ZipkinDecoder decoder, ReadOnlySpan<byte> data, SpanBatch batch);

    [Fact]
    public void Json() => FuzzRun.Run(output, JsonTarget, seed => Encoding.UTF8.GetBytes(RandomZipkin.ToJson(new RandomZipkin(seed).List())));

    [Fact]
    public void Protobuf() => FuzzRun.Run(output, ProtobufTarget, seed => new RandomZipkin(seed).List().ToByteArray());

    [Fact]
    public void V1_json() => FuzzRun.Run(
        output,
        data => Check(data, (decoder, bytes, batch) => decoder.DecodeV1Json(bytes, Timestamp.MinValue, batch)),
        seed => Encoding.UTF8.GetBytes(ZipkinV1Model.ToJson(new RandomZipkin(seed).V1())));

    [Fact]
    public void V1_thrift() => FuzzRun.Run(output, ThriftTarget, seed => ZipkinV1Model.ToThrift(new RandomZipkin(seed).V1()));

    /// <summary>Cutting a request anywhere is the commonest damage of all.</summary>
    [Fact]
    public void Cut_at_every_byte()
    {
        var list = Enumerable.Range(0, 40).Select(seed => new RandomZipkin(seed).List()).MaxBy(list => list.Spans.Count)!;
        var v1 = Enumerable.Range(0, 40).Select(seed => new RandomZipkin(seed).V1()).MaxBy(spans => spans.Count)!;
        foreach (var (target, data) in new (FuzzTarget, byte[])[]
        {
            (JsonTarget, Encoding.UTF8.GetBytes(RandomZipkin.ToJson(list))),
            (ProtobufTarget, list.ToByteArray()),
            (ThriftTarget, ZipkinV1Model.ToThrift(v1)),
        })
        {
            for (var length = 0; length <= data.Length; length++)
            {
                target(data.AsSpan(0, length));
            }
        }
    }

    private static void JsonTarget(ReadOnlySpan<byte> data) => Check(data, (decoder, bytes, batch) => decoder.DecodeJson(bytes, Timestamp.MinValue, batch));

    private static void ProtobufTarget(ReadOnlySpan<byte> data)
    {
        Check(data, (decoder, bytes, batch) => decoder.DecodeProtobuf(bytes, Timestamp.MinValue, batch));
        var result = Decoder.DecodeProtobuf(data, Timestamp.MinValue, new SpanBatch());

        // Google's C# parser takes a list without a byte, which Zipkin refuses, and within the entries of a map passes over wire types that do not exist.
        if (!data.IsEmpty && result.Error?.StartsWith("wire type", StringComparison.Ordinal) != true)
        {
            FuzzTargets.AgreeWithGoogle(result, ListOfSpans.Parser, data);
        }
    }

    private static void ThriftTarget(ReadOnlySpan<byte> data) => Check(data, (decoder, bytes, batch) => decoder.DecodeV1Thrift(bytes, Timestamp.MinValue, batch));

    private static void Check(ReadOnlySpan<byte> data, Decode decode)
    {
        var batch = new SpanBatch();
        var result = decode(Decoder, data, batch);
        FuzzTargets.Check(result, batch);
        BatchInvariants.Check(batch);
        if (result.Accepted > 0)
        {
            var again = Decoder.DecodeJson(Written(batch), Timestamp.MinValue, new SpanBatch());
            again.Accepted.ShouldBe(result.Accepted, again.Error ?? again.Explanation);
        }

        batch.Clear();
        FuzzTargets.Check(decode(TightDecoder, data, batch), batch);
        BatchInvariants.Check(batch);
    }

    private static byte[] Written(SpanBatch batch)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written, OtlpJsonEncoder.WriterOptions))
        {
            writer.WriteStartArray();
            for (var row = 0; row < batch.Count; row++)
            {
                ZipkinJsonWriter.WriteSpan(writer, batch, row);
            }

            writer.WriteEndArray();
        }

        return written.WrittenSpan.ToArray();
    }
}
