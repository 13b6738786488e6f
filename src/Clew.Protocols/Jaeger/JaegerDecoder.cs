using Clew.Protocols.Decoding;
using Clew.Protocols.Otlp.Protobuf;
using Clew.Protocols.Thrift;
using Clew.Protocols.Zipkin;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>
/// Reads what Jaeger's clients send into span batches, straight from the bytes: Thrift batches in either encoding, the packets they send to an agent, and
/// the requests of the gRPC collector. The meaning of tags, references and logs is that of <see cref="JaegerSpanReader"/>.
/// </summary>
/// <remarks>
/// <para>Rows are appended. A request that fails leaves the batch with the rows it had; texts it brought stay in the arena until the batch is cleared. A
/// span that breaks a rule is left out alone, counted and explained.</para>
/// <para>Never throws for what a peer sent. Safe for concurrent use with different batches.</para>
/// </remarks>
public sealed class JaegerDecoder(ProtocolLimits limits)
{
    /// <summary>The most bytes of text that one byte of a request can become: repaired to three, and kept twice as the message of a status.</summary>
    private const int TextGrowth = 6;

    /// <summary>A <c>Batch</c>, as <c>POST /api/traces</c> takes it.</summary>
    public DecodeResult DecodeThrift(ReadOnlySpan<byte> request, ThriftEncoding encoding, SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (DecodeResult.TooLarge(request, batch, limits, TextGrowth) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var reader = new ThriftReader(request, encoding);
        JaegerThriftDecoder.ReadBatch(ref reader, batch, state);
        return End(ref reader, batch, state, mark);
    }

    /// <summary>A call of the agent's <c>emitBatch</c> or, for clients of Zipkin's library, <c>emitZipkinBatch</c>, as its UDP ports take them.</summary>
    /// <param name="received">When it came, for spans of Zipkin's without a time.</param>
    public DecodeResult DecodeAgentMessage(ReadOnlySpan<byte> packet, ThriftEncoding encoding, Timestamp received, SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (DecodeResult.TooLarge(packet, batch, limits, TextGrowth) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var reader = new ThriftReader(packet, encoding);
        if (reader.BeginMessage(out var method))
        {
            if (method.SequenceEqual("emitBatch"u8))
            {
                ReadBatchArgument(ref reader, batch, state);
            }
            else if (method.SequenceEqual("emitZipkinBatch"u8))
            {
                ReadZipkinArgument(ref reader, new ZipkinSpanReader(batch, state, received));
            }
            else
            {
                reader.Fail("the agent has the methods emitBatch and emitZipkinBatch only", 0);
            }
        }

        return End(ref reader, batch, state, mark);
    }

    /// <summary>A <c>jaeger.api_v2.PostSpansRequest</c>.</summary>
    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (DecodeResult.TooLarge(request, batch, limits, TextGrowth) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var reader = new ProtobufReader(request);
        JaegerProtobufDecoder.ReadRequest(ref reader, batch, state);
        if (reader.Failed)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(reader.Error!, reader.ErrorOffset);
        }

        return state.ToResult();
    }

    private static void ReadZipkinArgument(ref ThriftReader reader, ZipkinSpanReader spans)
    {
        var outer = reader.BeginStruct();
        while (reader.NextField(out var field))
        {
            if (field.Is(1, ThriftType.List))
            {
                ZipkinThriftDecoder.ReadSpans(ref reader, spans);
            }
            else
            {
                reader.Skip(field.Type);
            }
        }

        reader.EndStruct(outer);
        spans.EndRequest();
    }

    private static void ReadBatchArgument(ref ThriftReader reader, SpanBatch batch, DecodeState state)
    {
        var outer = reader.BeginStruct();
        while (reader.NextField(out var field))
        {
            if (field.Is(1, ThriftType.Struct))
            {
                JaegerThriftDecoder.ReadBatch(ref reader, batch, state);
            }
            else
            {
                reader.Skip(field.Type);
            }
        }

        reader.EndStruct(outer);
    }

    private static DecodeResult End(ref ThriftReader reader, SpanBatch batch, DecodeState state, BatchMark mark)
    {
        if (reader.Failed)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(reader.Error!, reader.ErrorOffset);
        }

        return state.ToResult();
    }
}
