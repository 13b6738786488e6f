using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Tempo;
using Clew.Query.TraceQL;

namespace Clew.Server.Tempo;

/// <summary>Values and labels as Tempo writes them: OTLP's KeyValue with AnyValue.</summary>
internal static class TempoJson
{
    /// <summary>What has no type of its own in an answer is text.</summary>
    public static TempoLabel ToLabel(string key, TraceValue value) => new(key, value.Type switch
    {
        TraceValueType.Int => TempoValue.Of(value.Whole),
        TraceValueType.Float when double.IsFinite(value.Number) => TempoValue.Of(value.Number),
        TraceValueType.Bool => TempoValue.Of(value.IsTrue),
        _ => TempoValue.Of(value.Show()),
    });

    public static IReadOnlyList<TempoLabel> ToLabels(IEnumerable<KeyValuePair<string, TraceValue>> values) => [.. values.Select(pair => ToLabel(pair.Key, pair.Value))];

    public static void WriteLabels(Utf8JsonWriter writer, IReadOnlyList<TempoLabel> labels)
    {
        foreach (var (key, value) in labels)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, key);
            writer.WriteStartObject("value"u8);
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
                default:
                    writer.WriteString("stringValue"u8, value.Text);
                    break;
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    public static void WriteLong(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long value) => writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

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
