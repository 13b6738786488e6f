using Clew.Protocols;
using Clew.Protocols.Prometheus;
using Clew.Protocols.Snappy;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;
using Google.Protobuf;
using Prometheus.Write.V1;

namespace Clew.Server.Tests.Ingest.Prometheus;

/// <summary>What a query language will need of Prometheus's series is still there behind the store.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class StoredSeriesTests
{
    [Fact]
    public async Task Labels_values_and_stale_markers_come_back_bit_by_bit()
    {
        ulong[] bits = [0x3FF8_0000_0000_0000, 0x7FF0_0000_0000_0002, 0x7FF8_0000_0000_0001, 0x7FF0_0000_0000_0000, 1];
        var series = new TimeSeries
        {
            Labels = { Label("__name__", "http.latency"), Label("job", "shop/cart"), Label("instance", "i:1"), Label("http.route", "/a\"b"), Label("ключ", "ü"), Label("empty", string.Empty) },
            Samples = { bits.Select((value, i) => new Sample { Value = BitConverter.UInt64BitsToDouble(value), Timestamp = i * 1_000 }) },
        };
        var exemplars = new TimeSeries
        {
            Labels = { Label("__name__", "only_exemplars") },
            Exemplars = { new Exemplar { Value = 1.5, Timestamp = 5_000, Labels = { Label("trace_id", "0af7651916cd43dd8448eb211c80319c"), Label("user", "u") } } },
        };
        var custom = new TimeSeries
        {
            Labels = { Label("__name__", "custom") },
            Histograms = { new Histogram { Schema = -53, CountInt = 3, Sum = 4, CustomValues = { 1, 2.5 }, PositiveSpans = { new BucketSpan { Offset = 1, Length = 2 } }, PositiveDeltas = { 1, 1 }, Timestamp = 7_000 } },
        };

        await using var store = await TemporaryStore.OpenAsync();
        await WriteAsync(store, series, custom);
        await WriteAsync(store, exemplars);
        var read = await store.Reader.FindMetricsAsync(new RecordQuery(Tenant.Default, new TimeRange(new Timestamp(0), new Timestamp(60_000_000_000)), null, 1_000), default);

        read.Numbers.Count.ShouldBe(bits.Length);
        read.Numbers.Doubles.Values.ToArray().Select(BitConverter.DoubleToUInt64Bits).ShouldBe(bits);
        SeriesText.Of(read.Series[read.Numbers.SeriesIndexes[0]]).ShouldBe("http.latency{http.route=\"/a\"b\", instance=\"i:1\", job=\"shop/cart\", ключ=\"ü\"}");
        read.Histograms.Bounds[0].ToArray().ShouldBe([1, 2.5]);
        read.Histograms.BucketCounts[0].ToArray().ShouldBe([0UL, 1UL, 2UL]);
        read.Exemplars.Count.ShouldBe(1);
        read.Exemplars.TraceIds[0].ToString().ShouldBe("0af7651916cd43dd8448eb211c80319c");
        SeriesText.Of(read.Series[read.Exemplars.SeriesIndexes[0]]).ShouldBe("only_exemplars{}");
    }

    /// <summary>A sender of version 1.0 says types once a minute, apart from the samples.</summary>
    [Fact]
    public async Task After_a_restart_samples_go_on_in_the_series_they_had()
    {
        WriteRequest Samples(long seconds) => new()
        {
            Timeseries =
            {
                new TimeSeries { Labels = { Label("__name__", "queue_depth"), Label("job", "cart") }, Samples = { new Sample { Value = seconds, Timestamp = seconds * 1_000 } } },
                new TimeSeries { Labels = { Label("__name__", "latency_sum"), Label("job", "cart") }, Samples = { new Sample { Value = seconds, Timestamp = seconds * 1_000 } } },
            },
        };
        var described = Samples(1);
        described.Metadata.Add(new MetricMetadata { Type = 2, MetricFamilyName = "queue_depth", Help = "Waiting.", Unit = "messages" });
        described.Metadata.Add(new MetricMetadata { Type = 3, MetricFamilyName = "latency", Unit = "seconds" });

        var server = await StoreServer.StartAsync();
        await PostAsync(server, new WriteRequest { Metadata = { described.Metadata } });
        await PostAsync(server, described);
        await using var again = await StoreServer.StartAsync(store: await server.StopAsync());
        await PostAsync(again, Samples(2));

        var read = await again.Service<ITelemetryReader>().FindMetricsAsync(new RecordQuery(Tenant.Default, new TimeRange(new Timestamp(0), new Timestamp(60_000_000_000)), null, 1_000), default);
        read.Series.Count.ShouldBe(2);
        read.Numbers.Count.ShouldBe(4);
        Enumerable.Range(0, 2).Select(index => $"{read.Series[index].Name} {read.Series[index].Kind} {read.Series[index].Unit}").Order(StringComparer.Ordinal)
            .ShouldBe(["latency_sum Sum seconds", "queue_depth Gauge messages"]);

        // What is said now counts, whatever was said before.
        await PostAsync(again, new WriteRequest { Metadata = { new MetricMetadata { Type = 2, MetricFamilyName = "latency_sum", Unit = "minutes" } } });
        await PostAsync(again, Samples(3));
        (await again.Service<ITelemetryReader>().FindMetricsAsync(new RecordQuery(Tenant.Default, TimeRange.All, null, 1_000), default)).Series.Count.ShouldBe(3);
        (await again.Service<ITelemetryReader>().GetMetricDescriptionsAsync(10, default)).Select(said => said.Name).ShouldBe(["queue_depth"], "of the other one two things were said");
    }

    private static async Task PostAsync(StoreServer server, WriteRequest request)
    {
        var content = request.ToByteArray();
        var packed = new byte[SnappyBlock.MaxEncodedLength(content.Length)];
        using var body = new ByteArrayContent(packed, 0, SnappyBlock.Encode(content, packed));
        body.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-protobuf");
        using var response = await server.Native.PostAsync(new Uri("/prometheus/api/v1/write", UriKind.Relative), body);
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync());
    }

    private static Label Label(string name, string value) => new() { Name = name, Value = value };

    private static async Task WriteAsync(TemporaryStore store, params TimeSeries[] series)
    {
        var batch = new MetricBatch();
        var decoder = new RemoteWriteDecoder(ProtocolLimits.Default, new PrometheusCatalogue(ProtocolLimits.Default));
        decoder.DecodeV1(new WriteRequest { Timeseries = { series } }.ToByteArray(), batch).Rejected.ShouldBe(0);
        await store.Writer.WriteAsync(batch, default);
    }
}
