using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clew.Protocols;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Telemetry;

namespace Clew.Tests.Protocols.Jaeger;

public class JaegerTraceWriterTests
{
    [SharedFact("compliance/jaeger/golden/otlp2jaeger-in.json")]
    public void Jaegers_own_example_comes_out_the_same()
    {
        var batch = Read(File.ReadAllText(SharedFolder.PathOf("compliance/jaeger/golden/otlp2jaeger-in.json")));
        var expected = JsonNode.Parse(File.ReadAllText(SharedFolder.PathOf("compliance/jaeger/golden/otlp2jaeger-out.json")))!;

        Response(batch).ToJsonString().ShouldBe(expected.ToJsonString());
    }

    [SharedTheory("compliance/jaeger/traces")]
    [InlineData("example_trace.json")]
    [InlineData("link_attributes_trace.json")]
    [InlineData("log_tags_trace.json")]
    [InlineData("multi_index_trace.json")]
    public void Storage_fixtures_keep_their_spans(string fixture)
    {
        var batch = Read(File.ReadAllText(SharedFolder.PathOf($"compliance/jaeger/traces/{fixture}")));
        var spans = Response(batch)["data"]!.AsArray().SelectMany(trace => trace!["spans"]!.AsArray());
        spans.Count().ShouldBe(batch.Count);
    }

    [Fact]
    public void Every_field_has_its_place()
    {
        var batch = Read(
            """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}},{"key":"pod","value":{"stringValue":"a"}}]},
            "scopeSpans":[{"scope":{"name":"lib","version":"1.2"},"spans":[{"traceId":"0000000000000000000000000000abcd","spanId":"00000000000000ef","name":"op","kind":3,
            "flags":257,"traceState":"k=v","startTimeUnixNano":"5000999","endTimeUnixNano":"4000000","status":{"code":2,"message":"boom"},
            "attributes":[{"key":"i","value":{"intValue":"7"}},{"key":"big","value":{"intValue":"9007199254740993"}},{"key":"d","value":{"doubleValue":1.5}},
            {"key":"b","value":{"boolValue":true}},{"key":"x","value":{"bytesValue":"AQI="}},{"key":"n","value":{}},
            {"key":"a","value":{"arrayValue":{"values":[{"doubleValue":1},{"bytesValue":"AQI="},{"kvlistValue":{"values":[{"key":"$k","value":{"stringValue":"é"}}]}}]}}}],
            "events":[{"name":"retry","timeUnixNano":"4000123","attributes":[{"key":"n","value":{"intValue":1}}]},{"name":"hidden","attributes":[{"key":"event","value":{"stringValue":"shown"}}]}],
            "links":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"},
            {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175","attributes":[{"key":"opentracing.ref_type","value":{"stringValue":"child_of"}}]}]}]}]}]}
            """);

        Response(batch)["data"]![0]!.ToJsonString(Relaxed).ShouldBe(Compact(
            """
            {"traceID":"000000000000abcd","spans":[{"traceID":"000000000000abcd","spanID":"00000000000000ef","flags":1,"operationName":"op",
            "references":[{"refType":"FOLLOWS_FROM","traceID":"5b8efff798038103d269b633813fc60c","spanID":"eee19b7ec3c1b174"},
            {"refType":"CHILD_OF","traceID":"5b8efff798038103d269b633813fc60c","spanID":"eee19b7ec3c1b175"}],
            "startTime":5000,"duration":0,
            "tags":[{"key":"otel.scope.name","type":"string","value":"lib"},{"key":"otel.scope.version","type":"string","value":"1.2"},
            {"key":"i","type":"int64","value":7},{"key":"big","type":"int64","value":"9007199254740993"},{"key":"d","type":"float64","value":1.5},
            {"key":"b","type":"bool","value":true},{"key":"x","type":"binary","value":"AQI="},{"key":"n","type":"string","value":""},
            {"key":"a","type":"string","value":"[1,\"AQI=\",{\"$k\":\"é\"}]"},
            {"key":"span.kind","type":"string","value":"client"},{"key":"otel.status_code","type":"string","value":"ERROR"},
            {"key":"error","type":"bool","value":true},{"key":"otel.status_description","type":"string","value":"boom"},{"key":"w3c.tracestate","type":"string","value":"k=v"}],
            "logs":[{"timestamp":4000,"fields":[{"key":"event","type":"string","value":"retry"},{"key":"n","type":"int64","value":1}]},
            {"timestamp":0,"fields":[{"key":"event","type":"string","value":"shown"}]}],
            "processID":"p1","warnings":["the span ends 1000999 ns before it starts; its duration is shown as 0"]}],
            "processes":{"p1":{"serviceName":"cart","tags":[{"key":"pod","type":"string","value":"a"}]}},"warnings":null}
            """));
    }

    [Fact]
    public void Traces_are_kept_apart_and_equal_processes_are_one()
    {
        const string Resource = """{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]}""";
        static string Span(string trace) => $$"""{"traceId":"{{trace}}","spanId":"00000000000000ef","startTimeUnixNano":1,"endTimeUnixNano":1}""";
        const string First = "5b8efff798038103d269b633813fc60c";
        const string Second = "5b8efff798038103d269b633813fc60d";
        var batch = Read($$"""
            {"resourceSpans":[{"resource":{{Resource}},"scopeSpans":[{"spans":[{{Span(First)}},{{Span(Second)}}]}]},
            {"resource":{{Resource}},"schemaUrl":"other","scopeSpans":[{"spans":[{{Span(First)}}]}]},{"scopeSpans":[{"spans":[{{Span(First)}}]}]}]}
            """);

        var traces = Response(batch, new JaegerError("trace not found", new TraceId(Convert.FromHexString(Second)), 404));

        traces["data"]!.AsArray().Select(trace => trace!["spans"]!.AsArray().Count).ShouldBe([3, 1]);
        traces["data"]![0]!["spans"]!.AsArray().Select(span => (string)span!["processID"]!).ShouldBe(["p1", "p1", "p2"]);
        traces["data"]![0]!["processes"]!["p2"]!["serviceName"]!.ToString().ShouldBe("unknown_service");
        traces["errors"]!.ToJsonString().ShouldBe($$"""[{"code":404,"msg":"trace not found","traceID":"{{Second}}"}]""");
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Compact(string json) => json.ReplaceLineEndings(string.Empty);

    private static SpanBatch Read(string json)
    {
        var batch = new SpanBatch();
        var result = new OtlpDecoder(ProtocolLimits.Default).DecodeJson(Encoding.UTF8.GetBytes(json), batch);
        result.Status.ShouldBe(DecodeStatus.Ok, result.Error);
        result.Rejected.ShouldBe(0);
        return batch;
    }

    private static JsonNode Response(SpanBatch batch, params JaegerError[] errors)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, OtlpJsonEncoder.WriterOptions))
        {
            JaegerTraceWriter.WriteResponse(writer, batch, errors);
        }

        return JsonNode.Parse(output.WrittenSpan)!;
    }
}
