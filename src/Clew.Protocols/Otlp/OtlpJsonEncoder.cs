using System.Text.Encodings.Web;
using System.Text.Json;
using Clew.Protocols.Otlp.Json;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp;

/// <summary>
/// Writes batches as OTLP/JSON: one object <c>{"resourceSpans":[…]}</c> (or <c>resourceLogs</c>, <c>resourceMetrics</c>) with hex ids, 64-bit integers as
/// strings and fields left out when they have their default. Rows are grouped by resource and scope.
/// </summary>
public static class OtlpJsonEncoder
{
    /// <summary>Text beyond ASCII stays readable; the answers are JSON documents and never parts of an HTML page.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1_024 };

    public static void Write(Utf8JsonWriter writer, SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Write(writer, batch, RecordGroups.AllRows(batch.Count));
    }

    /// <param name="writer">Made with <see cref="WriterOptions"/>; the caller flushes it.</param>
    /// <param name="batch">The spans.</param>
    /// <param name="rows">Which spans, such as those of one trace.</param>
    public static void Write(Utf8JsonWriter writer, SpanBatch batch, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(batch);
        var groups = RecordGroups.Of(batch, batch.ResourceIndexes, batch.ScopeIndexes, rows);
        var names = new ResourceJsonWriter.Names { Resources = "resourceSpans"u8, Scopes = "scopeSpans"u8, Items = "spans"u8 };
        ResourceJsonWriter.Write(writer, batch, groups.Resources, names, row => SpanJsonEncoder.WriteSpan(writer, batch, row));
    }

    /// <summary>
    /// Writes spans as protobuf's own JSON mapping has them instead of OTLP's: ids in base64, enums by name, as Tempo answers.
    /// </summary>
    /// <param name="resources">The name of the outermost list.</param>
    public static void WriteAsProtobufJson(Utf8JsonWriter writer, SpanBatch batch, ReadOnlySpan<int> rows, ReadOnlySpan<byte> resources)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(batch);
        var groups = RecordGroups.Of(batch, batch.ResourceIndexes, batch.ScopeIndexes, rows);
        var names = new ResourceJsonWriter.Names { Resources = resources, Scopes = "scopeSpans"u8, Items = "spans"u8 };
        ResourceJsonWriter.Write(writer, batch, groups.Resources, names, row => SpanJsonEncoder.WriteSpan(writer, batch, row, asProtobuf: true));
    }

    public static void Write(Utf8JsonWriter writer, LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Write(writer, batch, RecordGroups.AllRows(batch.Count));
    }

    /// <param name="writer">Made with <see cref="WriterOptions"/>; the caller flushes it.</param>
    /// <param name="batch">The log records.</param>
    /// <param name="rows">Which records.</param>
    public static void Write(Utf8JsonWriter writer, LogBatch batch, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(batch);
        var groups = RecordGroups.Of(batch, batch.ResourceIndexes, batch.ScopeIndexes, rows);
        var names = new ResourceJsonWriter.Names { Resources = "resourceLogs"u8, Scopes = "scopeLogs"u8, Items = "logRecords"u8 };
        ResourceJsonWriter.Write(writer, batch, groups.Resources, names, row => LogJsonEncoder.WriteRecord(writer, batch, row));
    }

    public static void Write(Utf8JsonWriter writer, MetricBatch batch)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(batch);
        var groups = MetricGroups.Of(batch);
        var names = new ResourceJsonWriter.Names { Resources = "resourceMetrics"u8, Scopes = "scopeMetrics"u8, Items = "metrics"u8 };
        ResourceJsonWriter.Write(writer, batch, groups.Resources, names, metric => MetricJsonEncoder.WriteMetric(writer, batch, groups, groups.Metrics[metric]));
    }
}
