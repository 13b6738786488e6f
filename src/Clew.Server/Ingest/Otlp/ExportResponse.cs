using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Clew.Server.Ingest.Grpc;
using Clew.Server.Pipeline;

namespace Clew.Server.Ingest.Otlp;

/// <summary>
/// OTLP's Export…ServiceResponse. The three signals' messages differ in one field's name only: <c>partial_success</c> is field 1, in it the number
/// of rejected items is field 1 and the error message is field 2. With nothing to say, <c>partial_success</c> is left unset.
/// </summary>
internal static class ExportResponse
{
    public static byte[] ToProtobuf(in IngestResult result)
    {
        if (SaysNothing(result))
        {
            return [];
        }

        var partial = new ProtobufWriter();
        partial.WriteInt64(1, result.Dropped);
        partial.WriteString(2, result.Explanation);
        var response = new ProtobufWriter();
        response.WriteBytes(1, partial.Written);
        return response.Written.ToArray();
    }

    /// <summary>The proto3 JSON mapping: a 64-bit number is a string.</summary>
    public static byte[] ToJson(Signal signal, in IngestResult result)
    {
        if (SaysNothing(result))
        {
            return "{}"u8.ToArray();
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("partialSuccess");
            if (result.Dropped > 0)
            {
                json.WriteString(RejectedField(signal), result.Dropped.ToString(CultureInfo.InvariantCulture));
            }

            json.WriteString("errorMessage", result.Explanation);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static bool SaysNothing(in IngestResult result) => result.Dropped == 0 && result.Explanation.Length == 0;

    private static string RejectedField(Signal signal) => signal switch
    {
        Signal.Traces => "rejectedSpans",
        Signal.Logs => "rejectedLogRecords",
        _ => "rejectedDataPoints",
    };
}
