using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Protobuf;

/// <summary>Writes the levels above spans, log records and metrics, and the first two themselves.</summary>
internal static class RecordProtobufWriter
{
    /// <summary>Writes the fields of one row of a scope.</summary>
    public delegate void RowWriter(int row);

    public static void Write(ProtobufWriter writer, TelemetryBatch batch, List<ResourceGroup> resources, RowWriter writeRow)
    {
        foreach (var group in resources)
        {
            var resourceGroup = writer.Begin(OtlpTags.Request.Resources);
            var resource = writer.Begin(OtlpTags.ResourceGroup.Resource);
            ValueProtobufWriter.WriteAttributes(writer, OtlpTags.Resource.Attributes, batch, batch.Resources.Attributes, group.Resource);
            writer.VarintIfAny(OtlpTags.Resource.DroppedAttributes, batch.Resources.DroppedAttributes[group.Resource]);
            writer.End(resource);
            foreach (var scope in group.Scopes)
            {
                var scopeGroup = writer.Begin(OtlpTags.ResourceGroup.Scopes);
                WriteScope(writer, batch, scope.Scope);
                foreach (var row in scope.Rows)
                {
                    var item = writer.Begin(OtlpTags.ScopeGroup.Items);
                    writeRow(row);
                    writer.End(item);
                }

                writer.BytesIfAny(OtlpTags.ScopeGroup.SchemaUrl, batch.Arena.Get(batch.Scopes.SchemaUrls[scope.Scope]));
                writer.End(scopeGroup);
            }

            writer.BytesIfAny(OtlpTags.ResourceGroup.SchemaUrl, batch.Arena.Get(batch.Resources.SchemaUrls[group.Resource]));
            writer.End(resourceGroup);
        }
    }

    public static void WriteSpan(ProtobufWriter writer, SpanBatch batch, int row)
    {
        WriteTraceId(writer, OtlpTags.Span.TraceId, batch.TraceIds[row]);
        WriteSpanId(writer, OtlpTags.Span.SpanId, batch.SpanIds[row]);
        writer.BytesIfAny(OtlpTags.Span.TraceState, batch.Arena.Get(batch.TraceStates[row]));
        WriteSpanId(writer, OtlpTags.Span.ParentSpanId, batch.ParentSpanIds[row]);
        writer.BytesIfAny(OtlpTags.Span.Name, batch.Dictionary.Get(batch.Names[row]));
        writer.VarintIfAny(OtlpTags.Span.Kind, (ulong)batch.Kinds[row]);
        writer.Fixed64IfAny(OtlpTags.Span.StartTime, (ulong)batch.StartTimes[row]);
        writer.Fixed64IfAny(OtlpTags.Span.EndTime, (ulong)(batch.StartTimes[row] + batch.Durations[row]));
        ValueProtobufWriter.WriteAttributes(writer, OtlpTags.Span.Attributes, batch, batch.Attributes, row);
        writer.VarintIfAny(OtlpTags.Span.DroppedAttributes, batch.DroppedAttributes[row]);
        WriteEvents(writer, batch, row == 0 ? 0 : batch.EventEnds[row - 1], batch.EventEnds[row]);
        writer.VarintIfAny(OtlpTags.Span.DroppedEvents, batch.DroppedEvents[row]);
        WriteLinks(writer, batch, row == 0 ? 0 : batch.LinkEnds[row - 1], batch.LinkEnds[row]);
        writer.VarintIfAny(OtlpTags.Span.DroppedLinks, batch.DroppedLinks[row]);
        var status = writer.Begin(OtlpTags.Span.Status);
        writer.BytesIfAny(OtlpTags.Status.Message, batch.Arena.Get(batch.StatusMessages[row]));
        writer.VarintIfAny(OtlpTags.Status.Code, (ulong)batch.Statuses[row]);
        writer.End(status);
        writer.Fixed32IfAny(OtlpTags.Span.Flags, batch.Flags[row]);
    }

