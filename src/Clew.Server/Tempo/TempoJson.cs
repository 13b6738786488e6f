using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Tempo;
using Clew.Query.TraceQL;

namespace Clew.Server.Tempo;

/// <summary>Values and labels as Tempo writes them: OTLP's KeyValue with AnyValue.</summary>
internal static class TempoJson
{
    /// <summary>What has no type of its own in an answer is text.</summary>
    public static TempoLabel ToLabel(string key, TraceValue value) => new(key, ToValue(value));

    public static IReadOnlyList<TempoLabel> ToLabels(IEnumerable<KeyValuePair<string, TraceValue>> values) => [.. values.Select(pair => ToLabel(pair.Key, pair.Value))];

    public static void WriteLabels(Utf8JsonWriter writer, IReadOnlyList<TempoLabel> labels)
    {
        foreach (var (key, value) in labels)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, key);
            writer.WriteStartObject("value"u8);
            WriteMember(writer, value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    public static void WriteLong(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long value) => writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    private static TempoValue ToValue(TraceValue value) => value.Type switch
    {
        TraceValueType.Int => TempoValue.Of(value.Whole),
        TraceValueType.Float when double.IsFinite(value.Number) => TempoValue.Of(value.Number),
        TraceValueType.Bool => TempoValue.Of(value.IsTrue),
        TraceValueType.Array => TempoValue.Of([.. value.Items.Select(ToValue)]),
        _ => TempoValue.Of(value.Show()),
    };

    /// <summary>The one member of an AnyValue.</summary>
    private static void WriteMember(Utf8JsonWriter writer, TempoValue value)
    {
        switch (value.Type)
        {
            case TempoValueType.Whole:
                writer.WriteString("intValue"u8, value.Whole.ToString(CultureInfo.InvariantCulture));
                break;
            case TempoValueType.Number:
                writer.WriteNumber("doubleValue"u8, value.Number);
                break;
            case TempoValueType.Truth:
                writer.WriteBoolean("boolValue"u8, value.Whole != 0);
                break;
            case TempoValueType.Many:
                writer.WriteStartObject("arrayValue"u8);
                writer.WriteStartArray("values"u8);
                foreach (var item in value.Items)
                {
                    writer.WriteStartObject();
                    WriteMember(writer, item);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
                break;
            default:
                writer.WriteString("stringValue"u8, value.Text);
                break;
        }
    }

    /// <summary>How much work an answer was. Jobs that are not completed mean that there may be more than was found.</summary>
    public static void WriteWork(Utf8JsonWriter writer, TempoWork work)
    {
        writer.WriteStartObject("metrics"u8);
        if (work.InspectedTraces > 0)
        {
            writer.WriteNumber("inspectedTraces"u8, work.InspectedTraces);
        }

        writer.WriteNumber("completedJobs"u8, TempoWork.CompletedJobs);
        writer.WriteNumber("totalJobs"u8, work.TotalJobs);
        writer.WriteEndObject();
    }

    /// <summary>The metrics of answers that say nothing of their work.</summary>
    public static void WriteNoWork(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("metrics"u8);
        writer.WriteEndObject();
    }
}
