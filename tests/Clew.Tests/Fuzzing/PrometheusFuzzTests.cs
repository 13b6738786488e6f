using Clew.Protocols;
using Clew.Protocols.Prometheus;
using Clew.Telemetry;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;
using Xunit.Abstractions;
using Requests = Clew.Tests.Protocols.Prometheus.RandomRequests;

namespace Clew.Tests.Fuzzing;

/// <summary>Prometheus's remote write.</summary>
public class PrometheusFuzzTests(ITestOutputHelper output)
{
    private readonly RemoteWriteDecoder _decoder = new(ProtocolLimits.Default, new PrometheusCatalogue(ProtocolLimits.Default));
    private readonly RemoteWriteDecoder _tight = new(FuzzTargets.TightLimits with { MaxLabels = 2, MaxKnownMetrics = 1, MaxKnownTargets = 1 }, new PrometheusCatalogue(FuzzTargets.TightLimits));

    [Fact]
    public void Remote_write_1() => FuzzRun.Run(
        output, data => Check(data, _decoder.DecodeV1, _tight.DecodeV1, global::Prometheus.Write.V1.WriteRequest.Parser), seed => Requests.V1(new Random(seed)).ToByteArray());

    [Fact]
    public void Remote_write_2() => FuzzRun.Run(
        output, data => Check(data, _decoder.DecodeV2, _tight.DecodeV2, global::Prometheus.Write.V2.Request.Parser), seed => Requests.ToV2(Requests.V1(new Random(seed))).ToByteArray());

    private static void Check<T>(ReadOnlySpan<byte> data, Decode decode, Decode tight, MessageParser<T> parser)
        where T : IMessage<T>
    {
        var batch = new MetricBatch();
        var result = decode(data, batch);
        FuzzTargets.Check(result, batch);
        BatchInvariants.Check(batch);
        if (result.Error != "the first of the symbols must be empty")
        {
            FuzzTargets.AgreeWithGoogle(result, parser, data);
        }

        batch.Clear();
        FuzzTargets.Check(tight(data, batch), batch);
        BatchInvariants.Check(batch);
    }

    private delegate DecodeResult Decode(ReadOnlySpan<byte> data, MetricBatch batch);
}
