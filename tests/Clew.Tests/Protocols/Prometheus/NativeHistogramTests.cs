using System.Globalization;
using Clew.Protocols;
using Clew.Protocols.Prometheus;
using Clew.Telemetry;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Prometheus.Write.V1;

namespace Clew.Tests.Protocols.Prometheus;

/// <summary>Native histograms on their way from sparse spans to the store's dense counts.</summary>
public sealed class NativeHistogramTests
{
    [Fact]
    public void Every_bucket_keeps_its_bounds_and_count()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var histogram = Random(new Random(seed), 5);
            var batch = Decode(histogram, out var result);
            result.Rejected.ShouldBe(0, $"seed {seed}: {result.Explanation}");
            BatchInvariants.Check(batch);
            if (histogram.Schema == -53)
            {
                batch.Histograms.Counts[0].ShouldBe(histogram.CountInt);
                batch.Histograms.Bounds[0].ToArray().ShouldBe(histogram.CustomValues);
                Absolute(histogram.PositiveSpans, histogram.PositiveDeltas).ShouldBe(Filled(batch.Histograms.BucketCounts[0], 0), $"seed {seed}");
                continue;
            }

            var points = batch.ExponentialHistograms;
            points.Scales[0].ShouldBe(histogram.Schema);
            points.Counts[0].ShouldBe(histogram.CountInt);
            points.Sums[0].ShouldBe(histogram.Sum);
            (points.ZeroCounts[0], points.ZeroThresholds[0]).ShouldBe((histogram.ZeroCountInt, histogram.ZeroThreshold));

