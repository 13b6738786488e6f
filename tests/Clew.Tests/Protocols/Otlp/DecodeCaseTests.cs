using System.Buffers;
using System.Text;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Telemetry;
using Google.Protobuf;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>Plays the files in <c>Cases</c>, in both encodings.</summary>
public class DecodeCaseTests
{
    public static TheoryData<int, string> Spans => Listed("spans.txt");

    public static TheoryData<int, string> Logs => Listed("logs.txt");

    public static TheoryData<int, string> Metrics => Listed("metrics.txt");

    [Theory]
    [MemberData(nameof(Spans))]
    public void Span_cases(int number, string title)
    {
        var one = DecodeCase.ReadFile("spans.txt")[number];
        one.ToString().ShouldBe(title);
        var batch = new SpanBatch();
        Check(one, new OtlpDecoder(one.Limits).DecodeJson(Encoding.UTF8.GetBytes(one.Request), batch), batch, writer => OtlpJsonEncoder.Write(writer, batch));
        if (Carries(one))
        {
            batch.Clear();
            var protobuf = OtlpJsonText.Read<TracesData>(Encoding.UTF8.GetBytes(one.Request)).ToByteArray();
            Check(one, new OtlpDecoder(one.Limits).DecodeProtobuf(protobuf, batch), batch, writer => OtlpJsonEncoder.Write(writer, batch));
        }
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public void Log_cases(int number, string title)
    {
        var one = DecodeCase.ReadFile("logs.txt")[number];
        one.ToString().ShouldBe(title);
        var batch = new LogBatch();
        Check(one, new OtlpDecoder(one.Limits).DecodeJson(Encoding.UTF8.GetBytes(one.Request), batch), batch, writer => OtlpJsonEncoder.Write(writer, batch));
        if (Carries(one))
        {
            batch.Clear();
            var protobuf = OtlpJsonText.Read<LogsData>(Encoding.UTF8.GetBytes(one.Request)).ToByteArray();
            Check(one, new OtlpDecoder(one.Limits).DecodeProtobuf(protobuf, batch), batch, writer => OtlpJsonEncoder.Write(writer, batch));
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Metric_cases(int number, string title)
    {
        var one = DecodeCase.ReadFile("metrics.txt")[number];
        one.ToString().ShouldBe(title);
        var batch = new MetricBatch();
        Check(one, new OtlpDecoder(one.Limits).DecodeJson(Encoding.UTF8.GetBytes(one.Request), batch), batch, writer => OtlpJsonEncoder.Write(writer, batch));
        if (Carries(one))
        {
            batch.Clear();
            var protobuf = OtlpJsonText.Read<MetricsData>(Encoding.UTF8.GetBytes(one.Request)).ToByteArray();
            Check(one, new OtlpDecoder(one.Limits).DecodeProtobuf(protobuf, batch), batch, writer => OtlpJsonEncoder.Write(writer, batch));
        }
    }

    private static TheoryData<int, string> Listed(string file)
    {
        var data = new TheoryData<int, string>();
        var cases = DecodeCase.ReadFile(file);
        for (var number = 0; number < cases.Count; number++)
        {
            data.Add(number, cases[number].ToString());
        }

        return data;
    }

    /// <summary>Whether the request can be said in protobuf.</summary>
    private static bool Carries(DecodeCase one) => !one.JsonOnly && one.Malformed == null;

    internal static void Check(DecodeCase one, DecodeResult result, TelemetryBatch batch, Action<Utf8JsonWriter> write)
    {
        if (one.Malformed != null || one.TooLarge != null)
        {
            result.Status.ShouldBe(one.Malformed != null ? DecodeStatus.Malformed : DecodeStatus.TooLarge);
            result.Error!.ShouldStartWith(one.Malformed ?? one.TooLarge!);
            batch.Count.ShouldBe(0);
            return;
        }

        result.Status.ShouldBe(DecodeStatus.Ok, result.Error);
        result.Accepted.ShouldBe(one.Accepted);
        batch.Count.ShouldBe(one.Accepted);
        result.RejectionReasons.Select(reason => reason.ToString()).ShouldBe(one.Refused);
        result.Rejected.ShouldBe(result.RejectionReasons.Sum(reason => reason.Count));
        result.Warnings.Select(warning => warning.ToString()).ShouldBe(one.Warnings);
        if (one.Written != null)
        {
            var output = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(output, OtlpJsonEncoder.WriterOptions))
            {
                write(writer);
            }

            Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(one.Written);
        }
    }
}