    public static void WriteLog(ProtobufWriter writer, LogBatch batch, int row)
    {
        writer.Fixed64IfAny(OtlpTags.LogRecord.Time, (ulong)batch.Times[row]);
        writer.VarintIfAny(OtlpTags.LogRecord.SeverityNumber, batch.Severities[row]);
        writer.BytesIfAny(OtlpTags.LogRecord.SeverityText, batch.Dictionary.Get(batch.SeverityTexts[row]));
        if (batch.BodyTypes[row] != AttributeType.Empty)
        {
            var body = writer.Begin(OtlpTags.LogRecord.Body);
            ValueProtobufWriter.WriteValue(writer, batch.BodyTypes[row], batch.Arena.Get(batch.Bodies[row]));
            writer.End(body);
        }

        ValueProtobufWriter.WriteAttributes(writer, OtlpTags.LogRecord.Attributes, batch, batch.Attributes, row);
        writer.VarintIfAny(OtlpTags.LogRecord.DroppedAttributes, batch.DroppedAttributes[row]);
        writer.Fixed32IfAny(OtlpTags.LogRecord.Flags, batch.Flags[row]);
        WriteTraceId(writer, OtlpTags.LogRecord.TraceId, batch.TraceIds[row]);
        WriteSpanId(writer, OtlpTags.LogRecord.SpanId, batch.SpanIds[row]);
        writer.Fixed64IfAny(OtlpTags.LogRecord.ObservedTime, (ulong)batch.ObservedTimes[row]);
        writer.BytesIfAny(OtlpTags.LogRecord.EventName, batch.Dictionary.Get(batch.EventNames[row]));
    }

    public static void WriteTraceId(ProtobufWriter writer, uint tag, TraceId id)
    {
        if (!id.IsEmpty)
        {
            Span<byte> bytes = stackalloc byte[TraceId.Size];
            id.CopyTo(bytes);
            writer.Bytes(tag, bytes);
        }
    }

    public static void WriteSpanId(ProtobufWriter writer, uint tag, SpanId id)
    {
        if (!id.IsEmpty)
        {
            Span<byte> bytes = stackalloc byte[SpanId.Size];
            id.CopyTo(bytes);
            writer.Bytes(tag, bytes);
        }
    }

    private static void WriteScope(ProtobufWriter writer, TelemetryBatch batch, int index)
    {
        var scope = writer.Begin(OtlpTags.ScopeGroup.Scope);
        writer.BytesIfAny(OtlpTags.Scope.Name, batch.Dictionary.Get(batch.Scopes.Names[index]));
        writer.BytesIfAny(OtlpTags.Scope.Version, batch.Dictionary.Get(batch.Scopes.Versions[index]));
        ValueProtobufWriter.WriteAttributes(writer, OtlpTags.Scope.Attributes, batch, batch.Scopes.Attributes, index);
        writer.VarintIfAny(OtlpTags.Scope.DroppedAttributes, batch.Scopes.DroppedAttributes[index]);
        writer.End(scope);
    }

    private static void WriteEvents(ProtobufWriter writer, SpanBatch batch, int start, int end)
    {
        for (var row = start; row < end; row++)
        {
            var message = writer.Begin(OtlpTags.Span.Events);
            writer.Fixed64IfAny(OtlpTags.Event.Time, (ulong)batch.Events.Times[row]);
            writer.BytesIfAny(OtlpTags.Event.Name, batch.Dictionary.Get(batch.Events.Names[row]));
            ValueProtobufWriter.WriteAttributes(writer, OtlpTags.Event.Attributes, batch, batch.Events.Attributes, row);
            writer.VarintIfAny(OtlpTags.Event.DroppedAttributes, batch.Events.DroppedAttributes[row]);
            writer.End(message);
        }
    }

    private static void WriteLinks(ProtobufWriter writer, SpanBatch batch, int start, int end)
    {
        for (var row = start; row < end; row++)
        {
            var message = writer.Begin(OtlpTags.Span.Links);
            WriteTraceId(writer, OtlpTags.Link.TraceId, batch.Links.TraceIds[row]);
            WriteSpanId(writer, OtlpTags.Link.SpanId, batch.Links.SpanIds[row]);
            writer.BytesIfAny(OtlpTags.Link.TraceState, batch.Arena.Get(batch.Links.TraceStates[row]));
            ValueProtobufWriter.WriteAttributes(writer, OtlpTags.Link.Attributes, batch, batch.Links.Attributes, row);
            writer.VarintIfAny(OtlpTags.Link.DroppedAttributes, batch.Links.DroppedAttributes[row]);
            writer.Fixed32IfAny(OtlpTags.Link.Flags, batch.Links.Flags[row]);
            writer.End(message);
        }
    }
}
