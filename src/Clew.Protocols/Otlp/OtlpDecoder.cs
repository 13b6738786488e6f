using System.Text.Json;
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

    public OtlpDecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (TooLarge(request, batch) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new SharedMark(batch);
        var rows = batch.Count;
        var state = new OtlpDecodeState(limits);
        var reader = new ProtobufReader(request);
        SpanProtobufDecoder.Decode(ref reader, batch, state);
        if (reader.Failed)
        {
            batch.Truncate(rows);
            mark.Restore(batch);
            return Malformed(reader.Error!, reader.ErrorOffset);
        }

        return state.ToResult();
    }

    public OtlpDecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (TooLarge(request, batch) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new SharedMark(batch);
        var rows = batch.Count;
        var state = new OtlpDecodeState(limits);
        var reader = new ProtobufReader(request);
        LogProtobufDecoder.Decode(ref reader, batch, state);
        if (reader.Failed)
        {
            batch.Truncate(rows);
            mark.Restore(batch);
            return Malformed(reader.Error!, reader.ErrorOffset);
        }

        return state.ToResult();
    }

    public OtlpDecodeResult DecodeProtobuf(ReadOnlySpan<byte> request, MetricBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (TooLarge(request, batch) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new SharedMark(batch);
        var points = batch.Mark();
        var state = new OtlpDecodeState(limits);
        var reader = new ProtobufReader(request);
        MetricProtobufDecoder.Decode(ref reader, batch, state);
        if (reader.Failed)
        {
            batch.Truncate(points);
            mark.Restore(batch);
            return Malformed(reader.Error!, reader.ErrorOffset);
        }

        return state.ToResult();
    }

    public OtlpDecodeResult DecodeJson(ReadOnlySpan<byte> request, SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (TooLarge(request, batch) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new SharedMark(batch);
        var rows = batch.Count;
        var state = new OtlpDecodeState(limits);
        var reader = new Utf8JsonReader(request, JsonOptions);
        try
        {
            BeginRoot(ref reader);
            SpanJsonDecoder.Decode(ref reader, batch, state);
            reader.Read();
        }
        catch (JsonException exception)
        {
            batch.Truncate(rows);
            mark.Restore(batch);
            return Malformed(Reason(exception), reader.TokenStartIndex);
        }

        return state.ToResult();
    }

    public OtlpDecodeResult DecodeJson(ReadOnlySpan<byte> request, LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (TooLarge(request, batch) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new SharedMark(batch);
        var rows = batch.Count;
        var state = new OtlpDecodeState(limits);
        var reader = new Utf8JsonReader(request, JsonOptions);
        try
        {
            BeginRoot(ref reader);
            LogJsonDecoder.Decode(ref reader, batch, state);
            reader.Read();
        }
        catch (JsonException exception)
        {
            batch.Truncate(rows);
            mark.Restore(batch);
            return Malformed(Reason(exception), reader.TokenStartIndex);
        }

        return state.ToResult();
    }

    public OtlpDecodeResult DecodeJson(ReadOnlySpan<byte> request, MetricBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (TooLarge(request, batch) is { } tooLarge)
        {
            return tooLarge;
        }

        var mark = new SharedMark(batch);
        var points = batch.Mark();
        var state = new OtlpDecodeState(limits);
        var reader = new Utf8JsonReader(request, JsonOptions);
        try
        {
            BeginRoot(ref reader);
            MetricJsonDecoder.Decode(ref reader, batch, state);
            reader.Read();
        }
        catch (JsonException exception)
        {
            batch.Truncate(points);
            mark.Restore(batch);
            return Malformed(Reason(exception), reader.TokenStartIndex);
        }

        return state.ToResult();
    }

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

    private static OtlpDecodeResult Malformed(string error, long offset) => new()
    {
        Status = OtlpDecodeStatus.Malformed,
        Error = error,
        ErrorOffset = offset,
    };

    private OtlpDecodeResult? TooLarge(ReadOnlySpan<byte> request, TelemetryBatch batch)
    {
        if (request.Length > limits.MaxRequestBytes)
        {
            return new OtlpDecodeResult
            {
                Status = OtlpDecodeStatus.TooLarge,
                Error = $"the request has {request.Length} bytes; {nameof(ProtocolLimits.MaxRequestBytes)} is {limits.MaxRequestBytes}",
            };
        }

        if (batch.Arena.Length + ((long)request.Length * TextGrowth) > Array.MaxLength)
        {
            return new OtlpDecodeResult
            {
                Status = OtlpDecodeStatus.TooLarge,
                Error = $"the batch holds {batch.Arena.Length} bytes of text and has no room for a request of {request.Length} bytes",
            };
        }

        return null;
    }

    /// <summary>How many resources and scopes a batch had before a request.</summary>
    private readonly struct SharedMark(TelemetryBatch batch)
    {
        private readonly int _resources = batch.Resources.Count;
        private readonly int _scopes = batch.Scopes.Count;

        public void Restore(TelemetryBatch changed)
        {
            changed.Resources.Truncate(_resources);
            changed.Scopes.Truncate(_scopes);
        }
    }
}
