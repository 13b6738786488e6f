using Clew.Protocols.Decoding;
using Clew.Protocols.Otlp;
using Clew.Protocols.Protobuf;
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
    /// <summary>Reads <c>logproto.PushRequest</c>, out of its snappy block.</summary>
    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, LogBatch batch)
    {
        if (OpenRequest.Begin(request, batch, limits, out var open) is { } refused)
        {
            return refused;
        }

        var reader = new ProtobufReader(request);
        PushProtobuf.Decode(ref reader, batch, open.State);
        return open.End(reader);
    }

    /// <summary>Reads the JSON of either push endpoint.</summary>
    public DecodeResult DecodeJson(ReadOnlySpan<byte> request, LogBatch batch) =>
        OpenRequest.Begin(request, batch, limits, out var open) ?? open.ReadJson<LogBatch>(request, batch, PushJson.Decode);
}
