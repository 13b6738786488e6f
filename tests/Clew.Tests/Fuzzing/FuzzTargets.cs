using System.Buffers;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.LogLines;
using Clew.Protocols.Otlp;
using Clew.Telemetry;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Clew.Tests.Fuzzing;

/// <summary>What is done with bytes that nobody vouches for. A target throws when a promise is broken; whatever the bytes are, it must not.</summary>
internal delegate void FuzzTarget(ReadOnlySpan<byte> data);

/// <summary>
/// One target per decoder. The promises: no exception, a batch whose columns agree, nothing left of a request that failed, what was accepted can be
/// written and read again, tight limits hold too, and nothing is called malformed that Google's parser reads.
/// </summary>
internal static class FuzzTargets
{
    private static readonly OtlpDecoder Decoder = new(ProtocolLimits.Default);

    internal static readonly ProtocolLimits TightLimits = new()
    {
        MaxRequestBytes = 1 << 20,
        MaxNameBytes = 8,
        MaxKeyBytes = 6,
        MaxValueBytes = 16,
        MaxAttributes = 2,
        MaxValueDepth = 2,
        MaxEvents = 1,
        MaxLinks = 1,
        MaxBuckets = 3,
        MaxExemplars = 1,
    };

    private static readonly OtlpDecoder TightDecoder = new(TightLimits);

    public static void SpanProtobuf(ReadOnlySpan<byte> data)
    {
        var batch = new SpanBatch();
        var result = Decoder.DecodeProtobuf(data, batch);
        Check(result, batch);
        BatchInvariants.Check(batch);
        AgreeWithGoogle(result, TracesData.Parser, data);
        if (result.Accepted > 0)
        {
            var output = new ArrayBufferWriter<byte>();
            OtlpProtobufEncoder.Write(output, batch);
            var again = new SpanBatch();
            SameAgain(Decoder.DecodeProtobuf(output.WrittenSpan, again), result);
        }

        batch.Clear();
        Check(TightDecoder.DecodeProtobuf(data, batch), batch);
        BatchInvariants.Check(batch);
    }

    public static void LogProtobuf(ReadOnlySpan<byte> data)
    {
        var batch = new LogBatch();
        var result = Decoder.DecodeProtobuf(data, batch);
        Check(result, batch);
        BatchInvariants.Check(batch);
        AgreeWithGoogle(result, LogsData.Parser, data);
        if (result.Accepted > 0)
        {
            var output = new ArrayBufferWriter<byte>();
            OtlpProtobufEncoder.Write(output, batch);
            SameAgain(Decoder.DecodeProtobuf(output.WrittenSpan, new LogBatch()), result);
        }

        batch.Clear();
        Check(TightDecoder.DecodeProtobuf(data, batch), batch);
        BatchInvariants.Check(batch);
    }

    public static void MetricProtobuf(ReadOnlySpan<byte> data)
    {
        var batch = new MetricBatch();
        var result = Decoder.DecodeProtobuf(data, batch);
        Check(result, batch);
        BatchInvariants.Check(batch);
        AgreeWithGoogle(result, MetricsData.Parser, data);
        if (result.Accepted > 0)
        {
            var output = new ArrayBufferWriter<byte>();
            OtlpProtobufEncoder.Write(output, batch);
            SameAgain(Decoder.DecodeProtobuf(output.WrittenSpan, new MetricBatch()), result);
        }

        batch.Clear();
        Check(TightDecoder.DecodeProtobuf(data, batch), batch);
        BatchInvariants.Check(batch);
    }

    public static void SpanJson(ReadOnlySpan<byte> data)
    {
        var batch = new SpanBatch();
        var result = Decoder.DecodeJson(data, batch);
        Check(result, batch);
        BatchInvariants.Check(batch);
        if (result.Accepted > 0)
        {
            SameAgain(Decoder.DecodeJson(Written(writer => OtlpJsonEncoder.Write(writer, batch)), new SpanBatch()), result);
        }

        batch.Clear();
        Check(TightDecoder.DecodeJson(data, batch), batch);
        BatchInvariants.Check(batch);
    }

    public static void LogJson(ReadOnlySpan<byte> data)
    {
        var batch = new LogBatch();
        var result = Decoder.DecodeJson(data, batch);
        Check(result, batch);
        BatchInvariants.Check(batch);
        if (result.Accepted > 0)
        {
            SameAgain(Decoder.DecodeJson(Written(writer => OtlpJsonEncoder.Write(writer, batch)), new LogBatch()), result);
        }

        batch.Clear();
        Check(TightDecoder.DecodeJson(data, batch), batch);
        BatchInvariants.Check(batch);
    }

    public static void MetricJson(ReadOnlySpan<byte> data)
    {
        var batch = new MetricBatch();
        var result = Decoder.DecodeJson(data, batch);
        Check(result, batch);
        BatchInvariants.Check(batch);
        if (result.Accepted > 0)
        {
            SameAgain(Decoder.DecodeJson(Written(writer => OtlpJsonEncoder.Write(writer, batch)), new MetricBatch()), result);
        }

        batch.Clear();
        Check(TightDecoder.DecodeJson(data, batch), batch);
        BatchInvariants.Check(batch);
    }

