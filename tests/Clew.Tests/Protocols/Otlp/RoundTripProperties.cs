using System.Buffers;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Telemetry;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>
/// Whatever the generated classes write, our decoders read, our encoders write again and the generated classes read the same from, every field.
/// A failure prints seed and size; the size shrinks.
/// </summary>
public class RoundTripProperties
{
    private static readonly OtlpDecoder Decoder = new(ProtocolLimits.Default);

    [Fact]
    public void Spans_survive_protobuf() => Check(requests =>
    {
        var request = requests.Traces();
        var batch = new SpanBatch();
        Accept(Decoder.DecodeProtobuf(request.ToByteArray(), batch), batch.Count);
        BatchInvariants.Check(batch);
        FlatRequest.ShouldBeSame(FlatRequest.Of(TracesData.Parser.ParseFrom(Protobuf(output => OtlpProtobufEncoder.Write(output, batch)))), FlatRequest.Of(request));
    });

    [Fact]
    public void Logs_survive_protobuf() => Check(requests =>
    {
        var request = requests.Logs();
        var batch = new LogBatch();
        Accept(Decoder.DecodeProtobuf(request.ToByteArray(), batch), batch.Count);
        BatchInvariants.Check(batch);
        FlatRequest.ShouldBeSame(FlatRequest.Of(LogsData.Parser.ParseFrom(Protobuf(output => OtlpProtobufEncoder.Write(output, batch)))), FlatRequest.Of(request));
    });

    [Fact]
    public void Metrics_survive_protobuf() => Check(requests =>
    {
        var request = requests.Metrics();
        var batch = new MetricBatch();
        Accept(Decoder.DecodeProtobuf(request.ToByteArray(), batch), batch.Count);
        BatchInvariants.Check(batch);
        FlatRequest.ShouldBeSame(FlatRequest.Of(MetricsData.Parser.ParseFrom(Protobuf(output => OtlpProtobufEncoder.Write(output, batch)))), FlatRequest.Of(request));
    });

    [Fact]
    public void Spans_survive_json() => Check(requests =>
    {
        var request = requests.Traces();
        var batch = new SpanBatch();
        Accept(Decoder.DecodeJson(OtlpJsonText.Write(request), batch), batch.Count);
        BatchInvariants.Check(batch);
        FlatRequest.ShouldBeSame(FlatRequest.Of(OtlpJsonText.Read<TracesData>(Json(writer => OtlpJsonEncoder.Write(writer, batch)))), FlatRequest.Of(request));
    });

    [Fact]
    public void Logs_survive_json() => Check(requests =>
    {
        var request = requests.Logs();
        var batch = new LogBatch();
        Accept(Decoder.DecodeJson(OtlpJsonText.Write(request), batch), batch.Count);
        BatchInvariants.Check(batch);
        FlatRequest.ShouldBeSame(FlatRequest.Of(OtlpJsonText.Read<LogsData>(Json(writer => OtlpJsonEncoder.Write(writer, batch)))), FlatRequest.Of(request));
    });

    [Fact]
    public void Metrics_survive_json() => Check(requests =>
    {
        var request = requests.Metrics();
        var batch = new MetricBatch();
        Accept(Decoder.DecodeJson(OtlpJsonText.Write(request), batch), batch.Count);
        BatchInvariants.Check(batch);
        FlatRequest.ShouldBeSame(FlatRequest.Of(OtlpJsonText.Read<MetricsData>(Json(writer => OtlpJsonEncoder.Write(writer, batch)))), FlatRequest.Of(request));
    });

    [Fact]
    public void Both_encodings_give_the_same_texts() => Check(requests =>
    {
        var request = requests.Traces();
        var fromProtobuf = new SpanBatch();
        var fromJson = new SpanBatch();
        Decoder.DecodeProtobuf(request.ToByteArray(), fromProtobuf);
        Decoder.DecodeJson(OtlpJsonText.Write(request), fromJson);
        Values(fromJson).ShouldBe(Values(fromProtobuf));
        fromJson.Resources.Fingerprints.Values.ToArray().ShouldBe(fromProtobuf.Resources.Fingerprints.Values.ToArray());
        fromJson.Scopes.Fingerprints.Values.ToArray().ShouldBe(fromProtobuf.Scopes.Fingerprints.Values.ToArray());

        static List<string> Values(SpanBatch batch)
        {
            var values = new List<string>();
            for (var row = 0; row < batch.Count; row++)
            {
                foreach (var entry in batch[row].Attributes)
                {
                    values.Add($"{entry.Key}\0{entry.Value.Type}\0{entry.Value.Text}");
                }
            }

            return values;
        }
    });

