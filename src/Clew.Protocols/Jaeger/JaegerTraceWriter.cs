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
            writer.WriteStringValue($"the span ends {-(decimal)duration} ns before it starts; its duration is shown as 0");
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteNull("warnings"u8);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// The parent first, because readers take the first CHILD_OF for it, then the links. A parent that a link names too, as one that is followed, is
    /// written as that link alone: so it was received.
    /// </summary>
    private static void WriteReferences(Utf8JsonWriter writer, SpanBatch batch, int row, SpanId parent)
    {
        var first = row == 0 ? 0 : batch.LinkEnds[row - 1];
        writer.WriteStartArray("references"u8);
        if (!parent.IsEmpty && !FollowsParent(batch, row, first))
        {
            WriteReference(writer, "CHILD_OF"u8, batch.TraceIds[row], parent);
        }

        for (var link = first; link < batch.LinkEnds[row]; link++)
        {
            var type = RefersAs(batch, link, "child_of"u8) ? "CHILD_OF"u8 : "FOLLOWS_FROM"u8;
            WriteReference(writer, type, batch.Links.TraceIds[link], batch.Links.SpanIds[link]);
        }

        writer.WriteEndArray();
    }

    private static bool FollowsParent(SpanBatch batch, int row, int firstLink)
    {
        for (var link = firstLink; link < batch.LinkEnds[row]; link++)
        {
            if (batch.Links.SpanIds[link] == batch.ParentSpanIds[row] && batch.Links.TraceIds[link] == batch.TraceIds[row] && RefersAs(batch, link, "follows_from"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteReference(Utf8JsonWriter writer, ReadOnlySpan<byte> type, TraceId trace, SpanId span)
    {
        writer.WriteStartObject();
        writer.WriteString("refType"u8, type);
        writer.WriteString("traceID"u8, TraceIdText(trace));
        writer.WriteString("spanID"u8, span.ToString());
        writer.WriteEndObject();
    }

    private static bool RefersAs(SpanBatch batch, int link, ReadOnlySpan<byte> type)
    {
        var attributes = batch.Links.Attributes;
        for (var entry = attributes.StartOf(link); entry < attributes.EndOf(link); entry++)
        {
            if (batch.Dictionary.Get(attributes.Keys[entry]).SequenceEqual("opentracing.ref_type"u8))
            {
                return batch.Arena.Get(attributes.Values[entry]).SequenceEqual(type);
            }
        }

        return false;
    }

    private static void WriteTags(Utf8JsonWriter writer, SpanBatch batch, int row)
    {
        var scope = batch.ScopeIndexes[row];
        writer.WriteStartArray("tags"u8);
        WriteIfAny(writer, "otel.scope.name"u8, batch.Dictionary.Get(batch.Scopes.Names[scope]));
        WriteIfAny(writer, "otel.scope.version"u8, batch.Dictionary.Get(batch.Scopes.Versions[scope]));
        WriteAttributes(writer, batch, batch.Attributes, row);
        var kind = batch.Kinds[row] switch
        {
            SpanKind.Internal => "internal"u8,
            SpanKind.Server => "server"u8,
            SpanKind.Client => "client"u8,
            SpanKind.Producer => "producer"u8,
            SpanKind.Consumer => "consumer"u8,
            _ => default,
        };
        WriteIfAny(writer, "span.kind"u8, kind);
        if (batch.Statuses[row] == SpanStatus.Error)
        {
            JaegerTagWriter.WriteString(writer, "otel.status_code"u8, "ERROR"u8);
            JaegerTagWriter.WriteBool(writer, "error"u8, true);
        }
        else if (batch.Statuses[row] == SpanStatus.Ok)
        {
            JaegerTagWriter.WriteString(writer, "otel.status_code"u8, "OK"u8);
        }

        WriteIfAny(writer, "otel.status_description"u8, batch.Arena.Get(batch.StatusMessages[row]));
        WriteIfAny(writer, "w3c.tracestate"u8, batch.Arena.Get(batch.TraceStates[row]));
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
            if (!Has(batch, batch.Events.Attributes, index, "event"u8))
            {
                WriteIfAny(writer, "event"u8, batch.Dictionary.Get(batch.Events.Names[index]));
            }

            WriteAttributes(writer, batch, batch.Events.Attributes, index);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static bool Has(SpanBatch batch, AttributeLists lists, int list, ReadOnlySpan<byte> key)
    {
        for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
        {
            if (batch.Dictionary.Get(lists.Keys[entry]).SequenceEqual(key))
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteIfAny(Utf8JsonWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            JaegerTagWriter.WriteString(writer, key, value);
        }
    }

    private static void WriteAttributes(Utf8JsonWriter writer, SpanBatch batch, AttributeLists lists, int list)
    {
        for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
        {
            JaegerTagWriter.WriteAttribute(writer, batch.Dictionary.Get(lists.Keys[entry]), lists.Types[entry], batch.Arena.Get(lists.Values[entry]));
        }
    }
}
