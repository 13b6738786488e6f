using System.Globalization;
using Clew.Protocols;
using Clew.Protocols.Prometheus;
using Clew.Telemetry;
using Clew.Testing;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;
using Prometheus.Write.V1;
using V2 = Prometheus.Write.V2;

namespace Clew.Tests.Protocols.Prometheus;

/// <summary>Remote write of both versions against generated classes.</summary>
public sealed class RemoteWriteDecoderTests
{
    private const ulong Stale = 0x7FF0_0000_0000_0002;

    private readonly PrometheusCatalogue _catalogue = new(ProtocolLimits.Default);

    [Fact]
    public void Every_label_can_be_found_again_whatever_the_version()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var request = RandomRequests.V1(new Random(seed));
            var first = Decode(request);
            var second = Decode(RandomRequests.ToV2(request));
            BatchText.Of(second).ShouldBe(BatchText.Of(first), $"seed {seed}");

            var expected = request.Timeseries.SelectMany(series => series.Samples.Select(_ => Text(series.Labels))).ToList();
            SeriesOf(first.Numbers, first).ShouldBe(expected, $"seed {seed}");
            BatchInvariants.Check(first);
        }

        static string Text(IEnumerable<Label> labels) =>
            string.Join(',', labels.Where(label => label.Value.Length > 0).OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}"));
        static List<string> SeriesOf(PointColumns points, MetricBatch batch) =>
            [.. Enumerable.Range(0, points.Count).Select(i => string.Join(',', SeriesText.Labels(batch.Series[points.SeriesIndexes[i]]).Select(label => $"{label.Key}={label.Value}")))];
    }

    [Fact]
    public void Values_keep_every_bit_and_a_stale_marker_is_no_recorded_value()
    {
        ulong[] bits = [0, 0xBFF0_0000_0000_0000, 0x3FF0_0000_0000_0000, 0x7FF0_0000_0000_0000, 0xFFF0_0000_0000_0000, 0x7FF8_0000_0000_0001, Stale, 0x7FEF_FFFF_FFFF_FFFF, 1];
        var series = new TimeSeries { Labels = { Label("__name__", "x") } };
        series.Samples.AddRange(bits.Select((value, i) => new Sample { Value = BitConverter.UInt64BitsToDouble(value), Timestamp = i }));

        var batch = Decode(new WriteRequest { Timeseries = { series } });

        batch.Numbers.Doubles.Values.ToArray().Select(BitConverter.DoubleToUInt64Bits).ShouldBe(bits);
        batch.Numbers.Flags.Values.ToArray().ShouldBe(bits.Select(value => value == Stale ? 1u : 0u));
        batch.Numbers.Times.Values.ToArray().ShouldBe(bits.Select((_, i) => i * 1_000_000L));
    }

    /// <summary>Metadata type, series name, whether it has <c>le</c> → kind, temporality, monotonic.</summary>
    [Theory]
    [InlineData(0, "up", false, MetricKind.Gauge, Temporality.Unspecified, false)]
    [InlineData(0, "http_requests_total", false, MetricKind.Sum, Temporality.Cumulative, true)]
    [InlineData(0, "latency_bucket", true, MetricKind.Sum, Temporality.Cumulative, true)]
    [InlineData(0, "latency_bucket", false, MetricKind.Gauge, Temporality.Unspecified, false)]
    [InlineData(0, "latency_count", false, MetricKind.Gauge, Temporality.Unspecified, false)]
    [InlineData(1, "http_requests", false, MetricKind.Sum, Temporality.Cumulative, true)]
    [InlineData(1, "http_requests_created", false, MetricKind.Gauge, Temporality.Unspecified, false)]
    [InlineData(2, "jobs_total", false, MetricKind.Gauge, Temporality.Unspecified, false)]
    [InlineData(3, "latency_count", false, MetricKind.Sum, Temporality.Cumulative, true)]
    [InlineData(3, "latency_sum", false, MetricKind.Sum, Temporality.Cumulative, true)]
    [InlineData(4, "depth_gcount", false, MetricKind.Gauge, Temporality.Unspecified, false)]
    [InlineData(5, "rpc_seconds", false, MetricKind.Gauge, Temporality.Unspecified, false)]
    [InlineData(5, "rpc_seconds_count", false, MetricKind.Sum, Temporality.Cumulative, true)]
    [InlineData(6, "build_info", false, MetricKind.Sum, Temporality.Cumulative, false)]
    [InlineData(7, "state", false, MetricKind.Sum, Temporality.Cumulative, false)]
    public void The_type_says_what_a_series_is(int type, string name, bool hasBound, MetricKind kind, Temporality temporality, bool isMonotonic)
    {
        var labels = new List<Label> { Label("__name__", name) };
        if (hasBound)
        {
            labels.Add(Label("le", "0.5"));
        }

        var request = new WriteRequest { Timeseries = { new TimeSeries { Labels = { labels }, Samples = { new Sample { Value = 1, Timestamp = 5 } } } } };
        var second = RandomRequests.ToV2(request);
        second.Symbols.AddRange(["help", "seconds"]);
        second.Timeseries[0].Metadata = new V2.Metadata { Type = type, HelpRef = (uint)second.Symbols.Count - 2, UnitRef = (uint)second.Symbols.Count - 1 };
        Check(Decode(second), "help", "seconds");

        // In version 1.0 they come apart from the samples, under the metric's name without suffixes.
        var suffix = new[] { "_bucket", "_count", "_sum", "_created", "_gcount" }.FirstOrDefault(name.EndsWith) ?? string.Empty;
        Decode(new WriteRequest { Metadata = { new MetricMetadata { Type = type, MetricFamilyName = name[..^suffix.Length], Help = "help", Unit = "seconds" } } }).Count.ShouldBe(0);
        Check(Decode(request), "help", "seconds");

        void Check(MetricBatch batch, string help, string unit)
        {
            var series = batch.Series[batch.Numbers.SeriesIndexes[0]];
            (series.Kind, series.Temporality, series.IsMonotonic).ShouldBe((kind, temporality, isMonotonic));
            (series.Description, series.Unit).ShouldBe((help, unit));
            series.Metadata.Find("prometheus.type")!.Value.Text.ShouldBe(((PrometheusMetricType)type).Word());
        }
    }

    [Theory]
    [InlineData("cart", "cart", null)]
    [InlineData("shop/cart", "cart", "shop")]
    [InlineData("a/b/c", "a/b/c", null)]
    [InlineData("/cart", "/cart", null)]
    [InlineData("shop/", "shop/", null)]
    public void A_job_names_the_service(string job, string service, string? space)
    {
        var batch = Decode(new WriteRequest { Timeseries = { One("up", 1, 5, ("instance", "10.0.0.1:9090"), ("job", job)) } });
        var resource = batch.Series[0].Resource;
        resource.Service.ShouldBe(service);
        resource.Attributes.Find("service.namespace")?.Text.ShouldBe(space);
        (resource.Attributes.Find("service.namespace") is null).ShouldBe(space is null);
        resource.Attributes.Find("service.instance.id")!.Value.Text.ShouldBe("10.0.0.1:9090");
        SeriesText.Of(batch.Series[0]).ShouldBe($"up{{instance=\"10.0.0.1:9090\", job=\"{job}\"}}");
    }

    [Fact]
    public void Target_info_is_a_series_and_enriches_the_resource_of_its_target()
    {
        var info = One("target_info", 1, 5, ("instance", "i"), ("job", "cart"), ("k8s_pod_name", "cart-1"), ("service_version", "2.1"), ("team", "blue"));
        SeriesText.Samples(Decode(new WriteRequest { Timeseries = { info } }))
            .ShouldBe(["target_info{instance=\"i\", job=\"cart\", k8s_pod_name=\"cart-1\", service_version=\"2.1\", team=\"blue\"} 1 @5000000"]);

        var batch = Decode(new WriteRequest { Timeseries = { One("up", 1, 6, ("instance", "i"), ("job", "cart")), One("up", 1, 6, ("instance", "other"), ("job", "cart")) } });
        BatchText.Of(batch.Series[0].Resource.Attributes).ShouldBe("{service.name=s:cart;service.instance.id=s:i;k8s.pod.name=s:cart-1;service.version=s:2.1;team=s:blue;}");
        BatchText.Of(batch.Series[1].Resource.Attributes).ShouldBe("{service.name=s:cart;service.instance.id=s:other;}");
        SeriesText.Of(batch.Series[0]).ShouldBe("up{instance=\"i\", job=\"cart\"}");

        // A target that is gone takes its attributes with it.
        info.Samples[0] = new Sample { Value = BitConverter.UInt64BitsToDouble(Stale), Timestamp = 7 };
        Decode(new WriteRequest { Timeseries = { info } });
        _catalogue.Count.Targets.ShouldBe(0);
    }

    /// <summary>What is wrong with one series; the good one beside it is kept.</summary>
    public static TheoryData<string, byte[], string> BadSeries()
    {
        (string Name, TimeSeries Series, string Reason)[] cases =
        [
            ("no name", One(string.Empty, 1, 5), "the label __name__ is missing or empty (1)"),
            ("no labels", new TimeSeries { Samples = { new Sample { Value = 1 }, new Sample { Value = 2, Timestamp = 1 } } }, "the label __name__ is missing or empty (2)"),
            ("a label without a name", One("x", 1, 5, (string.Empty, "v")), "a label name is empty or has characters that label names do not have (1)"),
            ("a label twice", One("x", 1, 5, ("a", "1"), ("a", "1")), "a label name comes twice (1)"),
            ("a label twice, apart", One("x", 1, 5, ("b", "1"), ("a", "1"), ("b", "2")), "a label name comes twice (1)"),
            ("the job twice", One("x", 1, 5, ("job", "1"), ("job", "2")), "a label name comes twice (1)"),
            ("a time before 1970", One("x", 1, -5), "a time lies before 1970 (1)"),
            ("a time in microseconds", One("x", 1, 1_700_000_000_000_000), "a time lies beyond the year 2262 (1)"),
            ("two values of one time", new TimeSeries { Labels = { Label("__name__", "x") }, Samples = { new Sample { Value = 1, Timestamp = 5 }, new Sample { Value = 2, Timestamp = 5 } } }, "a series has two different values at one time (1)"),
        ];
        var data = new TheoryData<string, byte[], string>();
        foreach (var (name, series, reason) in cases)
        {
            data.Add(name, series.ToByteArray(), reason);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(BadSeries))]
    public void What_breaks_a_rule_is_refused_alone(string name, byte[] bad, string reason)
    {
        var request = new WriteRequest { Timeseries = { One("good", 1, 5), TimeSeries.Parser.ParseFrom(bad), One("also_good", 2, 5) } };
        foreach (var (result, batch) in new[] { DecodeAny(request), DecodeAny(RandomRequests.ToV2(request)) })
        {
            result.RejectionReasons.Select(one => one.ToString()).ShouldBe([reason], name);
            SeriesText.Samples(batch).ShouldContain("good{} 1 @5000000");
            SeriesText.Samples(batch).ShouldContain("also_good{} 2 @5000000");
            BatchInvariants.Check(batch);
        }
    }

    [Fact]
    public void A_sample_that_comes_twice_is_kept_once_and_order_does_not_matter()
    {
        var series = new TimeSeries { Labels = { Label("__name__", "x") } };
        series.Samples.AddRange(new[] { 7, 7, 5, 6 }.Select(time => new Sample { Value = time, Timestamp = time }));
        var (result, batch) = DecodeAny(new WriteRequest { Timeseries = { series } });
        result.Rejected.ShouldBe(0);
        result.Warnings.Single().ToString().ShouldBe("a sample that came twice was kept once (1)");
        SeriesText.Samples(batch).ShouldBe(["x{} 7 @7000000", "x{} 5 @5000000", "x{} 6 @6000000"]);
    }

    [Fact]
    public void Labels_with_any_utf8_in_them_are_kept_as_they_came()
    {
        var batch = Decode(new WriteRequest { Timeseries = { One("http.server.duration", 1, 5, ("url.path", "/a\"b\\c\n"), ("ключ", "значение")) } });
        SeriesText.Labels(batch.Series[0]).Select(label => $"{label.Key}={label.Value}").ShouldBe(["__name__=http.server.duration", "url.path=/a\"b\\c\n", "ключ=значение"]);
    }

    [Fact]
    public void Exemplars_belong_to_their_sample_and_name_their_trace()
    {
        var series = One("latency_bucket", 1, 5, ("le", "1"));
        series.Exemplars.Add(new Exemplar { Value = 0.5, Timestamp = 4, Labels = { Label("trace_id", "0af7651916cd43dd8448eb211c80319c"), Label("span_id", "b7ad6b7169203331"), Label("user", "u") } });
        series.Exemplars.Add(new Exemplar { Value = 0.25, Timestamp = 3, Labels = { Label("traceID", "0AF7651916CD43DD8448EB211C80319C") } });
        foreach (var batch in new[] { Decode(new WriteRequest { Timeseries = { series } }), Decode(RandomRequests.ToV2(new WriteRequest { Timeseries = { series } })) })
        {
            var exemplars = batch.Exemplars;
            exemplars.Count.ShouldBe(2);
            exemplars.PointTimes.Values.ToArray().ShouldBe([5_000_000, 5_000_000]);
            exemplars.Times.Values.ToArray().ShouldBe([4_000_000, 3_000_000]);
            exemplars.TraceIds.Values.ToArray().ShouldAllBe(id => id.ToString() == "0af7651916cd43dd8448eb211c80319c");
            exemplars.SpanIds[0].ToString().ShouldBe("b7ad6b7169203331");
            BatchText.Of(batch.View(exemplars.Attributes, 0)).ShouldBe("{user=s:u;}");
            BatchText.Of(batch.View(exemplars.Attributes, 1)).ShouldBe("{traceID=s:0AF7651916CD43DD8448EB211C80319C;}");
        }
    }

    [Fact]
    public void A_label_that_only_sounds_like_an_id_takes_none_away()
    {
        var series = One("x", 1, 5);
        series.Exemplars.Add(new Exemplar { Timestamp = 4, Labels = { Label("trace_id", "0af7651916cd43dd8448eb211c80319c"), Label("traceID", "none"), Label("spanId", "B7AD6B7169203331"), Label("span.id", "0") } });
        series.Exemplars.Add(new Exemplar { Timestamp = 4, Labels = { Label("traceID", "8448eb211c80319c") } });
        var batch = Decode(new WriteRequest { Timeseries = { series } });
        batch.Exemplars.TraceIds.Values.ToArray().Select(id => id.ToString()).ShouldBe(["0af7651916cd43dd8448eb211c80319c", "00000000000000008448eb211c80319c"]);
        batch.Exemplars.SpanIds[0].ToString().ShouldBe("b7ad6b7169203331");
        BatchText.Of(batch.View(batch.Exemplars.Attributes, 0)).ShouldBe("{traceID=s:none;spanId=s:B7AD6B7169203331;span.id=s:0;}");
    }

    [Fact]
    public void Exemplars_without_a_sample_are_kept()
    {
        var series = new TimeSeries { Labels = { Label("__name__", "x") }, Exemplars = { new Exemplar { Value = 1, Timestamp = 9 } } };
        var batch = Decode(new WriteRequest { Timeseries = { series } });
        batch.Count.ShouldBe(0);
        batch.IsEmpty.ShouldBeFalse();
        batch.Exemplars.PointTimes.Values.ToArray().ShouldBe([9_000_000]);
        SeriesText.Of(batch.Series[batch.Exemplars.SeriesIndexes[0]]).ShouldBe("x{}");
    }

    [Fact]
    public void Start_times_of_both_candidates_of_the_specification_are_read()
    {
        var request = RandomRequests.ToV2(new WriteRequest { Timeseries = { One("a_total", 1, 50), One("b_total", 2, 60) } });
        request.Timeseries[0].CreatedTimestamp = 10;
        request.Timeseries[1].Samples[0].StartTimestamp = 20;
        Decode(request).Numbers.StartTimes.Values.ToArray().ShouldBe([10_000_000, 20_000_000]);
    }

    [Fact]
    public void Symbols_must_begin_with_nothing_and_references_must_point_somewhere()
    {
        var request = RandomRequests.ToV2(new WriteRequest { Timeseries = { One("good", 1, 5), One("bad", 1, 5), One("odd", 1, 5) } });
        request.Timeseries[1].LabelsRefs[1] = 99;
        request.Timeseries[2].LabelsRefs.Add(1);
        var (result, batch) = DecodeAny(request);
        result.RejectionReasons.Single().ToString().ShouldBe("a reference points beyond the symbols, or a label name has no value (2)");
        SeriesText.Samples(batch).ShouldBe(["good{} 1 @5000000"]);

        request.Symbols[0] = "x";
        DecodeAny(request).Result.Status.ShouldBe(DecodeStatus.Malformed);
        DecodeAny(new V2.Request()).Result.Accepted.ShouldBe(0);
    }

    /// <summary>Fields may come in any order, repeated numbers packed or one by one or both, and a later version may add fields.</summary>
    [Fact]
    public void References_may_come_one_by_one_and_behind_the_samples()
    {
        byte[] samples = new V2.TimeSeries { Samples = { new V2.Sample { Value = 3, Timestamp = 5 } } }.ToByteArray();
        byte[] packed = new V2.TimeSeries { LabelsRefs = { 3, 4 } }.ToByteArray();
        byte[] single = [1 << 3, 1, 1 << 3, 2];
        byte[] empty = [1 << 3, 5, 1 << 3, 0];
        byte[] later = [0xA2, 0x01, 1, 0xFF];
        byte[] symbols = new V2.Request { Symbols = { string.Empty, "__name__", "up", "job", "cart", "zone" } }.ToByteArray();
        byte[] series = [.. samples, .. later, .. single, .. packed, .. empty];
        var batch = new MetricBatch();

        var result = new RemoteWriteDecoder(ProtocolLimits.Default, _catalogue).DecodeV2([(5 << 3) | 2, (byte)series.Length, .. series, .. symbols], batch);

        result.Error.ShouldBeNull();
        result.Rejected.ShouldBe(0, result.Explanation);
        SeriesText.Samples(batch).ShouldBe(["up{job=\"cart\"} 3 @5000000"]);

        // One that points nowhere costs its series, however the others are written.
        byte[] broken = [1 << 3, 99, 1 << 3, 2, .. packed, .. single, .. samples];
        batch.Clear();
        result = new RemoteWriteDecoder(ProtocolLimits.Default, _catalogue).DecodeV2([(5 << 3) | 2, (byte)broken.Length, .. broken, (5 << 3) | 2, (byte)series.Length, .. series, .. symbols], batch);
        result.Error.ShouldBeNull();
        result.Rejected.ShouldBe(1);
        SeriesText.Samples(batch).ShouldBe(["up{job=\"cart\"} 3 @5000000"]);
    }

    /// <summary>A few bytes of references to one long text must not become gigabytes.</summary>
    [Fact]
    public void Text_that_is_referred_to_again_and_again_is_bounded()
    {
        var request = new V2.Request { Symbols = { string.Empty, "__name__", "x", "long", new string('v', 50_000) } };
        for (var i = 0; i < 100; i++)
        {
            request.Timeseries.Add(new V2.TimeSeries { LabelsRefs = { 1, 2, 3, 4 }, Samples = { new V2.Sample { Value = 1, Timestamp = i } } });
        }

        var batch = new MetricBatch();
        var result = new RemoteWriteDecoder(new ProtocolLimits { MaxRequestBytes = 1 << 20 }, _catalogue).DecodeV2(request.ToByteArray(), batch);
        result.Status.ShouldBe(DecodeStatus.TooLarge);
        result.Error!.ShouldContain("MaxRequestBytes = 1048576");
        batch.Count.ShouldBe(0);
        BatchInvariants.Check(batch);
    }

    [Fact]
    public void The_catalogue_has_bounds()
    {
        var catalogue = new PrometheusCatalogue(new ProtocolLimits { MaxKnownMetrics = 2, MaxKnownTargets = 1 });
        var decoder = new RemoteWriteDecoder(ProtocolLimits.Default, catalogue);
        var request = new WriteRequest();
        for (var i = 0; i < 5; i++)
        {
            request.Metadata.Add(new MetricMetadata { Type = 1, MetricFamilyName = i.ToString(CultureInfo.InvariantCulture), Help = new string('h', 5_000) });
            request.Timeseries.Add(One("target_info", 1, 5, ("job", i.ToString(CultureInfo.InvariantCulture)), ("version", "1")));
        }

        request.Timeseries.Add(One("target_info", 1, 5, ("job", "0"), ("version", new string('v', 10_000))));
        decoder.DecodeV1(request.ToByteArray(), new MetricBatch()).Rejected.ShouldBe(0);
        catalogue.Count.ShouldBe((2, 1));
        catalogue.MetadataOf(Tenant.Default, "0")!.Help.ShouldBeEmpty();
        catalogue.MetadataOf(new Tenant("other"), "0").ShouldBeNull();
    }

    internal static TimeSeries One(string name, double value, long milliseconds, params (string Name, string Value)[] labels) => new()
    {
        Labels = { labels.Select(label => Label(label.Name, label.Value)).Prepend(Label("__name__", name)) },
        Samples = { new Sample { Value = value, Timestamp = milliseconds } },
    };

    internal static Label Label(string name, string value) => new() { Name = name, Value = value };

    private MetricBatch Decode(IMessage request)
    {
        var (result, batch) = DecodeAny(request);
        result.Status.ShouldBe(DecodeStatus.Ok, result.Error);
        result.Rejected.ShouldBe(0, result.Explanation);
        return batch;
    }

    private (DecodeResult Result, MetricBatch Batch) DecodeAny(IMessage request)
    {
        var batch = new MetricBatch();
        var decoder = new RemoteWriteDecoder(ProtocolLimits.Default, _catalogue);
        return (request is V2.Request ? decoder.DecodeV2(request.ToByteArray(), batch) : decoder.DecodeV1(request.ToByteArray(), batch), batch);
    }
}