            // Prometheus numbers a bucket by its upper bound, OpenTelemetry by its lower one.
            Absolute(histogram.PositiveSpans, histogram.PositiveDeltas).ShouldBe(Filled(points.PositiveCounts[0], points.PositiveOffsets[0] + 1), $"seed {seed}");
            Absolute(histogram.NegativeSpans, histogram.NegativeDeltas).ShouldBe(Filled(points.NegativeCounts[0], points.NegativeOffsets[0] + 1), $"seed {seed}");
        }
    }

    [Fact]
    public void Bounds_are_the_same_in_both_systems()
    {
        // Schema 0: Prometheus's bucket 1 is (1, 2]; OpenTelemetry's bucket 0 is (1, 2].
        var batch = Decode(new Histogram { CountInt = 3, Sum = 4, Schema = 0, PositiveSpans = { new BucketSpan { Offset = 1, Length = 1 } }, PositiveDeltas = { 3 }, Timestamp = 5 }, out _);
        batch.ExponentialHistograms.PositiveOffsets[0].ShouldBe(0);
        batch.ExponentialHistograms.PositiveCounts[0].ToArray().ShouldBe([3UL]);
    }

    [Fact]
    public void Float_counts_that_are_whole_are_kept_and_the_gauge_kind_has_no_temporality()
    {
        var batch = Decode(
            new Histogram { CountFloat = 5, Sum = 4, Schema = 1, ZeroCountFloat = 2, PositiveSpans = { new BucketSpan { Offset = 0, Length = 2 } }, PositiveCounts = { 1, 2 }, ResetHint = 3, Timestamp = 5 },
            out var result);
        result.Rejected.ShouldBe(0);
        batch.ExponentialHistograms.PositiveCounts[0].ToArray().ShouldBe([1UL, 2UL]);
        batch.ExponentialHistograms.ZeroCounts[0].ShouldBe(2UL);
        batch.Series[0].Temporality.ShouldBe(Temporality.Unspecified);
    }

    [Fact]
    public void A_stale_marker_is_the_sum()
    {
        var batch = Decode(new Histogram { Sum = BitConverter.UInt64BitsToDouble(0x7FF0_0000_0000_0002), Timestamp = 5 }, out var result);
        result.Rejected.ShouldBe(0);
        BitConverter.DoubleToUInt64Bits(batch.ExponentialHistograms.Sums[0]).ShouldBe(0x7FF0_0000_0000_0002UL);
        batch.ExponentialHistograms.Flags[0].ShouldBe(1u);
    }

    public static TheoryData<string, byte[], string> BadHistograms()
    {
        var few = new BucketSpan { Offset = 0, Length = 1 };
        (string Name, Histogram Histogram, string Reason)[] cases =
        [
            ("a schema beyond 8", new Histogram { Schema = 9 }, "schema"),
            ("a schema below -4", new Histogram { Schema = -5 }, "schema"),
            ("more spans than deltas", new Histogram { CountInt = 1, PositiveSpans = { new BucketSpan { Length = 2 } }, PositiveDeltas = { 1 } }, "do not agree"),
            ("deltas without spans", new Histogram { CountInt = 1, PositiveDeltas = { 1 } }, "do not agree"),
            ("a span of four billion", new Histogram { PositiveSpans = { new BucketSpan { Length = uint.MaxValue } } }, "do not agree"),
            ("a negative count", new Histogram { PositiveSpans = { few }, PositiveDeltas = { -1 } }, "do not agree"),
            ("a count that is not the buckets'", new Histogram { CountInt = 7, PositiveSpans = { few }, PositiveDeltas = { 1 } }, "do not agree"),
            ("more in buckets than counted", new Histogram { CountInt = 1, Sum = double.NaN, PositiveSpans = { few }, PositiveDeltas = { 2 } }, "do not agree"),
            ("spans that go back", new Histogram { CountInt = 2, PositiveSpans = { few, new BucketSpan { Offset = -1, Length = 1 } }, PositiveDeltas = { 1, 0 } }, "do not agree"),
            ("counts of both forms", new Histogram { CountInt = 1, PositiveSpans = { few }, PositiveDeltas = { 1 }, PositiveCounts = { 1 } }, "do not agree"),
            ("half an observation", new Histogram { CountFloat = 0.5, PositiveSpans = { few }, PositiveCounts = { 0.5 } }, "fractional"),
            ("a gap of millions", new Histogram { CountInt = 2, PositiveSpans = { few, new BucketSpan { Offset = 5_000_000, Length = 1 } }, PositiveDeltas = { 1, 0 } }, "MaxBuckets"),
            ("custom bounds that fall", new Histogram { Schema = -53, CustomValues = { 2, 1 } }, "strictly increasing"),
            ("a custom bound that is no number", new Histogram { Schema = -53, CustomValues = { double.NaN } }, "strictly increasing"),
            ("a custom bucket beyond the last", new Histogram { Schema = -53, CountInt = 1, CustomValues = { 1 }, PositiveSpans = { new BucketSpan { Offset = 2, Length = 1 } }, PositiveDeltas = { 1 } }, "do not agree"),
            ("custom buckets below zero", new Histogram { Schema = -53, CountInt = 1, CustomValues = { 1 }, NegativeSpans = { few }, NegativeDeltas = { 1 } }, "do not agree"),
            ("custom bounds of an exponential histogram", new Histogram { Schema = 2, CustomValues = { 1 } }, "do not agree"),
            ("a time before 1970", new Histogram { Timestamp = -1 }, "before 1970"),
        ];
        var data = new TheoryData<string, byte[], string>();
        foreach (var (name, histogram, reason) in cases)
        {
            data.Add(name, histogram.ToByteArray(), reason);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(BadHistograms))]
    public void A_histogram_that_cannot_be_is_refused_alone(string name, byte[] histogram, string reason)
    {
        var batch = new MetricBatch();
        var good = new Histogram { CountInt = 1, Sum = 1, PositiveSpans = { new BucketSpan { Length = 1 } }, PositiveDeltas = { 1 }, Timestamp = 9 };
        var result = Decode(batch, new TimeSeries { Labels = { RemoteWriteDecoderTests.Label("__name__", "h") }, Histograms = { Histogram.Parser.ParseFrom(histogram), good } });
        result.RejectionReasons.Single().Reason.ShouldContain(reason, Case.Sensitive, name);
        batch.Count.ShouldBe(1);
        BatchInvariants.Check(batch);
    }

    internal static Histogram Random(Random random, long time)
    {
        var isCustom = random.Next(4) == 0;
        var histogram = new Histogram
        {
            Schema = isCustom ? -53 : random.Next(-4, 9),
            Sum = random.NextDouble() * 100,
            Timestamp = time,
        };
        ulong count = 0;
        if (isCustom)
        {
            histogram.CustomValues.AddRange(Enumerable.Range(0, random.Next(1, 8)).Select(i => i * 1.5));
            Fill(histogram.PositiveSpans, histogram.PositiveDeltas, 0, histogram.CustomValues.Count + 1);
        }
        else
        {
            histogram.ZeroThreshold = 0.001;
            histogram.ZeroCountInt = (ulong)random.Next(5);
            count += histogram.ZeroCountInt;
            Fill(histogram.PositiveSpans, histogram.PositiveDeltas, random.Next(-20, 20), 30);
            Fill(histogram.NegativeSpans, histogram.NegativeDeltas, random.Next(-20, 20), 30);
        }

        histogram.CountInt = count;
        return histogram;

        void Fill(ICollection<BucketSpan> spans, ICollection<long> deltas, int first, int room)
        {
            long before = 0;
            for (var offset = first; room > 0; offset = random.Next(1, 4))
            {
                var gap = spans.Count == 0 ? 0 : offset;
                var length = random.Next(1, 4);
                if (gap + length > room)
                {
                    return;
                }

                spans.Add(new BucketSpan { Offset = offset, Length = (uint)length });
                room -= gap + length;
                for (; length > 0; length--)
                {
                    long now = random.Next(1, 50);
                    deltas.Add(now - before);
                    before = now;
                    count += (ulong)now;
                }
            }
        }
    }

    private static SortedDictionary<int, ulong> Absolute(IEnumerable<BucketSpan> spans, RepeatedField<long> deltas)
    {
        var counts = new SortedDictionary<int, ulong>();
        var (index, at, running) = (0, 0, 0L);
        foreach (var span in spans)
        {
            index += span.Offset;
            for (var i = 0; i < span.Length; i++)
            {
                running += deltas[at++];
                counts[index++] = (ulong)running;
            }
        }

        return counts;
    }

    private static SortedDictionary<int, ulong> Filled(ReadOnlySpan<ulong> dense, int first)
    {
        var counts = new SortedDictionary<int, ulong>();
        for (var i = 0; i < dense.Length; i++)
        {
            if (dense[i] != 0)
            {
                counts[first + i] = dense[i];
            }
        }

        return counts;
    }

    private static MetricBatch Decode(Histogram histogram, out DecodeResult result)
    {
        var batch = new MetricBatch();
        result = Decode(batch, new TimeSeries { Labels = { RemoteWriteDecoderTests.Label("__name__", "h" + histogram.Schema.ToString(CultureInfo.InvariantCulture)) }, Histograms = { histogram } });
        return batch;
    }

    private static DecodeResult Decode(MetricBatch batch, TimeSeries series) =>
        new RemoteWriteDecoder(ProtocolLimits.Default, new PrometheusCatalogue(ProtocolLimits.Default)).DecodeV1(new WriteRequest { Timeseries = { series } }.ToByteArray(), batch);
}
