using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Answers with the columns of <c>spans</c> become span batches. Columns that were not asked for leave their parts empty.</summary>
internal static class SpanDecoder
{
    /// <summary>The columns to select for these parts of spans.</summary>
    public static string Columns(RecordParts parts) =>
        "trace_id, span_id, parent_span_id, trace_state, flags, time, duration, name, kind, status, status_message, resource, scope, "
        + "dropped_attributes, dropped_events, dropped_links"
        + (parts.HasFlag(RecordParts.Attributes) ? ", attributes, attribute_types" : string.Empty)
        + (parts.HasFlag(RecordParts.Events) ? ", events" : string.Empty)
        + (parts.HasFlag(RecordParts.Links) ? ", links" : string.Empty);

    public static void Decode(NativeBlock block, RecordParts parts, ContentIndexes contents, SpanBatch batch)
    {
        var rows = block.Rows;
        batch.TraceIds.AddRange(block.Fixed("trace_id").As<TraceId>());
        batch.SpanIds.AddRange(block.Fixed("span_id").As<SpanId>());
        batch.ParentSpanIds.AddRange(block.Fixed("parent_span_id").As<SpanId>());
        AttributeDecoder.Strings(block.Strings("trace_state"), batch.Arena, batch.TraceStates);
        batch.Flags.AddRange(block.Fixed("flags").As<uint>());
        batch.StartTimes.AddRange(block.Fixed("time").As<long>());
        batch.Durations.AddRange(block.Fixed("duration").As<long>());
        AttributeDecoder.Repeated(block.LowCardinality("name"), batch.Dictionary, batch.Names);
        batch.Kinds.AddRange(block.Fixed("kind").As<SpanKind>());
        batch.Statuses.AddRange(block.Fixed("status").As<SpanStatus>());
        AttributeDecoder.Strings(block.Strings("status_message"), batch.Arena, batch.StatusMessages);
        contents.Resources(block.LowCardinality("resource"), batch.ResourceIndexes);
        contents.Scopes(block.LowCardinality("scope"), batch.ScopeIndexes);
        batch.DroppedAttributes.AddRange(block.Fixed("dropped_attributes").As<uint>());
        batch.DroppedEvents.AddRange(block.Fixed("dropped_events").As<uint>());
        batch.DroppedLinks.AddRange(block.Fixed("dropped_links").As<uint>());
        if (parts.HasFlag(RecordParts.Attributes))
        {
            AttributeDecoder.Attributes(block.Array("attributes"), block.LowCardinality("attribute_types"), batch, batch.Attributes);
        }
        else
        {
            AttributeDecoder.Empty(rows, batch.Attributes);
        }

        DecodeEvents(parts.HasFlag(RecordParts.Events) ? block.Array("events") : null, rows, batch);
        DecodeLinks(parts.HasFlag(RecordParts.Links) ? block.Array("links") : null, rows, batch);
    }

    /// <summary>
    /// Fills in the events and links of spans that were decoded without them. Whoever asks twice sees to it that the rows are the same and in the
    /// same order.
    /// </summary>
    /// <param name="blocks">Columns <c>events</c> and <c>links</c> of every row of the batch.</param>
    public static void DecodeDetails(IReadOnlyList<NativeBlock> blocks, SpanBatch batch)
    {
        batch.EventEnds.Clear();
        batch.LinkEnds.Clear();
        foreach (var block in blocks)
        {
            DecodeEvents(block.Array("events"), block.Rows, batch);
            DecodeLinks(block.Array("links"), block.Rows, batch);
        }
    }

    private static void DecodeEvents(ArrayColumn? column, int rows, SpanBatch batch)
    {
        AttributeDecoder.Ends(column, rows, batch.EventEnds, batch.Events.Count);
        if (column?.Elements is not TupleColumn parts || ((FixedColumn)parts[0]).Rows == 0)
        {
            return;
        }

        batch.Events.Times.AddRange(((FixedColumn)parts[0]).As<long>());
        AttributeDecoder.Repeated((LowCardinalityColumn)parts[1], batch.Dictionary, batch.Events.Names);
        AttributeDecoder.Attributes((ArrayColumn)parts[2], (LowCardinalityColumn)parts[3], batch, batch.Events.Attributes);
        batch.Events.DroppedAttributes.AddRange(((FixedColumn)parts[4]).As<uint>());
    }

    private static void DecodeLinks(ArrayColumn? column, int rows, SpanBatch batch)
    {
        AttributeDecoder.Ends(column, rows, batch.LinkEnds, batch.Links.Count);
        if (column?.Elements is not TupleColumn parts || ((FixedColumn)parts[0]).Rows == 0)
        {
            return;
        }

        batch.Links.TraceIds.AddRange(((FixedColumn)parts[0]).As<TraceId>());
        batch.Links.SpanIds.AddRange(((FixedColumn)parts[1]).As<SpanId>());
        AttributeDecoder.Strings((StringColumn)parts[2], batch.Arena, batch.Links.TraceStates);
        batch.Links.Flags.AddRange(((FixedColumn)parts[3]).As<uint>());
        AttributeDecoder.Attributes((ArrayColumn)parts[4], (LowCardinalityColumn)parts[5], batch, batch.Links.Attributes);
        batch.Links.DroppedAttributes.AddRange(((FixedColumn)parts[6]).As<uint>());
    }
}
