using System.Text.Json;
using Clew.Protocols.Decoding;

namespace Clew.Protocols.Otlp;

/// <summary>Which kind of telemetry an OTLP/JSON object carries.</summary>
public enum OtlpSignal
{
    /// <summary>An object with none of the properties below: nothing to read, nothing wrong.</summary>
    None = 0,
    Spans,
    Logs,
    Metrics,
}

/// <summary>Tells the signals apart in files that hold all of them, such as the Collector's file exporter writes.</summary>
public static class OtlpSignalDetector
{
    /// <summary>Looks for the first property that names a signal: <c>resourceSpans</c>, <c>resourceLogs</c> or <c>resourceMetrics</c>.</summary>
    /// <param name="json">One JSON object, UTF-8.</param>
    /// <param name="signal">What the object carries. Only as much was read as was needed to know: the decoder judges the rest.</param>
    /// <param name="error">What is wrong when this is not JSON, or null.</param>
    /// <returns>False when the text is not a JSON object.</returns>
    public static bool TryDetect(ReadOnlySpan<byte> json, out OtlpSignal signal, out string? error)
    {
        signal = OtlpSignal.None;
        error = null;
        var reader = new Utf8JsonReader(json, JsonFields.Options);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                error = "expected an object";
                return false;
            }

            while (reader.NextProperty())
            {
                signal = SignalOf(ref reader);
                if (signal != OtlpSignal.None)
                {
                    return true;
                }

                reader.Skip();
            }

            reader.Read();
            return true;
        }
        catch (JsonException exception)
        {
            error = JsonFields.Reason(exception);
            return false;
        }
    }

    private static OtlpSignal SignalOf(ref Utf8JsonReader reader)
    {
        if (reader.Is("resourceSpans"u8))
        {
            return OtlpSignal.Spans;
        }

        if (reader.Is("resourceLogs"u8))
        {
            return OtlpSignal.Logs;
        }

        return reader.Is("resourceMetrics"u8) ? OtlpSignal.Metrics : OtlpSignal.None;
    }
}
