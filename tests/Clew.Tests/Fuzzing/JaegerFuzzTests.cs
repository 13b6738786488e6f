using System.Buffers;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Protocols.Thrift;
using Clew.Telemetry;
using Clew.Tests.Protocols.Jaeger;
using Clew.Tests.Protocols.Otlp;
using Jaeger.ApiV2;
using Xunit.Abstractions;

namespace Clew.Tests.Fuzzing;

/// <summary>What Jaeger's clients send. What is taken must also be fit for Jaeger's API and for OTLP.</summary>
public class JaegerFuzzTests(ITestOutputHelper output)
{
    private static readonly JaegerDecoder Decoder = new(ProtocolLimits.Default);
    private static readonly JaegerDecoder TightDecoder = new(FuzzTargets.TightLimits);

    private delegate DecodeResult Decode(JaegerDecoder decoder, ReadOnlySpan<byte> data, SpanBatch batch);

    [Fact]
    public void Binary_thrift() => FuzzRun.Run(output, BinaryTarget, seed => new RandomJaeger(seed).Batch().ToThrift(compact: false));

    [Fact]
    public void Compact_thrift() => FuzzRun.Run(output, CompactTarget, seed => new RandomJaeger(seed).Batch().ToThrift(compact: true));

    [Fact]
    public void Compact_agent_message() => FuzzRun.Run(
        output,
        data => Check(data, (decoder, bytes, batch) => decoder.DecodeAgentMessage(bytes, ThriftEncoding.Compact, Timestamp.MinValue, batch)),
        seed => new RandomJaeger(seed).Batch().ToAgentMessage(compact: true));

    [Fact]
    public void Binary_agent_message() => FuzzRun.Run(
        output,
        data => Check(data, (decoder, bytes, batch) => decoder.DecodeAgentMessage(bytes, ThriftEncoding.Binary, Timestamp.MinValue, batch)),
        seed => new RandomJaeger(seed).Batch().ToAgentMessage(compact: false));

    [Fact]
    public void Protobuf() => FuzzRun.Run(output, ProtobufTarget, seed => new RandomJaeger(seed).Batch().ToProtobuf(processPerSpan: seed % 2 == 0));

    /// <summary>Cutting a request anywhere is the commonest damage of all.</summary>
    [Fact]
    public void Cut_at_every_byte()
    {
        var longest = Enumerable.Range(0, 40).Select(seed => new RandomJaeger(seed).Batch()).Where(batch => batch.ToThrift(compact: true).Length < 3_000).MaxBy(batch => batch.ToThrift(compact: true).Length)!;
        foreach (var (target, data) in new (FuzzTarget, byte[])[]
        {
            (BinaryTarget, longest.ToThrift(compact: false)),
            (CompactTarget, longest.ToThrift(compact: true)),
            (ProtobufTarget, longest.ToProtobuf()),
        })
        {
            for (var length = 0; length <= data.Length; length++)
            {
                target(data.AsSpan(0, length));
            }
        }
    }

    private static void BinaryTarget(ReadOnlySpan<byte> data) => Check(data, (decoder, bytes, batch) => decoder.DecodeThrift(bytes, ThriftEncoding.Binary, batch));

    private static void CompactTarget(ReadOnlySpan<byte> data) => Check(data, (decoder, bytes, batch) => decoder.DecodeThrift(bytes, ThriftEncoding.Compact, batch));

    private static void ProtobufTarget(ReadOnlySpan<byte> data)
    {
        Check(data, (decoder, bytes, batch) => decoder.DecodeProtobuf(bytes, batch));
        FuzzTargets.AgreeWithGoogle(Decoder.DecodeProtobuf(data, new SpanBatch()), PostSpansRequest.Parser, data);
    }

    private static void Check(ReadOnlySpan<byte> data, Decode decode)
    {
        var batch = new SpanBatch();
        var result = decode(Decoder, data, batch);
        FuzzTargets.Check(result, batch);
        BatchInvariants.Check(batch);
        if (result.Accepted > 0)
        {
            Written(writer => JaegerTraceWriter.WriteResponse(writer, batch, [])).ShouldNotBeEmpty();
            var again = new OtlpDecoder(ProtocolLimits.Default).DecodeJson(Written(writer => OtlpJsonEncoder.Write(writer, batch)), new SpanBatch());
            again.Accepted.ShouldBe(result.Accepted, again.Error ?? again.Explanation);
        }

        batch.Clear();
        FuzzTargets.Check(decode(TightDecoder, data, batch), batch);
        BatchInvariants.Check(batch);
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written, OtlpJsonEncoder.WriterOptions))
        {
            write(writer);
        }

        return written.WrittenSpan.ToArray();
    }
}
