using System.Text.Json;
using Clew.Protocols.Protobuf;
using Clew.Protocols.Thrift;
using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>Walks through a request in JSON from its first token on.</summary>
/// <param name="into">What the records are added to.</param>
internal delegate void JsonWalk<in TInto>(ref Utf8JsonReader reader, TInto into, DecodeState state);

/// <summary>
/// One request while it is read into a batch: it is let in only if there is room for it, and when it turns out to be broken half-way, the batch is as it
/// was before. Every decoder begins with one and ends it.
/// </summary>
internal readonly struct OpenRequest
{
    /// <summary>
    /// The most bytes of text that one byte of a request can become: a control character of a nested string is written as <c>\u0001</c>; broken UTF-8
    /// becomes three bytes and may be kept twice, as a tag and as the message of a status.
    /// </summary>
    private const int TextGrowth = 6;

    private readonly TelemetryBatch _batch;
    private readonly BatchMark _mark;

    private OpenRequest(TelemetryBatch batch, ProtocolLimits limits)
    {
        _batch = batch;
        _mark = new BatchMark(batch);
        State = new DecodeState(limits);
    }

    public DecodeState State { get; }

    /// <returns>Why the request is not let in; null when it is.</returns>
    public static DecodeResult? Begin(ReadOnlySpan<byte> request, TelemetryBatch batch, ProtocolLimits limits, out OpenRequest open)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var refused = DecodeResult.TooLarge(request, batch, limits, TextGrowth);
        open = refused is null ? new OpenRequest(batch, limits) : default;
        return refused;
    }

    public DecodeResult End(in ProtobufReader reader) => reader.Failed ? Break(DecodeResult.Malformed(reader.Error!, reader.ErrorOffset)) : State.ToResult();

    public DecodeResult End(in ThriftReader reader) => reader.Failed ? Break(DecodeResult.Malformed(reader.Error!, reader.ErrorOffset)) : State.ToResult();

    /// <summary>Reads a request in JSON and ends it.</summary>
    public DecodeResult ReadJson<TInto>(ReadOnlySpan<byte> request, TInto into, JsonWalk<TInto> walk)
    {
        var reader = new Utf8JsonReader(request, JsonFields.Options);
        try
        {
            walk(ref reader, into, State);
            reader.Read();
        }
        catch (JsonException exception)
        {
            return Break(DecodeResult.Malformed(JsonFields.Reason(exception), reader.TokenStartIndex));
        }

        return State.ToResult();
    }

    /// <summary>Takes back what was read.</summary>
    /// <returns>The same result.</returns>
    public DecodeResult Break(DecodeResult result)
    {
        _mark.Restore(_batch);
        return result;
    }
}
