using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Telemetry;
using Google.Rpc;
using OpenTelemetry.Proto.Collector;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>The exact form of what we write: Jaeger's recorded API answers, export responses, errors.</summary>
public class EncodeTests
{
    [SharedTheory("compliance/jaeger/golden")]
    [InlineData("apiv3-GetTrace.json")]
    [InlineData("apiv3-FindTraces.json")]
    public void Spans_are_written_as_jaegers_v3_api_does(string snapshot)
    {
        var expected = JsonNode.Parse(File.ReadAllText(SharedFolder.PathOf($"compliance/jaeger/golden/{snapshot}")))!["result"]!;
        var batch = new SpanBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeJson(JsonSerializer.SerializeToUtf8Bytes(expected), batch).Accepted.ShouldBe(1);

        var actual = JsonNode.Parse(Json(writer => OtlpJsonEncoder.Write(writer, batch)))!;

        JsonNode.DeepEquals(actual, expected).ShouldBeTrue(actual.ToJsonString());
    }

    [SharedTheory("compliance/otlp/trace.json")]
    [InlineData("compliance/otlp/trace.json")]
    [InlineData("compliance/jaeger/traces/link_attributes_trace.json")]
    [InlineData("compliance/jaeger/traces/example_trace.json")]
    public void Recorded_traces_come_out_as_they_went_in(string file)
    {
        var json = File.ReadAllBytes(SharedFolder.PathOf(file));
        var batch = new SpanBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeJson(json, batch).Rejected.ShouldBe(0);

        var actual = OtlpJsonText.Read<OpenTelemetry.Proto.Trace.V1.TracesData>(Json(writer => OtlpJsonEncoder.Write(writer, batch)));
        var expected = OtlpJsonText.Read<OpenTelemetry.Proto.Trace.V1.TracesData>(json);

        FlatRequest.ShouldBeSame(FlatRequest.Of(actual), FlatRequest.Of(expected));
    }

    [Fact]
    public void Single_rows_can_be_written()
    {
        var batch = new SpanBatch();
        var request = new RandomRequests(7, 12);
        var decoder = new OtlpDecoder(ProtocolLimits.Default);
        while (batch.Count < 3)
        {
            decoder.DecodeProtobuf(Google.Protobuf.MessageExtensions.ToByteArray(request.Traces()), batch);
        }

        var output = new ArrayBufferWriter<byte>();
        OtlpProtobufEncoder.Write(output, batch, [2, 0]);
        var again = new SpanBatch();
        decoder.DecodeProtobuf(output.WrittenSpan, again).Accepted.ShouldBe(2);

        again.SpanIds.Values.ToArray().ShouldBe([batch.SpanIds[2], batch.SpanIds[0]], ignoreOrder: true);
    }

    [Fact]
    public void Full_success_leaves_the_partial_success_unset()
    {
        var response = new OtlpExportResponse(OtlpSignal.Spans, 0, string.Empty);
        Protobuf(response.WriteProtobuf).ShouldBeEmpty();
        Text(response.WriteJson).ShouldBe("{}");
    }

    [Fact]
    public void Partial_success_counts_and_explains()
    {
        var spans = new OtlpExportResponse(OtlpSignal.Spans, 3, "refused: trace_id is missing or all zero (3)");
        var logs = new OtlpExportResponse(OtlpSignal.Logs, long.MaxValue, "é");
        var metrics = new OtlpExportResponse(OtlpSignal.Metrics, 0, "warning: a required time is missing (1)");

        var traceResponse = ExportTraceServiceResponse.Parser.ParseFrom(Protobuf(spans.WriteProtobuf));
        traceResponse.PartialSuccess.RejectedSpans.ShouldBe(3);
        traceResponse.PartialSuccess.ErrorMessage.ShouldBe("refused: trace_id is missing or all zero (3)");
        ExportLogsServiceResponse.Parser.ParseFrom(Protobuf(logs.WriteProtobuf)).PartialSuccess.RejectedLogRecords.ShouldBe(long.MaxValue);
        ExportMetricsServiceResponse.Parser.ParseFrom(Protobuf(metrics.WriteProtobuf)).PartialSuccess.ErrorMessage.ShouldStartWith("warning");

        Text(spans.WriteJson).ShouldBe("""{"partialSuccess":{"rejectedSpans":"3","errorMessage":"refused: trace_id is missing or all zero (3)"}}""");
        Text(logs.WriteJson).ShouldBe("""{"partialSuccess":{"rejectedLogRecords":"9223372036854775807","errorMessage":"é"}}""");
        Text(metrics.WriteJson).ShouldBe("""{"partialSuccess":{"errorMessage":"warning: a required time is missing (1)"}}""");
    }

    [Fact]
    public void Errors_are_google_rpc_status()
    {
        var status = new RpcStatus(RpcCode.ResourceExhausted, "the queue is full", TimeSpan.FromMilliseconds(1_500));

        var message = Google.Rpc.Status.Parser.ParseFrom(Protobuf(status.WriteProtobuf));
        message.Code.ShouldBe(8);
        message.Message.ShouldBe("the queue is full");
        message.Details.ShouldHaveSingleItem().Is(RetryInfo.Descriptor).ShouldBeTrue();
        message.Details[0].Unpack<RetryInfo>().RetryDelay.ToTimeSpan().ShouldBe(TimeSpan.FromMilliseconds(1_500));

        Text(status.WriteJson).ShouldBe(
            """{"code":8,"message":"the queue is full","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.5s"}]}""");
        Text(new RpcStatus(RpcCode.InvalidArgument, "bad").WriteJson).ShouldBe("""{"code":3,"message":"bad"}""");
    }

    private static byte[] Protobuf(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static string Text(Action<Utf8JsonWriter> write) => System.Text.Encoding.UTF8.GetString(Json(write));

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, OtlpJsonEncoder.WriterOptions))
        {
            write(writer);
        }

        return output.WrittenSpan.ToArray();
    }
}
