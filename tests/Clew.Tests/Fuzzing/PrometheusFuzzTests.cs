using Clew.Protocols;
using Clew.Protocols.Prometheus;
using Clew.Protocols.Prometheus.Scraping;
using Clew.Telemetry;
using Clew.Tests.Protocols.Otlp;
using Clew.Tests.Protocols.Prometheus;
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

    /// <summary>Twice the same, so that the second scrape finds what the first one remembered, then nothing, which ends it all.</summary>
    [Fact]
    public void Exposition() => FuzzRun.Run(output, ExpositionTarget, seed => Expositions[(int)((uint)seed % Expositions.Length)]);

    /// <summary>What a remote reader asks: read or refused in words, never more of it than there may be.</summary>
    [Fact]
    public void Remote_read() => FuzzRun.Run(output, RemoteReadTarget, seed => RemoteReads[(int)((uint)seed % RemoteReads.Length)]);

    private static readonly byte[][] RemoteReads =
    [
        [0x0A, 0x17, 0x08, 0x05, 0x10, 0xE8, 0x07, 0x1A, 0x10, 0x08, 0x02, 0x12, 0x08, .. "__name__"u8, 0x1A, 0x02, .. "up"u8, 0x10, 0x01, 0x10, 0x00],
        [0x0A, 0x08, 0x1A, 0x06, 0x12, 0x01, 0x61, 0x1A, 0x01, 0x62, 0x12, 0x02, 0x01, 0x00],
        [0x12, 0x01, 0x01],
    ];

    private static void RemoteReadTarget(ReadOnlySpan<byte> data)
    {
        var request = RemoteReadRequest.Read(data, out var problem);
        (request is null).ShouldBe(problem.Length > 0, problem);
        foreach (var query in request?.Queries ?? [])
        {
            query.Matchers.Count.ShouldBeLessThanOrEqualTo(100);
            query.Matchers.ShouldAllBe(matcher => matcher.Name.Length > 0 && Enum.IsDefined(matcher.Match));
        }
    }

    private static readonly byte[][] Expositions =
    [
        "# HELP a Some \\\\ help\n# TYPE a counter\na{b=\"c\",d=\"\\\"e\\n\"} 1.5e3 1700000000000\na 2\n"u8.ToArray(),
        "# TYPE h histogram\nh_bucket{le=\"0.1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum NaN\nh_count 2\n{\"x.y\",\"k k\"=\"v\"} -Inf\n"u8.ToArray(),
        "# TYPE a counter\n# UNIT a s\na_total{b=\"c\"} 1 1.5 # {trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 0.5 1.25\na_created{b=\"c\"} 1.5\n# EOF\n"u8.ToArray(),
    ];

    private static void ExpositionTarget(ReadOnlySpan<byte> data)
    {
        foreach (var isOpenMetrics in new[] { false, true })
        {
            var target = ScrapedTargetTests.Target(rules => rules with { Limits = new ScrapeLimits { Labels = 6, LabelValueBytes = 64 } });
            var batch = new MetricBatch();
            for (var scrape = 1; scrape <= 2; scrape++)
            {
                batch.Clear();
                FuzzTargets.Check(target.Decode(data, isOpenMetrics, scrape, TimeSpan.Zero, batch, out var outcome), batch);
                BatchInvariants.Check(batch);
                outcome.Kept.ShouldBeLessThanOrEqualTo(outcome.Scraped);
            }

            batch.Clear();
            FuzzTargets.Check(target.Decode(isOpenMetrics ? "# EOF"u8 : default, isOpenMetrics, 3, TimeSpan.Zero, batch, out _), batch);
            target.KnownSeriesCount.ShouldBe(0);
        }
    }

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
