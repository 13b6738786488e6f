using System.Globalization;
using System.Text.Json;
using Clew.Query.TraceQL;

namespace Clew.Server.Tempo;

/// <summary>Values and labels as Tempo writes them: OTLP's KeyValue with AnyValue.</summary>
internal static class TempoJson
{
    public static void WriteKeyValue(Utf8JsonWriter writer, string key, TraceValue value)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, key);
        writer.WriteStartObject("value"u8);
        switch (value.Type)
        {
            case TraceValueType.Int:
                writer.WriteString("intValue"u8, value.Whole.ToString(CultureInfo.InvariantCulture));
                break;
            case TraceValueType.Float when double.IsFinite(value.Number):
                writer.WriteNumber("doubleValue"u8, value.Number);
                break;
            case TraceValueType.Bool:
                writer.WriteBoolean("boolValue"u8, value.IsTrue);
                break;
            default:
                writer.WriteString("stringValue"u8, value.Show());
                break;
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteLong(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long value) => writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>How much work an answer was. Jobs that are not completed mean that there may be more than was found.</summary>
    public static void WriteMetrics(Utf8JsonWriter writer, int traces, bool isComplete)
    {
        writer.WriteStartObject("metrics"u8);
        if (traces > 0)
        {
            writer.WriteNumber("inspectedTraces"u8, traces);
        }

        writer.WriteNumber("completedJobs"u8, 1);
        writer.WriteNumber("totalJobs"u8, isComplete ? 1 : 2);
        writer.WriteEndObject();
    }
}
