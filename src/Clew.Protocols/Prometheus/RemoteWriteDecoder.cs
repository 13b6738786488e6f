using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// Reads Prometheus's remote write requests, both versions, out of their snappy blocks, into metric batches; where labels go is written at
/// <see cref="PrometheusRequest"/>.
/// </summary>
/// <remarks>
/// As <see cref="Otlp.OtlpDecoder"/>: rows are appended, a request that fails leaves nothing behind, what breaks a rule is left out alone, nothing is thrown for
/// what a peer sent, different batches may be filled at once. What version 2.0 refers to many times is bounded by <see cref="PrometheusRequest.Refer"/>. Samples may come in any order; of two equal ones of one time the second is left out, of two
/// different ones it is refused.
/// </remarks>
public sealed class RemoteWriteDecoder(ProtocolLimits limits, PrometheusCatalogue catalogue)
{
    private delegate void Walk(ref ProtobufReader reader, ReadOnlySpan<byte> bytes, PrometheusRequest request);

    /// <summary>Reads <c>prometheus.WriteRequest</c>.</summary>
    public DecodeResult DecodeV1(ReadOnlySpan<byte> request, MetricBatch batch) =>
        Decode(request, batch, static (ref ProtobufReader reader, ReadOnlySpan<byte> _, PrometheusRequest into) => RemoteWriteV1.Decode(ref reader, into));

    /// <summary>Reads <c>io.prometheus.write.v2.Request</c>.</summary>
    public DecodeResult DecodeV2(ReadOnlySpan<byte> request, MetricBatch batch) => Decode(request, batch, RemoteWriteV2.Decode);

    private DecodeResult Decode(ReadOnlySpan<byte> request, MetricBatch batch, Walk walk)
    {
        if (OpenRequest.Begin(request, batch, limits, out var open) is { } refused)
        {
            return refused;
        }

        var reader = new ProtobufReader(request);
        var into = new PrometheusRequest(batch, open.State, catalogue);
        walk(ref reader, request, into);
        return !into.IsTooLarge ? open.End(reader) : open.Break(new DecodeResult
        {
            Status = DecodeStatus.TooLarge,
            Error = $"with its symbols in their places the request has more than {nameof(ProtocolLimits.MaxRequestBytes)} = {limits.MaxRequestBytes} bytes of text",
            ErrorOffset = reader.ErrorOffset,
        });
    }
}
