using System.Text.Json;
using Clew.Protocols.Otlp;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>An entry of <c>errors</c> in Jaeger's answer envelope.</summary>
/// <param name="Message">For people.</param>
/// <param name="TraceId">The trace it is about, if one.</param>
/// <param name="Code">An HTTP status, or 0 for none.</param>
public sealed record JaegerError(string Message, TraceId? TraceId = null, int Code = 0);

/// <summary>
/// Writes spans as the JSON of Jaeger's UI model (<c>/api/traces</c>): times in microseconds, processes <c>p1</c>, <c>p2</c>, … per trace, the parent
/// and links as references, kind, status and scope as tags (the mapping of the OpenTelemetry Collector's Jaeger translator). A span that ends before
/// it starts has duration 0 and a warning, since Jaeger's durations are unsigned.
/// </summary>
public static class JaegerTraceWriter
{
    private const long NanosecondsPerMicrosecond = 1_000;

    /// <summary>
    /// Writes the whole answer: <c>{"data":[trace…],"total":0,"limit":0,"offset":0,"errors":…}</c>. Traces come in order of their first span in the batch,
    /// spans in the batch's order.
    /// </summary>
    /// <param name="writer">Made with <see cref="OtlpJsonEncoder.WriterOptions"/>; the caller flushes it.</param>
    /// <param name="batch">Spans of any number of traces.</param>
    /// <param name="errors">What to tell beside the traces; none is written as null.</param>
    public static void WriteResponse(Utf8JsonWriter writer, SpanBatch batch, IReadOnlyList<JaegerError> errors)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(errors);
        writer.WriteStartObject();
        writer.WriteStartArray("data"u8);
        foreach (var rows in ByTrace(batch))
        {
            WriteTrace(writer, batch, rows.ToArray());
        }

        writer.WriteEndArray();
        writer.WriteNumber("total"u8, 0);
        writer.WriteNumber("limit"u8, 0);
        writer.WriteNumber("offset"u8, 0);
        WriteErrors(writer, errors);
        writer.WriteEndObject();
    }

    /// <summary>Writes one trace: <c>{"traceID","spans","processes","warnings"}</c>.</summary>
    /// <param name="writer">Made with <see cref="OtlpJsonEncoder.WriterOptions"/>; the caller flushes it.</param>
    /// <param name="batch">The spans.</param>
    /// <param name="rows">The rows of one trace, at least one.</param>
    /// <param name="isRaw">Whether spans that share an id keep it, which Jaeger's pages cannot show.</param>
    public static void WriteTrace(Utf8JsonWriter writer, SpanBatch batch, ReadOnlySpan<int> rows, bool isRaw = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfZero(rows.Length);
        var processes = new JaegerProcesses(batch);
        var ids = new JaegerSpanIds(batch, isRaw ? [] : rows);
        writer.WriteStartObject();
        writer.WriteString("traceID"u8, TraceIdText(batch.TraceIds[rows[0]]));
        writer.WriteStartArray("spans"u8);
        foreach (var row in rows)
        {
            WriteSpan(writer, batch, row, ids, processes.IdOf(batch.ResourceIndexes[row]));
        }

        writer.WriteEndArray();
        processes.Write(writer);
        writer.WriteNull("warnings"u8);
        writer.WriteEndObject();
    }

    /// <summary>32 digits, or 16 when the first half is zero: how Jaeger writes ids of 64 bits.</summary>
    public static string TraceIdText(TraceId id)
    {
        var text = id.ToString();
        return text.AsSpan(0, 16).IndexOfAnyExcept('0') < 0 ? text[16..] : text;
    }

    /// <summary>The warning of a span that ends before it starts.</summary>
    /// <param name="duration">Nanoseconds, below 0.</param>
    internal static string NegativeDuration(long duration) => $"the span ends {-(decimal)duration} ns before it starts; its duration is shown as 0";

    private static List<List<int>> ByTrace(SpanBatch batch)
    {
        var traces = new List<List<int>>();
        var places = new Dictionary<TraceId, int>();
        for (var row = 0; row < batch.Count; row++)
        {
            if (!places.TryGetValue(batch.TraceIds[row], out var place))
            {
                places[batch.TraceIds[row]] = place = traces.Count;
                traces.Add([]);
            }

            traces[place].Add(row);
        }

        return traces;
    }

    private static void WriteErrors(Utf8JsonWriter writer, IReadOnlyList<JaegerError> errors)
    {
        if (errors.Count == 0)
        {
            writer.WriteNull("errors"u8);
            return;
        }

        writer.WriteStartArray("errors"u8);
        foreach (var error in errors)
        {
            writer.WriteStartObject();
            if (error.Code != 0)
            {
                writer.WriteNumber("code"u8, error.Code);
            }

            writer.WriteString("msg"u8, error.Message);
            if (error.TraceId is { } trace)
            {
                writer.WriteString("traceID"u8, TraceIdText(trace));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSpan(Utf8JsonWriter writer, SpanBatch batch, int row, JaegerSpanIds ids, string process)
    {
        var duration = batch.Durations[row];
        var traceFlags = batch.Flags[row] & 0xFF;
        writer.WriteStartObject();
        writer.WriteString("traceID"u8, TraceIdText(batch.TraceIds[row]));
        writer.WriteString("spanID"u8, ids.Of(row).ToString());
        if (traceFlags != 0)
        {
            writer.WriteNumber("flags"u8, traceFlags);
        }

        writer.WriteString("operationName"u8, batch.Dictionary.Get(batch.Names[row]));
        WriteReferences(writer, batch, row, ids.ParentOf(row));
        writer.WriteNumber("startTime"u8, batch.StartTimes[row] / NanosecondsPerMicrosecond);
        writer.WriteNumber("duration"u8, Math.Max(0, duration) / NanosecondsPerMicrosecond);
        WriteTags(writer, batch, row);
        WriteLogs(writer, batch, row);
        writer.WriteString("processID"u8, process);
        if (duration < 0)
        {
            writer.WriteStartArray("warnings"u8);
            writer.WriteStringValue(NegativeDuration(duration));
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteNull("warnings"u8);
        }

        writer.WriteEndObject();
    }

    private static void WriteReferences(Utf8JsonWriter writer, SpanBatch batch, int row, SpanId parent)
    {
        writer.WriteStartArray("references"u8);
        foreach (var reference in JaegerReferences.Of(batch, row, parent))
        {
            writer.WriteStartObject();
            writer.WriteString("refType"u8, reference.IsFollowsFrom ? "FOLLOWS_FROM"u8 : "CHILD_OF"u8);
            writer.WriteString("traceID"u8, TraceIdText(reference.TraceId));
            writer.WriteString("spanID"u8, reference.SpanId.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTags(Utf8JsonWriter writer, SpanBatch batch, int row)
    {
        writer.WriteStartArray("tags"u8);
        JaegerTags.OfSpan(new JaegerTagWriter(writer), batch, row);
        writer.WriteEndArray();
    }

    private static void WriteLogs(Utf8JsonWriter writer, SpanBatch batch, int row)
    {
        writer.WriteStartArray("logs"u8);
        for (var index = row == 0 ? 0 : batch.EventEnds[row - 1]; index < batch.EventEnds[row]; index++)
        {
            writer.WriteStartObject();
            writer.WriteNumber("timestamp"u8, batch.Events.Times[index] / NanosecondsPerMicrosecond);
            writer.WriteStartArray("fields"u8);
            JaegerTags.OfEvent(new JaegerTagWriter(writer), batch, index);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
