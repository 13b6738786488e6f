using Clew.Load.Encoding;

namespace Clew.Tests.Bench;

public sealed class RoundTests
{
    private const int Users = 1_000;
    private const ulong Epoch = 1_790_000_000_000_000_000;

    private static readonly Round Small = Build(Mix.Collector, 20_000, Signal.Traces, Signal.Logs, Signal.Metrics);

    [Fact]
    public void Traces_have_5_to_60_spans_with_mean_12_over_20_services()
    {
        var sizes = Small.Traces.Select(t => t.Spans.Length).ToArray();

        sizes.Min().ShouldBe(5);
        sizes.Max().ShouldBeInRange(40, 60);
        sizes.Average().ShouldBe(12, 0.4);
        Small.Traces.SelectMany(t => t.Spans).Select(s => s.Service).Distinct().Count().ShouldBe(20);
    }

    [Fact]
    public void One_span_in_a_hundred_fails_and_the_origin_records_its_exception()
    {
        var spans = Small.Traces.SelectMany(t => t.Spans).ToArray();

        (spans.Count(s => s.Fault is not null) / (double)spans.Length).ShouldBe(0.01, 0.001);
        Small.Traces.Where(t => t.Spans.Any(s => s.Fault is not null)).ShouldAllBe(t => t.Spans.Any(s => s.RecordsException));
    }

