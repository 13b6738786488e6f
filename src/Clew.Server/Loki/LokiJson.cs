using System.Globalization;
using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.LogQL;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;

namespace Clew.Server.Loki;

/// <summary>The parts of Loki's answers.</summary>
internal static class LokiJson
{
    public static void WriteLabels(Utf8JsonWriter writer, LabelSet labels)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in labels.Pairs)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    /// <summary><c>[seconds, "value"]</c>.</summary>
    /// <param name="milliseconds">Since the Unix epoch.</param>
    public static void WriteSample(Utf8JsonWriter writer, long milliseconds, double value)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(milliseconds / 1000m);
        writer.WriteStringValue(GoNumber.FormatPlain(value));
        writer.WriteEndArray();
    }

    /// <summary>A series of a vector, with one sample, or of a matrix.</summary>
    public static void WriteSeries(Utf8JsonWriter writer, LabelSet labels, IReadOnlyList<ResultSample> samples, bool isVector)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("metric"u8);
        WriteLabels(writer, labels);
        writer.WritePropertyName(isVector ? "value"u8 : "values"u8);
        if (isVector)
        {
            WriteSample(writer, samples[0].Time, samples[0].Value);
        }
        else
        {
            writer.WriteStartArray();
            foreach (var sample in samples)
            {
                WriteSample(writer, sample.Time, sample.Value);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary><c>["nanoseconds", "line"]</c>, with labels apart as its third element.</summary>
    public static void WriteLine(Utf8JsonWriter writer, in LogQlResultLine line, bool categorizes)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(line.Time.ToString(CultureInfo.InvariantCulture));
        writer.WriteStringValue(line.Line);
        if (categorizes)
        {
            writer.WriteStartObject();
            WriteCategory(writer, "structuredMetadata"u8, line.Labels.Metadata);
            WriteCategory(writer, "parsed"u8, line.Labels.Parsed);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>What the question took. Clew has no chunks and no ingesters: what is theirs is 0.</summary>
    public static void WriteStats(Utf8JsonWriter writer, long lines, long bytes, long returned, TimeSpan elapsed)
    {
        var seconds = Math.Max(elapsed.TotalSeconds, 1e-6);
        writer.WriteStartObject("stats"u8);
        writer.WriteStartObject("summary"u8);
        writer.WriteNumber("bytesProcessedPerSecond"u8, (long)(bytes / seconds));
        writer.WriteNumber("linesProcessedPerSecond"u8, (long)(lines / seconds));
        writer.WriteNumber("totalBytesProcessed"u8, bytes);
        writer.WriteNumber("totalLinesProcessed"u8, lines);
        writer.WriteNumber("execTime"u8, elapsed.TotalSeconds);
        writer.WriteNumber("queueTime"u8, 0);
        writer.WriteNumber("totalEntriesReturned"u8, returned);
        writer.WriteEndObject();
        WriteZeros(
            writer, "store"u8, "totalChunksRef", "totalChunksDownloaded", "chunksDownloadTime", "compressedBytes", "decompressedBytes", "decompressedLines", "totalDuplicates");
        WriteZeros(
            writer, "ingester"u8, "totalReached", "totalChunksMatched", "totalBatches", "totalLinesSent", "headChunkBytes", "headChunkLines", "compressedBytes",
            "decompressedBytes", "decompressedLines", "totalDuplicates");
        writer.WriteEndObject();
    }

    private static void WriteZeros(Utf8JsonWriter writer, ReadOnlySpan<byte> name, params ReadOnlySpan<string> members)
    {
        writer.WriteStartObject(name);
        foreach (var member in members)
        {
            writer.WriteNumber(member, 0);
        }

        writer.WriteEndObject();
    }

    private static void WriteCategory(Utf8JsonWriter writer, ReadOnlySpan<byte> name, LabelSet labels)
    {
        if (labels.Count > 0)
        {
            writer.WritePropertyName(name);
            WriteLabels(writer, labels);
        }
    }
}
