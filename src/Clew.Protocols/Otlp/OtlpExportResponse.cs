using System.Buffers;
using System.Text.Json;
using Clew.Protocols.Otlp.Json;
using Clew.Protocols.Otlp.Protobuf;
using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Otlp;

/// <summary>
/// The answer to an export request that was read: ExportTraceServiceResponse, ExportLogsServiceResponse or ExportMetricsServiceResponse.
/// OTLP wants the partial success unset when everything was taken and there is nothing to say; with 0 rejected the message is a warning.
/// </summary>
/// <param name="Signal">Spans, logs or metrics; decides the name of the count in JSON.</param>
/// <param name="Rejected">Spans, log records or data points left out.</param>
/// <param name="Message">Why, in English for developers; empty when nothing was left out and nothing is odd.</param>
public sealed record OtlpExportResponse(OtlpSignal Signal, long Rejected, string Message)
{
    private bool IsFullSuccess => Rejected == 0 && Message.Length == 0;

    /// <summary>Nothing is written for a full success: the empty message.</summary>
    public void WriteProtobuf(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (IsFullSuccess)
        {
            return;
        }

        var writer = new ProtobufWriter();
        var partial = writer.Begin(OtlpTags.Response.PartialSuccess);
        writer.VarintIfAny(OtlpTags.Response.Rejected, (ulong)Rejected);
        if (Message.Length > 0)
        {
            writer.Text(OtlpTags.Response.ErrorMessage, Message);
        }

        writer.End(partial);
        output.Write(writer.Written);
    }

    /// <summary>The message in bytes of its own.</summary>
    public byte[] ToProtobuf() => OwnBytes.Of(WriteProtobuf);

    /// <summary>As <see cref="ToProtobuf"/>, in the proto3 JSON mapping.</summary>
    public byte[] ToJson() => OwnBytes.OfJson(WriteJson);

    public void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        if (!IsFullSuccess)
        {
            writer.WriteStartObject("partialSuccess"u8);
            if (Rejected != 0)
            {
                ValueJsonWriter.WriteLong(writer, CountName(), Rejected);
            }

            if (Message.Length > 0)
            {
                writer.WriteString("errorMessage"u8, Message);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private ReadOnlySpan<byte> CountName() => Signal switch
    {
        OtlpSignal.Spans => "rejectedSpans"u8,
        OtlpSignal.Logs => "rejectedLogRecords"u8,
        OtlpSignal.Metrics => "rejectedDataPoints"u8,
        _ => throw new InvalidOperationException("A response needs the signal of its request."),
    };
}