    [Fact]
    public void Parents_contain_their_children_unless_the_work_is_asynchronous()
    {
        foreach (var span in Small.Traces.SelectMany(t => t.Spans).Where(s => s.Parent is not null))
        {
            span.Start.ShouldBeGreaterThanOrEqualTo(span.Parent!.Start);
            if (!span.Detached)
                span.End.ShouldBeLessThanOrEqualTo(span.Parent.End);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pass_decodes_to_exactly_the_traces_of_the_model(bool byService)
    {
        var round = Build(byService ? Mix.Service : Mix.Collector, 4_000, Signal.Traces);
        var stamp = new Stamp(7, Epoch, Users, round);

        var found = round.Requests.SelectMany((request, index) => SpansOf(Stamped(stamp, request, 3)).Select(span => (span, index))).ToLookup(p => p.span.Hex(1));

        found.Count.ShouldBe(round.Traces.Length);
        for (var trace = 0; trace < round.Traces.Length; trace++)
        {
            var state = stamp.StateOf(3, trace);
            var got = found[$"{state.High:x16}{state.Low:x16}"].ToArray();
            var expected = round.Traces[trace].Spans.OrderBy(s => s.Number)
                .Select(s => (Id: $"{state.SpanId(s.Number):x16}", Parent: s.Parent is null ? "" : $"{state.SpanId(s.Parent.Number):x16}", Name: SpanWriting.NameOf(s)));
            got.Select(p => (Id: p.span.Hex(2), Parent: p.span.Hex(4), Name: p.span.Text(5))).ShouldBe(expected, ignoreOrder: true);
            got.Select(p => p.index).Distinct().Order().ShouldBe(round.RequestsOfTrace[trace]);
        }
    }

    [Fact]
    public void Spans_carry_six_to_ten_attributes_a_user_and_times_that_nest()
    {
        var stamp = new Stamp(7, Epoch, Users, Small);
        var spans = Small.Requests.Where(r => r.Signal == Signal.Traces).Take(6).SelectMany(r => SpansOf(Stamped(stamp, r, 0))).ToArray();
        var byId = spans.ToDictionary(s => s.Hex(2));

        foreach (var span in spans)
        {
            var attributes = span.Attributes(9);
            attributes.Count.ShouldBeInRange(6, 10);
            attributes["user.id"].ShouldBeOfType<string>().ShouldMatch("^u-000[0-9]{4}$");
            span.Number(7).ShouldBeGreaterThanOrEqualTo(Epoch);
            span.Number(8).ShouldBeGreaterThan(span.Number(7));
            span.Number(6).ShouldBeInRange(1UL, 5UL);
            if (byId.TryGetValue(span.Hex(4), out var parent))
                span.Number(7).ShouldBeGreaterThanOrEqualTo(parent.Number(7));
        }

        spans.SelectMany(s => s.Attributes(9).Values).Select(v => v.GetType()).Distinct().Count().ShouldBe(4, "string, long, double and bool values");
        spans.Select(s => s.Attributes(9)["user.id"]).Distinct().Count().ShouldBeGreaterThan(100);
        var failed = spans.Where(s => s.Messages(11).Any()).ToArray();
        failed.ShouldNotBeEmpty();
        foreach (var exception in failed.Select(s => s.Message(11)))
        {
            exception.Text(2).ShouldBe("exception");
            exception.Attributes(3).Keys.ShouldBe(["exception.type", "exception.message", "exception.stacktrace"], ignoreOrder: true);
        }

        failed.ShouldAllBe(s => s.Message(15).Number(3) == 2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_pass_other_traces()
    {
        var again = Build(Mix.Collector, 4_000, Signal.Traces);
        var first = Build(Mix.Collector, 4_000, Signal.Traces);

        Stamped(new Stamp(7, Epoch, Users, first), first.Requests[1], 5).ShouldBe(Stamped(new Stamp(7, Epoch, Users, again), again.Requests[1], 5));

        var stamp = new Stamp(7, Epoch, Users, first);
        var fifth = SpansOf(Stamped(stamp, first.Requests[1], 5)).Select(s => s.Hex(1)).ToHashSet();
        SpansOf(Stamped(stamp, first.Requests[1], 6)).Select(s => s.Hex(1)).ShouldAllBe(id => !fifth.Contains(id));
    }

    [Fact]
    public void Logs_point_at_spans_of_their_pass()
    {
        var stamp = new Stamp(7, Epoch, Users, Small);
        var spans = Small.Requests.Where(r => r.Signal == Signal.Traces).SelectMany(r => SpansOf(Stamped(stamp, r, 2))).Select(s => (s.Hex(1), s.Hex(2))).ToHashSet();

        var logs = Small.Requests.Where(r => r.Signal == Signal.Logs).SelectMany(r => SpansOf(Stamped(stamp, r, 2))).ToArray();

        logs.Length.ShouldBeInRange(9_000, 11_000);
        logs.Count(l => !spans.Contains((l.Hex(9), l.Hex(10)))).ShouldBe(0);
        logs.ShouldAllBe(l => l.Number(2) >= 5 && l.Message(5).Text(1).Length > 0 && !l.Message(5).Text(1).Contains('<'));
    }

    [Fact]
    public void Metrics_hold_gauges_sums_and_histograms_whose_buckets_add_up()
    {
        var stamp = new Stamp(7, Epoch, Users, Small);
        var requests = Small.Requests.Where(r => r.Signal == Signal.Metrics).ToArray();
        var metrics = requests.SelectMany(r => new Wire(Stamped(stamp, r, 4)).Messages(1)).SelectMany(r => r.Messages(2)).SelectMany(s => s.Messages(2)).ToArray();

        metrics.Select(m => m.Numbers.Max()).Distinct().Order().ShouldBe([5, 7, 9]);
        foreach (var point in metrics.SelectMany(m => m.Messages(9)).Select(h => h.Message(1)))
        {
            var buckets = point.Bytes(6).Chunk(8).Select(b => BitConverter.ToUInt64(b)).ToArray();
            point.Number(4).ShouldBe((ulong)buckets.Sum(b => (long)b));
            buckets.Length.ShouldBe((point.Bytes(7).Length / 8) + 1);
            point.Number(3).ShouldBe(Epoch + stamp.Covered(4));
        }

        requests.Sum(r => r.Items).ShouldBe(metrics.Length);
    }

    [Fact]
    public void Every_resource_names_its_service_pod_and_place()
    {
        var request = Small.Requests.First(r => r.Signal == Signal.Traces);
        var resources = new Wire(request.Bytes).Messages(1).Select(r => r.Message(1).Attributes(1)).ToArray();

        resources.Length.ShouldBeInRange(30, 60);
        resources.Select(r => r["service.instance.id"]).ShouldBeUnique();
        string[] needed = ["service.name", "service.version", "deployment.environment.name", "host.name", "k8s.pod.name", "k8s.node.name", "k8s.namespace.name"];
        resources.ShouldAllBe(r => needed.All(r.ContainsKey));
    }

    private static Round Build(Mix mix, int spans, params Signal[] signals) => Round.Build(new RoundOptions(7, 3, 1_000, mix, signals, 50_000) { Spans = spans });

    private static byte[] Stamped(Stamp stamp, RequestTemplate request, long pass)
    {
        var bytes = new byte[request.Bytes.Length];
        stamp.Write(request, pass, bytes);
        return bytes;
    }

    /// <summary>Spans or log records: both are field 2 of field 2 of field 1.</summary>
    private static IEnumerable<Wire> SpansOf(byte[] request) =>
        new Wire(request).Messages(1).SelectMany(r => r.Messages(2)).SelectMany(s => s.Messages(2));
}
