using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Protocols.Otlp;
using Clew.Protocols.Otlp.Json;
using Clew.Protocols.Otlp.Protobuf;
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
    /// <summary>The most bytes of text that one byte of a request can become: kept once as it came and once repaired, or an address written out.</summary>
    private const int TextGrowth = 6;

    private delegate void JsonWalk(ref Utf8JsonReader reader, ZipkinSpanReader spans);

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
        ArgumentNullException.ThrowIfNull(batch);
        if (Judge(request, batch) is { } refused)
        {
            return refused;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var spans = new ZipkinSpanReader(batch, state, received);
        var reader = new ProtobufReader(request);
        ZipkinProtobufDecoder.ReadSpans(ref reader, spans);
        if (reader.Failed)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(reader.Error!, reader.ErrorOffset);
        }

        spans.EndRequest();
        return state.ToResult();
    }

    /// <summary>A Thrift list of spans of version 1 in the binary encoding.</summary>
    /// <param name="received">When it came, for spans without a time.</param>
    public DecodeResult DecodeV1Thrift(ReadOnlySpan<byte> request, Timestamp received, SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Judge(request, batch) is { } refused)
        {
            return refused;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var spans = new ZipkinSpanReader(batch, state, received);
        var reader = new ThriftReader(request, ThriftEncoding.Binary);
        ZipkinThriftDecoder.ReadSpans(ref reader, spans);
        if (reader.Failed)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(reader.Error!, reader.ErrorOffset);
        }

        spans.EndRequest();
        return state.ToResult();
    }

    /// <summary>As with Zipkin, a request without a byte is a mistake and not an empty list.</summary>
    private DecodeResult? Judge(ReadOnlySpan<byte> request, SpanBatch batch) =>
        request.IsEmpty ? DecodeResult.Malformed("the body is empty", 0) : DecodeResult.TooLarge(request, batch, limits, TextGrowth);

    private DecodeResult DecodeJson(ReadOnlySpan<byte> request, Timestamp received, SpanBatch batch, JsonWalk walk)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Judge(request, batch) is { } refused)
        {
            return refused;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var spans = new ZipkinSpanReader(batch, state, received);
        var reader = new Utf8JsonReader(request, OtlpDecoder.JsonOptions);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw JsonFields.Unexpected(ref reader, "a list of spans");
            }

            walk(ref reader, spans);
            reader.Read();
        }
        catch (JsonException exception)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(OtlpDecoder.Reason(exception), reader.TokenStartIndex);
        }

        spans.EndRequest();
        return state.ToResult();
    }
}
