using System.Globalization;
using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Server.Jaeger.V3;

/// <summary>A trace summary of version 3. Counts of zero and empty texts are left out, as protobuf's JSON has it.</summary>
internal static class TraceSummaryWriter
{
    public static void Write(Utf8JsonWriter writer, TraceSummary summary)
    {
        writer.WriteStartObject();
        writer.WriteString("traceId"u8, summary.TraceId.ToString());
        WriteText(writer, "rootServiceName"u8, summary.RootService);
        WriteText(writer, "rootOperationName"u8, summary.RootName);
        WriteTime(writer, "minStartTimeUnixNano"u8, summary.Start);
        WriteTime(writer, "maxEndTimeUnixNano"u8, summary.End);
        WriteCount(writer, "spanCount"u8, summary.SpanCount);
        WriteCount(writer, "errorSpanCount"u8, summary.ErrorCount);
        WriteCount(writer, "orphanSpanCount"u8, summary.OrphanCount);
        writer.WriteStartArray("services"u8);
        foreach (var service in summary.Services)
        {
            writer.WriteStartObject();
            WriteText(writer, "name"u8, service.Service);
            WriteCount(writer, "spanCount"u8, service.SpanCount);
            WriteCount(writer, "errorSpanCount"u8, service.ErrorCount);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string text)
    {
        if (text.Length > 0)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Timestamp time)
    {
        if (time.UnixNanoseconds != 0)
        {
            writer.WriteString(name, time.UnixNanoseconds.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteCount(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int count)
    {
        if (count != 0)
        {
            writer.WriteNumber(name, count);
        }
    }
}
