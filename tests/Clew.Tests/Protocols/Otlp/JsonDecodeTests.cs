using System.Text;
using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Telemetry;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>OTLP/JSON: the standard's own examples, and what is special about the encoding.</summary>
public class JsonDecodeTests
{
    private static readonly OtlpDecoder Decoder = new(ProtocolLimits.Default);

    [SharedFact("compliance/otlp/trace.json")]
    public void Example_trace_is_read()
    {
        var batch = new SpanBatch();
        var result = Decoder.DecodeJson(File.ReadAllBytes(SharedFolder.PathOf("compliance/otlp/trace.json")), batch);

        result.Accepted.ShouldBe(1);
        result.Explanation.ShouldBeEmpty();
        var span = batch[0];
        span.Name.ShouldBe("I'm a server span");
        span.TraceId.ToString().ShouldBe("5b8efff798038103d269b633813fc60c");
        span.ParentSpanId.ToString().ShouldBe("eee19b7ec3c1b173");
        span.Kind.ShouldBe(SpanKind.Server);
        span.DurationNanoseconds.ShouldBe(1_000_000_000);
        span.Service.ShouldBe("my.service");
        span.Scope.Attributes.Find("my.scope.attribute")!.Value.Text.ShouldBe("some scope attribute");
    }

    [SharedFact("compliance/otlp/logs.json")]
    public void Example_logs_are_read()
    {
        var batch = new LogBatch();
        Decoder.DecodeJson(File.ReadAllBytes(SharedFolder.PathOf("compliance/otlp/logs.json")), batch).Accepted.ShouldBe(1);
        Decoder.DecodeJson(File.ReadAllBytes(SharedFolder.PathOf("compliance/otlp/events.json")), batch).Accepted.ShouldBe(1);

        batch[0].Attributes.Find("map.attribute").ShouldBe(new AttributeValue(AttributeType.Map, """{"some.map.key":"some value"}"""));
        batch[0].Attributes.Find("array.attribute").ShouldBe(new AttributeValue(AttributeType.Array, """["many","values"]"""));
        batch[0].Attributes.Find("double.attribute").ShouldBe(new AttributeValue(AttributeType.Double, "637.704"));
        batch[1].EventName.ShouldBe("browser.page_view");
        batch[1].Body.Type.ShouldBe(AttributeType.Map);
        batch[1].Body.Text.ShouldStartWith("""{"type":0,"url":"https://""");
    }

    [SharedFact("compliance/otlp/metrics.json")]
    public void Example_metrics_are_read()
    {
        var batch = new MetricBatch();
        var result = Decoder.DecodeJson(File.ReadAllBytes(SharedFolder.PathOf("compliance/otlp/metrics.json")), batch);

        result.Accepted.ShouldBe(4);
        Enumerable.Range(0, batch.Series.Count).Select(series => batch.Series[series].Kind)
            .ShouldBe([MetricKind.Sum, MetricKind.Gauge, MetricKind.Histogram, MetricKind.ExponentialHistogram]);
        batch.Series[0].IsMonotonic.ShouldBeTrue();
        batch.Numbers.Doubles.Values.ToArray().ShouldBe([5.0, 10.0]);
        batch.Histograms.BucketCounts[0].ToArray().ShouldBe([1UL, 1UL]);
        batch.ExponentialHistograms.PositiveOffsets[0].ShouldBe(1);
        batch.ExponentialHistograms.Maxes[0].ShouldBe(5);
    }

    [Fact]
    public void Resource_may_come_last_and_keys_after_values()
    {
        var batch = new SpanBatch();
        var result = Decode(
            """
            {"resourceSpans":[{"schemaUrl":null,"scopeSpans":[{"spans":[{"traceId":"5B8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",
            "startTimeUnixNano":1e3,"endTimeUnixNano":"2000","unknown":{"a":[1,{}]},"trace_state":"snake case is not a name of the standard",
            "attributes":[{"value":{"kvlistValue":{"values":[{"value":{"doubleValue":"NaN"},"key":"n"}]}},"key":"m"},{"value":{"bytesValue":"_-8"},"key":"b"},
            {"key":"s","value":{"stringValue":"\u00e9\ud83d\ude00\ud800\n"}}]}],"scope":{"name":"late"}}],
            "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"late too"}}]}}]}
            """,
            batch);

        result.Accepted.ShouldBe(1);
        batch[0].Service.ShouldBe("late too");
        batch[0].Scope.Name.ShouldBe("late");
        batch[0].Start.UnixNanoseconds.ShouldBe(1_000);
        batch[0].TraceState.ShouldBeEmpty();
        batch[0].Attributes.Find("m")!.Value.Text.ShouldBe("""{"n":{"$double":"NaN"}}""");
        batch[0].Attributes.Find("b")!.Value.Text.ShouldBe("/+8=");
        batch[0].Attributes.Find("s")!.Value.Text.ShouldBe("é😀\ufffd\n");
        result.Warnings.ShouldHaveSingleItem().Reason.ShouldContain("repaired");
    }

    [Theory]
    [InlineData("", "The input does not contain any JSON tokens")]
    [InlineData("[]", "expected an object, found StartArray")]
    [InlineData("""{"resourceSpans":[""", "Expected depth to be zero")]
    [InlineData("""{"resourceSpans":{}}""", "expected an array, found StartObject")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SPAN_KIND_SERVER"}]}]}]}""", "expected an enum as an integer, found String")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"soon"}]}]}]}""", "expected an integer")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":7}]}]}]}""", "expected a string, found Number")]
    [InlineData("""{} {}""", "'{' is invalid after a single JSON value")]
    public void What_is_not_a_request_is_malformed(string json, string error)
    {
        var batch = new SpanBatch();
        var result = Decode(json, batch);

        result.Status.ShouldBe(DecodeStatus.Malformed);
        result.Error!.ShouldStartWith(error);
        result.ErrorOffset.ShouldBeInRange(0, json.Length);
        batch.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"resourceSpans":[]}""", OtlpSignal.Spans)]
    [InlineData("""{"x":{"resourceSpans":1},"resourceLogs":[{}]}""", OtlpSignal.Logs)]
    [InlineData("""{"resourceMetrics":null}""", OtlpSignal.Metrics)]
    [InlineData("{}", OtlpSignal.None)]
    public void Signals_are_told_apart(string json, OtlpSignal expected)
    {
        OtlpSignalDetector.TryDetect(Encoding.UTF8.GetBytes(json), out var signal, out var error).ShouldBeTrue();
        signal.ShouldBe(expected);
        error.ShouldBeNull();
    }

    [Fact]
    public void What_is_not_an_object_has_no_signal()
    {
        OtlpSignalDetector.TryDetect("[1]"u8, out _, out var error).ShouldBeFalse();
        error.ShouldBe("expected an object");
        OtlpSignalDetector.TryDetect("plain text"u8, out _, out error).ShouldBeFalse();
        error.ShouldNotBeNullOrEmpty();
    }

    private static DecodeResult Decode(string json, SpanBatch batch) => Decoder.DecodeJson(Encoding.UTF8.GetBytes(json), batch);
}
