using Clew.Server.Configuration;
using Clew.Server.Limiting;
using Clew.Server.Pipeline;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Server.Limiting;

/// <summary>One service's mistake stays its own: further keys, names and series are capped and reported, values never.</summary>
public sealed class CardinalityTests
{
    private readonly Clock _clock = new();
    private readonly ServerOptions _options = new() { Limits = new IngestLimits { AttributeKeys = 3, SpanNames = 2, SeriesPerMetric = 2, Series = 4, CardinalityWindow = TimeSpan.FromHours(1) } };

    [Fact]
    public void New_keys_beyond_the_limit_are_left_out_and_known_ones_stay()
    {
        var guard = new CardinalityGuard(_options, _clock);
        var batch = new SpanBatchBuilder()
            .Span(1, 1, attributes: [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")])
            .Span(1, 2, attributes: [("d", "4"), ("a", "other value"), ("e", "5")])
            .Span(1, 3, service: "other", attributes: [("d", "4")])
            .Batch;

        Run(guard, batch).ShouldBe("attribute_key 3");

        batch[0].Attributes.Count.ShouldBe(3);
        batch[1].Attributes.Find("a")!.Value.Text.ShouldBe("other value");
        batch[1].Attributes.Count.ShouldBe(1);
        batch.DroppedAttributes.Values.ToArray().ShouldBe([1u, 2u, 0u]);
        batch[2].Attributes.Find("d").ShouldNotBeNull("another service has a limit of its own");
        var capped = guard.Capped(Tenant.Default).ShouldHaveSingleItem();
        (capped.Kind, capped.Service, capped.Known, capped.Limit, capped.Refused).ShouldBe((CardinalityKind.AttributeKeys, "shop", 3, 3, 2L));
        capped.Examples.ShouldBe(["d", "e"]);
        guard.Capped(new Tenant("another")).ShouldBeEmpty();
    }

    [Fact]
    public void New_span_names_beyond_the_limit_are_folded_and_kept_in_an_attribute()
    {
        var guard = new CardinalityGuard(_options, _clock);
        var batch = new SpanBatchBuilder().Span(1, 1, name: "one").Span(1, 2, name: "two").Span(1, 3, name: "three", attributes: [("user.id", "u-1")]).Span(1, 4, name: "one").Batch;

        Run(guard, batch).ShouldBe("span_name 1");

        Enumerable.Range(0, 4).Select(row => batch[row].Name).ShouldBe(["one", "two", "_OTHER", "one"]);
        batch[2].Attributes.Find("clew.span.original_name")!.Value.Text.ShouldBe("three");
        batch[2].Attributes.Find("user.id")!.Value.Text.ShouldBe("u-1");
    }

    [Fact]
    public void Points_of_new_series_beyond_the_limit_are_dropped_and_known_series_go_on()
    {
        var guard = new CardinalityGuard(_options, _clock);
        var first = Gauges("queue", "a", "b", "c");
        Run(guard, first).ShouldBe("series 1 dropped");
        first.Count.ShouldBe(2);
        first.Series.Count.ShouldBe(2);

        var again = Gauges("queue", "b", "a", "d");
        Run(guard, again).ShouldBe("series 1 dropped");
        again.Count.ShouldBe(2);

        // The limit of all series: two of another metric are admitted, then nothing new of any.
        Run(guard, Gauges("depth", "a", "b")).ShouldBeEmpty();
        Run(guard, Gauges("width", "a")).ShouldBe("series 1 dropped");
        guard.Capped(Tenant.Default).Select(capped => $"{capped.Metric} {capped.Known}/{capped.Limit} {capped.Refused}").ShouldBe(["queue 2/2 2", "width 0/2 1"]);
        guard.Capped(Tenant.Default)[0].Examples.ShouldBe(["label=c", "label=d"]);
    }

    [Fact]
    public void What_is_no_longer_sent_makes_room_after_a_window()
    {
        var guard = new CardinalityGuard(_options, _clock);
        Run(guard, Gauges("queue", "a", "b"));
        Run(guard, Gauges("queue", "c")).ShouldBe("series 1 dropped");

        _clock.Advance(TimeSpan.FromMinutes(61));

        Run(guard, Gauges("queue", "c", "d")).ShouldBeEmpty();
        Run(guard, Gauges("queue", "a")).ShouldBe("series 1 dropped");
    }

    private static string Run(CardinalityGuard guard, TelemetryBatch batch)
    {
        var report = new StageReport();
        var stage = new CardinalityStage(guard, new IngestLimits());
        switch (batch)
        {
            case SpanBatch spans:
                stage.Process(spans, report);
                break;
            case MetricBatch metrics:
                stage.Process(metrics, report);
                break;
        }

        report.Counts.ShouldAllBe(count => count.TellSender != null);
        return string.Join(", ", report.Counts.Select(count => $"{count.Rule} {count.Count}{(count.IsDrop ? " dropped" : "")}"));
    }

    private static MetricBatch Gauges(string name, params string[] labels)
    {
        var batch = new MetricBatch();
        SpanBatchBuilder.Attributes(batch, batch.Resources.Attributes, [("service.name", "shop")]);
        var resource = batch.Resources.End(TextRef.Empty, 0);
        var scope = batch.Scopes.End(0, 0, TextRef.Empty, 0);
        foreach (var label in labels)
        {
            var series = batch.Series;
            series.Names.Add(batch.Dictionary.Add(name));
            series.Units.Add(0);
            series.Descriptions.Add(0);
            series.Kinds.Add(MetricKind.Gauge);
            series.Temporalities.Add(Temporality.Unspecified);
            series.Monotonic.Add(0);
            series.ResourceIndexes.Add(resource);
            series.ScopeIndexes.Add(scope);
            SpanBatchBuilder.Attributes(batch, series.Attributes, [("label", label)]);
            batch.Numbers.SeriesIndexes.Add(series.End());
            batch.Numbers.StartTimes.Add(0);
            batch.Numbers.Times.Add(1);
            batch.Numbers.Flags.Add(0);
            batch.Numbers.Types.Add(NumberType.Int);
            batch.Numbers.Doubles.Add(1);
            batch.Numbers.Ints.Add(1);
            batch.Numbers.EndPoint();
        }

        return batch;
    }

    /// <summary>A clock that is set by hand.</summary>
    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
