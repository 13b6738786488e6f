using System.Text;
using Clew.Protocols;
using Clew.Protocols.Loki;
using Clew.Protocols.Snappy;
using Clew.Telemetry;
using Clew.Tests.Protocols.Loki;
using Clew.Tests.Protocols.Otlp;
using Clew.Tests.Protocols.Snappy;
using Google.Protobuf;
using Logproto;
using Xunit.Abstractions;

namespace Clew.Tests.Fuzzing;

/// <summary>Snappy blocks and Loki's push requests.</summary>
public class LokiFuzzTests(ITestOutputHelper output)
{
    private static readonly LokiDecoder Decoder = new(ProtocolLimits.Default);
    private static readonly LokiDecoder TightDecoder = new(FuzzTargets.TightLimits);

    [Fact]
    public void Snappy() => FuzzRun.Run(output, SnappyBlockTarget, seed => SnappyBlockTests.Pack(LokiDecoderTests.RandomRequest(new Random(seed)).ToByteArray()));

    [Fact]
    public void Protobuf() => FuzzRun.Run(output, ProtobufTarget, seed => LokiDecoderTests.RandomRequest(new Random(seed)).ToByteArray());

    [Fact]
    public void Json() => FuzzRun.Run(output, JsonTarget, seed => Encoding.UTF8.GetBytes(LokiDecoderTests.ToJson(LokiDecoderTests.RandomRequest(new Random(seed)))));

    /// <summary>Agrees with another implementation on what is a block, and asks for no more room than its bytes can fill.</summary>
    private static void SnappyBlockTarget(ReadOnlySpan<byte> data)
    {
        if (!SnappyBlock.TryReadLength(data, out var length))
        {
            return;
        }

        length.ShouldBeLessThanOrEqualTo(data.Length * 64 / 3);
        var content = new byte[length];
        if (SnappyBlock.TryDecode(data, content))
        {
            IronSnappy.Snappy.Decode(data.ToArray()).ShouldBe(content);
        }
    }

    private static void ProtobufTarget(ReadOnlySpan<byte> data)
    {
        var batch = new LogBatch();
        var result = Decoder.DecodeProtobuf(data, batch);
        FuzzTargets.Check(result, batch);
        BatchInvariants.Check(batch);
        FuzzTargets.AgreeWithGoogle(result, PushRequest.Parser, data);
        batch.Clear();
        FuzzTargets.Check(TightDecoder.DecodeProtobuf(data, batch), batch);
        BatchInvariants.Check(batch);
    }

    private static void JsonTarget(ReadOnlySpan<byte> data)
    {
        var batch = new LogBatch();
        FuzzTargets.Check(Decoder.DecodeJson(data, batch), batch);
        BatchInvariants.Check(batch);
        batch.Clear();
        FuzzTargets.Check(TightDecoder.DecodeJson(data, batch), batch);
        BatchInvariants.Check(batch);
    }
}
