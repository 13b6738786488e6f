using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Protocols.Thrift;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>
/// Reads what Zipkin's clients send into span batches, straight from the bytes: version 2 in JSON and protobuf, version 1 in JSON and Thrift. The meaning of
/// the fields is that of <see cref="ZipkinSpanReader"/>.
/// </summary>
/// <remarks>
/// <para>Rows are appended. A request that fails leaves the batch with the rows it had; texts it brought stay in the arena until the batch is cleared. A
/// span that breaks a rule is left out alone, counted and explained. A span of version 1 may be several rows: one per service that took part.</para>
/// <para>Never throws for what a peer sent. Safe for concurrent use with different batches.</para>
/// </remarks>
public sealed class ZipkinDecoder(ProtocolLimits limits)
{
    private delegate void Walk(ref Utf8JsonReader reader, ZipkinSpanReader spans);

    /// <summary>A list of spans of version 2, as <c>POST /api/v2/spans</c> takes it.</summary>
    /// <param name="received">When it came, for spans without a time.</param>
    public DecodeResult DecodeJson(ReadOnlySpan<byte> request, Timestamp received, SpanBatch batch) => DecodeJson(request, received, batch, ZipkinJsonDecoder.ReadSpans);

    /// <summary>A list of spans of version 1, as <c>POST /api/v1/spans</c> takes it.</summary>
    /// <param name="received">When it came, for spans without a time.</param>
    public DecodeResult DecodeV1Json(ReadOnlySpan<byte> request, Timestamp received, SpanBatch batch) => DecodeJson(request, received, batch, ZipkinV1JsonDecoder.ReadSpans);

    /// <summary>A <c>zipkin.proto3.ListOfSpans</c>.</summary>
    /// <param name="received">When it came, for spans without a time.</param>
    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, Timestamp received, SpanBatch batch)
    {
        if (Begin(request, received, batch, out var open, out var spans) is { } refused)
        {
            return refused;
        }

        var reader = new ProtobufReader(request);
        ZipkinProtobufDecoder.ReadSpans(ref reader, spans);
        spans.EndRequest();
        return open.End(reader);
    }

    /// <summary>A Thrift list of spans of version 1 in the binary encoding.</summary>
    /// <param name="received">When it came, for spans without a time.</param>
    public DecodeResult DecodeV1Thrift(ReadOnlySpan<byte> request, Timestamp received, SpanBatch batch)
    {
        if (Begin(request, received, batch, out var open, out var spans) is { } refused)
        {
            return refused;
        }

        var reader = new ThriftReader(request, ThriftEncoding.Binary);
        ZipkinThriftDecoder.ReadSpans(ref reader, spans);
        spans.EndRequest();
        return open.End(reader);
    }

    private DecodeResult DecodeJson(ReadOnlySpan<byte> request, Timestamp received, SpanBatch batch, Walk walk)
    {
        if (Begin(request, received, batch, out var open, out var spans) is { } refused)
        {
            return refused;
        }

        return open.ReadJson(request, (Spans: spans, Walk: walk), static (ref Utf8JsonReader reader, (ZipkinSpanReader Spans, Walk Walk) into, DecodeState _) =>
        {
            into.Walk(ref reader, into.Spans);
            into.Spans.EndRequest();
        });
    }

    private DecodeResult? Begin(ReadOnlySpan<byte> request, Timestamp received, SpanBatch batch, out OpenRequest open, out ZipkinSpanReader spans)
    {
        // As with Zipkin, a request without a byte is a mistake and not an empty list.
        var refused = OpenRequest.Begin(request, batch, limits, out open) ?? (request.IsEmpty ? DecodeResult.Malformed("the body is empty", 0) : null);
        spans = refused is null ? new ZipkinSpanReader(batch, open.State, received) : null!;
        return refused;
    }
}