    /// <summary>Protobuf: a message field that comes twice means the two messages merged, and joined bytes are merged messages.</summary>
    [Fact]
    public void Joined_messages_are_merged_messages() => Check(requests =>
    {
        var first = requests.Traces().ResourceSpans.FirstOrDefault() ?? new ResourceSpans();
        var second = requests.Traces().ResourceSpans.FirstOrDefault() ?? new ResourceSpans();
        byte[] joined = [.. first.ToByteArray(), .. second.ToByteArray()];
        var request = new TracesData { ResourceSpans = { ResourceSpans.Parser.ParseFrom(joined) } };

        var batch = new SpanBatch();
        Accept(Decoder.DecodeProtobuf(Field(1, joined), batch), batch.Count);
        FlatRequest.ShouldBeSame(FlatRequest.Of(TracesData.Parser.ParseFrom(Protobuf(output => OtlpProtobufEncoder.Write(output, batch)))), FlatRequest.Of(request));
    });

    [Fact]
    public void Joined_metrics_are_merged_metrics() => Check(requests =>
    {
        var metrics = requests.Metrics().ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics).Take(3);
        byte[] joined = [.. metrics.SelectMany(metric => metric.ToByteArray())];
        var request = new MetricsData { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { Metric.Parser.ParseFrom(joined) } } } } } };

        var batch = new MetricBatch();
        Accept(Decoder.DecodeProtobuf(Field(1, Field(2, Field(2, joined))), batch), batch.Count);
        FlatRequest.ShouldBeSame(FlatRequest.Of(MetricsData.Parser.ParseFrom(Protobuf(output => OtlpProtobufEncoder.Write(output, batch)))), FlatRequest.Of(request));
    });

    [Fact]
    public void Joined_log_records_are_merged_log_records() => Check(requests =>
    {
        var records = requests.Logs().ResourceLogs.SelectMany(resource => resource.ScopeLogs).SelectMany(scope => scope.LogRecords).Take(4);
        byte[] joined = [.. records.SelectMany(record => record.ToByteArray())];
        var request = new LogsData { ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { LogRecord.Parser.ParseFrom(joined) } } } } } };

        var batch = new LogBatch();
        Accept(Decoder.DecodeProtobuf(Field(1, Field(2, Field(2, joined))), batch), batch.Count);
        FlatRequest.ShouldBeSame(FlatRequest.Of(LogsData.Parser.ParseFrom(Protobuf(output => OtlpProtobufEncoder.Write(output, batch)))), FlatRequest.Of(request));
    });

    private static void Check(Action<RandomRequests> property)
    {
        var sizes = Arb.From(Gen.Choose(1, 12), Smaller);
        var seeds = Arb.From(Gen.Choose(0, int.MaxValue));
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(seeds, sizes, (seed, size) =>
            {
                try
                {
                    property(new RandomRequests(seed, size));
                }
                catch (Exception exception)
                {
                    throw new InvalidOperationException($"seed {seed}, size {size}: {exception.Message}", exception);
                }
            }));
    }

    private static IEnumerable<int> Smaller(int size) => size > 1 ? [size / 2, size - 1] : [];

    private static void Accept(DecodeResult result, int rows)
    {
        result.Status.ShouldBe(DecodeStatus.Ok, result.Error);
        result.RejectionReasons.ShouldBeEmpty();
        result.Rejected.ShouldBe(0);
        result.Accepted.ShouldBe(rows);
    }

    private static byte[] Protobuf(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, OtlpJsonEncoder.WriterOptions))
        {
            write(writer);
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] Field(int number, byte[] message)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(message));
        }

        return stream.ToArray();
    }
}
