using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Protocols.Otlp.Json;
using Clew.Protocols.Otlp.Protobuf;
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
    /// <summary>The most bytes of text that one byte of a request can become: a control character in a nested string.</summary>
    private const int TextGrowth = 6;

    /// <summary>
    /// Depth of a JSON request, far above what a value of the allowed depth needs (four levels of JSON for one level of a map), so that a value
    /// that is too deep costs its record only. Beyond this the request is malformed.
    /// </summary>
    internal static readonly JsonReaderOptions JsonOptions = new() { MaxDepth = 1_024 };

    private delegate void ProtobufWalk<TBatch>(ref ProtobufReader reader, TBatch batch, DecodeState state);

    private delegate void JsonWalk<TBatch>(ref Utf8JsonReader reader, TBatch batch, DecodeState state);

    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, SpanBatch batch) => DecodeProtobuf(request, batch, SpanProtobufDecoder.Decode);

    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, LogBatch batch) => DecodeProtobuf(request, batch, LogProtobufDecoder.Decode);

    public DecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, MetricBatch batch) => DecodeProtobuf(request, batch, MetricProtobufDecoder.Decode);

    public DecodeResult DecodeJson(ReadOnlySpan<byte> request, SpanBatch batch) => DecodeJson(request, batch, SpanJsonDecoder.Decode);

    public DecodeResult DecodeJson(ReadOnlySpan<byte> request, LogBatch batch) => DecodeJson(request, batch, LogJsonDecoder.Decode);

    public DecodeResult DecodeJson(ReadOnlySpan<byte> request, MetricBatch batch) => DecodeJson(request, batch, MetricJsonDecoder.Decode);

    /// <summary>The reader's sentence without the position it adds, which counts from places that callers do not know.</summary>
    internal static string Reason(JsonException exception)
    {
        var position = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (position < 0 ? exception.Message : exception.Message[..position]).TrimEnd('.');
    }

    private static void BeginRoot(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFields.Unexpected(ref reader, "an object");
        }
    }

    private DecodeResult DecodeProtobuf<TBatch>(ReadOnlySpan<byte> request, TBatch batch, ProtobufWalk<TBatch> walk)
        where TBatch : TelemetryBatch
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (DecodeResult.TooLarge(request, batch, limits, TextGrowth) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var reader = new ProtobufReader(request);
        walk(ref reader, batch, state);
        if (reader.Failed)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(reader.Error!, reader.ErrorOffset);
        }

        return state.ToResult();
    }

    private DecodeResult DecodeJson<TBatch>(ReadOnlySpan<byte> request, TBatch batch, JsonWalk<TBatch> walk)
        where TBatch : TelemetryBatch
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (DecodeResult.TooLarge(request, batch, limits, TextGrowth) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var reader = new Utf8JsonReader(request, JsonOptions);
        try
        {
            BeginRoot(ref reader);
            walk(ref reader, batch, state);
            reader.Read();
        }
        catch (JsonException exception)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(Reason(exception), reader.TokenStartIndex);
        }

        return state.ToResult();
    }
}
