using Clew.Protocols.Decoding;
using Clew.Protocols.Otlp.Json;
using Clew.Protocols.Otlp.Protobuf;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp;

/// <summary>
/// Reads OTLP requests (Export*ServiceRequest; *Data has the same shape) into column batches, straight from the bytes.
/// </summary>
/// <remarks>
/// <para>Rows are appended: a batch may take several requests. A request that fails leaves the batch with the rows it had; texts it brought stay in
/// the arena until the batch is cleared.</para>
/// <para>A record that breaks a rule of OTLP is left out alone and counted with its reason. Invalid UTF-8 in values is repaired with U+FFFD.
/// A log record or exemplar whose ids have a wrong length is kept without them, as logs.proto tells receivers. A resource or scope is never
/// refused: its attributes that break a limit are left out and counted as dropped. Resource.entity_refs (in development) is not kept.</para>
/// <para>Never throws for what a peer sent. Safe for concurrent use with different batches.</para>
/// </remarks>
public sealed class OtlpDecoder(ProtocolLimits limits)
{
    private delegate void ProtobufWalk<TBatch>(ref ProtobufReader reader, TBatch batch, DecodeState state);

    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, SpanBatch batch) => DecodeProtobuf(request, batch, SpanProtobufDecoder.Decode);

    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, LogBatch batch) => DecodeProtobuf(request, batch, LogProtobufDecoder.Decode);

    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, MetricBatch batch) => DecodeProtobuf(request, batch, MetricProtobufDecoder.Decode);

    public DecodeResult DecodeJson(ReadOnlySpan<byte> request, SpanBatch batch) => DecodeJson(request, batch, SpanJsonDecoder.Decode);

    public DecodeResult DecodeJson(ReadOnlySpan<byte> request, LogBatch batch) => DecodeJson(request, batch, LogJsonDecoder.Decode);

    public DecodeResult DecodeJson(ReadOnlySpan<byte> request, MetricBatch batch) => DecodeJson(request, batch, MetricJsonDecoder.Decode);

    private DecodeResult DecodeProtobuf<TBatch>(ReadOnlySpan<byte> request, TBatch batch, ProtobufWalk<TBatch> walk)
        where TBatch : TelemetryBatch
    {
        if (OpenRequest.Begin(request, batch, limits, out var open) is { } refused)
        {
            return refused;
        }

        var reader = new ProtobufReader(request);
        walk(ref reader, batch, open.State);
        return open.End(reader);
    }

    private DecodeResult DecodeJson<TBatch>(ReadOnlySpan<byte> request, TBatch batch, JsonWalk<TBatch> walk)
        where TBatch : TelemetryBatch
    {
        var result = Read(request);
        return result is { Status: DecodeStatus.Ok, Accepted: 0, Rejected: 0 } && OriginalNames.MayBeIn(request) ? Read(OriginalNames.ToCamelCase(request)) : result;

        DecodeResult Read(ReadOnlySpan<byte> json) => OpenRequest.Begin(json, batch, limits, out var open) ?? open.ReadJson(json, batch, walk);
    }
}
