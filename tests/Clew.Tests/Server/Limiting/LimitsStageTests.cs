using System.Text;
using Clew.Server.Configuration;
using Clew.Server.Limiting;
using Clew.Server.Pipeline;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Server.Limiting;

/// <summary>Records that are too large are cut to size, and say so.</summary>
public sealed class LimitsStageTests
{
    private static readonly IngestLimits Tight = new() { KeepAttributes = 3, KeepValueBytes = 8, KeepBodyBytes = 12 };

    [Fact]
    public void Attributes_beyond_the_limit_are_left_out_and_counted()
    {
        var batch = new SpanBatchBuilder()
            .Span(1, 1, attributes: [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "5")], events: [("event", [("a", 1), ("b", 2), ("c", 3), ("d", 4)])])
            .Span(1, 2, attributes: [("a", "1")])
            .Batch;
        var report = Run(batch);

        Keys(batch, batch.Attributes, 0).ShouldBe("a,b,c");
        batch.DroppedAttributes.Values.ToArray().ShouldBe([2u, 0u]);
        Keys(batch, batch.Events.Attributes, 0).ShouldBe("a,b,c");
        batch.Events.DroppedAttributes[0].ShouldBe(4u, "three were dropped by the sender");
        report.ShouldBe("attribute_dropped 3");
    }

    [Fact]
    public void Long_values_are_cut_between_characters_and_named()
    {
        var batch = new SpanBatchBuilder()
            .Span(1, 1, attributes: [("fits", "12345678"), ("long", "123456789"), ("wide", "éééééé")])
            .Span(1, 2, attributes: [("tree", "json:[1,2,3,4,5,6,7]"), ("raw", new byte[9])])
            .Batch;
        var report = Run(batch);

        var first = batch[0].Attributes;
        first.Find("fits")!.Value.Text.ShouldBe("12345678");
        first.Find("long")!.Value.Text.ShouldBe("12345678");
        first.Find("wide")!.Value.Text.ShouldBe("éééé");
        first.Find("clew.truncated").ShouldBe(new AttributeValue(AttributeType.Array, "[\"long\",\"wide\"]"));
        batch[1].Attributes.Find("tree").ShouldBe(new AttributeValue(AttributeType.String, "[1,2,3,4"), "what was cut is no JSON any more");
        Convert.FromBase64String(batch[1].Attributes.Find("raw")!.Value.Text).Length.ShouldBe(6);
        report.ShouldBe("value_cut 4");
    }

    [Fact]
    public void A_long_body_is_cut_and_named_beside_the_values()
    {
        var batch = new LogBatch();
        AddLog(batch, "a body that is too long", ("long", "123456789"));
        AddLog(batch, "short", ("a", "1"));

        var report = Run(batch);

        batch[0].Body.Text.ShouldBe("a body that ");
        batch[0].Attributes.Find("clew.truncated")!.Value.Text.ShouldBe("[\"body\",\"long\"]");
        batch[1].Body.Text.ShouldBe("short");
        batch[1].Attributes.Count.ShouldBe(1);
        report.ShouldBe("value_cut 2");
    }

    [Fact]
    public void A_resource_that_is_cut_has_another_fingerprint_and_keeps_its_service()
    {
        var batch = new SpanBatch();
        SpanBatchBuilder.Attributes(batch, batch.Resources.Attributes, [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("service.name", "shop")]);
        batch.Resources.End(TextRef.Empty, 1);
        var before = batch.Resources.Fingerprints[0];

        Run(batch).ShouldBe("attribute_dropped 1");

        Keys(batch, batch.Resources.Attributes, 0).ShouldBe("a,b,c,service.name");
        batch.Resources[0].Service.ShouldBe("shop");
        batch.Resources[0].DroppedAttributes.ShouldBe(2u);
        batch.Resources.Fingerprints[0].ShouldNotBe(before);
    }

    [Fact]
    public void What_fits_is_not_touched()
    {
        var batch = new SpanBatchBuilder().Span(1, 1, name: "a name of any length", attributes: [("a", "1"), ("b", "12345678"), ("c", "3")], message: "a message of any length").Batch;
        var before = BatchText.Of(batch);

        // The scope and resource of the builder have long texts, but no long values.
        var limits = Tight with { KeepValueBytes = 64, KeepAttributes = 3 };
        var report = new StageReport();
        new LimitsStage(limits).Process(batch, report);

        BatchText.Of(batch).ShouldBe(before);
        report.Counts.ShouldBeEmpty();
    }

    private static string Run(TelemetryBatch batch)
    {
        var report = new StageReport();
        switch (batch)
        {
            case SpanBatch spans:
                new LimitsStage(Tight).Process(spans, report);
                break;
            case LogBatch logs:
                new LimitsStage(Tight).Process(logs, report);
                break;
        }

        report.Counts.ShouldAllBe(count => count.TellSender != null && !count.IsDrop);
        return string.Join(", ", report.Counts.Select(count => $"{count.Rule} {count.Count}"));
    }

    private static string Keys(TelemetryBatch batch, AttributeLists lists, int list)
    {
        var keys = new List<string>();
        foreach (var attribute in batch.View(lists, list))
        {
            keys.Add(attribute.Key);
        }

        return string.Join(',', keys);
    }

    private static void AddLog(LogBatch batch, string body, params (string, object?)[] attributes)
    {
        if (batch.Resources.Count == 0)
        {
            batch.Resources.End(TextRef.Empty, 0);
            batch.Scopes.End(0, 0, TextRef.Empty, 0);
        }

        batch.Times.Add(1);
        batch.ObservedTimes.Add(1);
        batch.TraceIds.Add(default);
        batch.SpanIds.Add(default);
        batch.Severities.Add(9);
        batch.SeverityTexts.Add(0);
        batch.BodyTypes.Add(AttributeType.String);
        batch.Bodies.Add(batch.Arena.Add(Encoding.UTF8.GetBytes(body)));
        batch.EventNames.Add(0);
        batch.Flags.Add(0);
        batch.DroppedAttributes.Add(0);
        batch.ResourceIndexes.Add(0);
        batch.ScopeIndexes.Add(0);
        SpanBatchBuilder.AttributeList(batch, batch.Attributes, attributes);
    }
}