    public static void Signal(ReadOnlySpan<byte> data)
    {
        var known = OtlpSignalDetector.TryDetect(data, out var signal, out var error);
        (known ? error == null : error != null && signal == OtlpSignal.None).ShouldBeTrue();
    }

    /// <summary>Whatever the lines are: the columns agree, every line is in a record or counted, what was read can be written as OTLP and read again.</summary>
    public static void LogLines(ReadOnlySpan<byte> data)
    {
        var batch = new LogBatch();
        var now = new Timestamp(1_795_255_872_000_000_000);
        var result = new LogLineDecoder(new LogLineOptions()).Decode(data, batch, now);
        Check(result, batch);
        BatchInvariants.Check(batch);
        if (result.Accepted > 0)
        {
            var output = new ArrayBufferWriter<byte>();
            OtlpProtobufEncoder.Write(output, batch);
            SameAgain(Decoder.DecodeProtobuf(output.WrittenSpan, new LogBatch()), result);
        }

        foreach (var format in LogLineFormats.All)
        {
            batch.Clear();
            Check(new LogLineDecoder(new LogLineOptions { Format = format }).Decode(data, batch, now), batch);
            BatchInvariants.Check(batch);
        }

        batch.Clear();
        Check(new LogLineDecoder(new LogLineOptions { Limits = TightLimits with { MaxJoinedBytes = 64, MaxLogStreams = 2 } }).Decode(data, batch, now), batch);
        BatchInvariants.Check(batch);
    }

    /// <summary>However a stream of syslog is cut into packets: the same messages, none longer than the limit, none made of nothing that was sent.</summary>
    public static void SyslogFrames(ReadOnlySpan<byte> data)
    {
        const int Limit = 64;
        var whole = Messages(data.ToArray(), data.Length, Limit);
        whole.Messages.ShouldAllBe(message => message.Length <= 2 * Limit);
        whole.Messages.Sum(message => message.Length / 2).ShouldBeLessThanOrEqualTo(data.Length);
        foreach (var packet in new[] { 1, 7, 100 })
        {
            var parts = Messages(data.ToArray(), packet, Limit);
            parts.Messages.ShouldBe(whole.Messages, $"packets of {packet} bytes");
            parts.TooLong.ShouldBe(whole.TooLong, $"packets of {packet} bytes");
        }
    }

    private static (List<string> Messages, int TooLong) Messages(byte[] data, int packet, int limit)
    {
        var framing = new SyslogFraming(limit);
        var messages = new List<string>();
        var taken = 0;
        for (var received = 0; received < data.Length;)
        {
            received = Math.Min(data.Length, received + packet);
            var buffer = new ReadOnlySequence<byte>(data, taken, received - taken);
            while (framing.TryRead(ref buffer, out var message))
            {
                messages.Add(Convert.ToHexString(message.ToArray()));
            }

            taken = received - (int)buffer.Length;
        }

        if (framing.TryReadLast(new ReadOnlySequence<byte>(data, taken, data.Length - taken), out var last))
        {
            messages.Add(Convert.ToHexString(last.ToArray()));
        }

        return (messages, framing.TooLong);
    }

    internal static void Check(DecodeResult result, TelemetryBatch batch)
    {
        if (result.Status == DecodeStatus.Ok)
        {
            result.Error.ShouldBeNull();
            batch.Count.ShouldBe(result.Accepted);
            result.RejectionReasons.Sum(reason => reason.Count).ShouldBe(result.Rejected);
            return;
        }

        result.Error.ShouldNotBeNullOrEmpty();
        result.Accepted.ShouldBe(0);
        result.Rejected.ShouldBe(0);
        batch.Count.ShouldBe(0);
        batch.Resources.Count.ShouldBe(0);
        batch.Scopes.Count.ShouldBe(0);
    }

    private static void SameAgain(DecodeResult again, DecodeResult first)
    {
        again.Status.ShouldBe(DecodeStatus.Ok, again.Error);
        again.Rejected.ShouldBe(0);
        again.Accepted.ShouldBe(first.Accepted);
    }

    internal static void AgreeWithGoogle<T>(DecodeResult result, MessageParser<T> parser, ReadOnlySpan<byte> data)
        where T : IMessage<T>
    {
        // Google's C# parser cuts tags and lengths off at 32 bits, which its C++ and Go siblings refuse as we do.
        if (result.Status != DecodeStatus.Malformed || result.Error is "a field has no valid number" or "a length is more than 2 GiB")
        {
            return;
        }

        var bytes = data.ToArray();
        // Any refusal of its own will do: of a length of more than 32 bits it says ArgumentOutOfRangeException.
        Should.Throw<Exception>(() => parser.ParseFrom(bytes), $"we say: {result.Error} at {result.ErrorOffset}");
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, OtlpJsonEncoder.WriterOptions))
        {
            write(writer);
        }

        return output.WrittenSpan.ToArray();
    }
}
