using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Protocols.Otlp;
using Clew.Protocols.Otlp.Json;
using Clew.Protocols.Otlp.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Loki;

/// <summary>
/// Reads Loki's push requests into log batches. Labels are the resource's attributes, structured metadata the record's; severity comes from a label, from
/// metadata or from the line, in this order.
/// </summary>
/// <remarks>
/// As <see cref="OtlpDecoder"/>: rows are appended, a request that fails leaves nothing behind, a record that breaks a rule is left out alone, nothing is
/// thrown for what a peer sent, different batches may be filled at once. A stream whose labels break a rule is refused with all of its entries.
/// </remarks>
public sealed class LokiDecoder(ProtocolLimits limits)
{
    /// <summary>The most bytes of text that one byte can become: a broken one becomes U+FFFD, and a level's word is also kept as the severity's text.</summary>
    private const int TextGrowth = 6;

    /// <summary>Reads <c>logproto.PushRequest</c>, out of its snappy block.</summary>
    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (DecodeResult.TooLarge(request, batch, limits, TextGrowth) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var reader = new ProtobufReader(request);
        PushProtobuf.Decode(ref reader, batch, state);
        if (reader.Failed)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(reader.Error!, reader.ErrorOffset);
        }

        return state.ToResult();
    }

    /// <summary>Reads the JSON of either push endpoint.</summary>
    public DecodeResult DecodeJson(ReadOnlySpan<byte> request, LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (DecodeResult.TooLarge(request, batch, limits, TextGrowth) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var reader = new Utf8JsonReader(request, OtlpDecoder.JsonOptions);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw JsonFields.Unexpected(ref reader, "an object");
            }

            PushJson.Decode(ref reader, batch, state);
            reader.Read();
        }
        catch (JsonException exception)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(OtlpDecoder.Reason(exception), reader.TokenStartIndex);
        }

        return state.ToResult();
    }
}
