using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
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
    /// <summary>A <c>Batch</c>, as <c>POST /api/traces</c> takes it.</summary>
    public DecodeResult DecodeThrift(ReadOnlySpan<byte> request, ThriftEncoding encoding, SpanBatch batch)
    {
        if (OpenRequest.Begin(request, batch, limits, out var open) is { } refused)
        {
            return refused;
        }

        var reader = new ThriftReader(request, encoding);
        JaegerThriftDecoder.ReadBatch(ref reader, batch, open.State);
        return open.End(reader);
    }

    /// <summary>A call of the agent's <c>emitBatch</c> or, for clients of Zipkin's library, <c>emitZipkinBatch</c>, as its UDP ports take them.</summary>
    /// <param name="received">When it came, for spans of Zipkin's without a time.</param>
    public DecodeResult DecodeAgentMessage(ReadOnlySpan<byte> packet, ThriftEncoding encoding, Timestamp received, SpanBatch batch)
    {
        if (OpenRequest.Begin(packet, batch, limits, out var open) is { } refused)
        {
            return refused;
        }

        var reader = new ThriftReader(packet, encoding);
        if (reader.BeginMessage(out var method))
        {
            if (method.SequenceEqual("emitBatch"u8))
            {
                ReadBatchArgument(ref reader, batch, open.State);
            }
            else if (method.SequenceEqual("emitZipkinBatch"u8))
            {
                ReadZipkinArgument(ref reader, new ZipkinSpanReader(batch, open.State, received));
            }
            else
            {
                reader.Fail("the agent has the methods emitBatch and emitZipkinBatch only", 0);
            }
        }

        return open.End(reader);
    }

    /// <summary>A <c>jaeger.api_v2.PostSpansRequest</c>.</summary>
    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, SpanBatch batch)
    {
        if (OpenRequest.Begin(request, batch, limits, out var open) is { } refused)
        {
            return refused;
        }

        var reader = new ProtobufReader(request);
        JaegerProtobufDecoder.ReadRequest(ref reader, batch, open.State);
        return open.End(reader);
    }

    private static void ReadZipkinArgument(ref ThriftReader reader, ZipkinSpanReader spans)
    {
        var outer = reader.BeginStruct();
        while (reader.NextField(1, ThriftType.List))
        {
            ZipkinThriftDecoder.ReadSpans(ref reader, spans);
        }

        reader.EndStruct(outer);
        spans.EndRequest();
    }

    private static void ReadBatchArgument(ref ThriftReader reader, SpanBatch batch, DecodeState state)
    {
        var outer = reader.BeginStruct();
        while (reader.NextField(1, ThriftType.Struct))
        {
            JaegerThriftDecoder.ReadBatch(ref reader, batch, state);
        }

        reader.EndStruct(outer);
    }
}
