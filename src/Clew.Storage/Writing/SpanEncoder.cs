namespace Clew.Storage.Writing;

/// <summary>Span batches as Native blocks of the table <c>spans</c>. Not safe for concurrent use.</summary>
internal sealed class SpanEncoder
{
    private readonly AttributeColumns _attributes = new();
    private readonly Column<int> _indexes = new();
    private readonly Column<uint> _sizes = new();
    private readonly Column<byte> _shared = new();

    public void Encode(SpanBatch batch, EncodedRows rows)
    {
        var count = batch.Count;
        if (count == 0)
        {
            return;
        }

        var columns = BlockColumns.Start(rows, count);
        var to = columns.Begin("tenant");
        to.LowCardinalityHeader();
        to.LowCardinalityConstant(System.Text.Encoding.UTF8.GetBytes(batch.Tenant.Name), count);
        columns.Begin("time").Raw(batch.StartTimes.Values);
        columns.Begin("trace_id").Raw(batch.TraceIds.Values);
        columns.Begin("span_id").Raw(batch.SpanIds.Values);
        columns.Begin("parent_span_id").Raw(batch.ParentSpanIds.Values);
        columns.Begin("trace_state").Strings(batch.Arena, batch.TraceStates.Values);
        columns.Begin("flags").Raw(batch.Flags.Values);
        columns.Begin("service");
        to.LowCardinalityHeader();
        to.LowCardinality(batch.Dictionary, ServiceColumn.Of(batch.Resources, batch.ResourceIndexes.Values, _indexes), _attributes.Scratch);
        columns.Begin("name");
        to.LowCardinalityHeader();
        to.LowCardinality(batch.Dictionary, batch.Names.Values, _attributes.Scratch);
        columns.Begin("kind").Raw(batch.Kinds.Values);
        columns.Begin("status").Raw(batch.Statuses.Values);
        columns.Begin("status_message").Strings(batch.Arena, batch.StatusMessages.Values);
        columns.Begin("duration").Raw(batch.Durations.Values);
        columns.Begin("resource");
        to.LowCardinalityHeader();
        to.LowCardinality(batch.Resources.Fingerprints.Values, batch.ResourceIndexes.Values);
        columns.Begin("scope");
        to.LowCardinalityHeader();
        to.LowCardinality(batch.Scopes.Fingerprints.Values, batch.ScopeIndexes.Values);
        columns.Begin("attributes");
        AttributeColumns.MapHeader(to);
        _attributes.Map(to, batch, batch.Attributes);
        columns.Begin("attribute_types");
        to.LowCardinalityHeader();
        _attributes.Types(to, batch.Attributes);
        columns.Begin("dropped_attributes").Raw(batch.DroppedAttributes.Values);
        columns.Begin("events");
        EncodeEvents(batch, rows);
        columns.Begin("dropped_events").Raw(batch.DroppedEvents.Values);
        columns.Begin("links");
        EncodeLinks(batch, rows);
        columns.Begin("dropped_links").Raw(batch.DroppedLinks.Values);
        columns.Begin("error_signature").RawOrZeros(batch.ErrorSignatures.Values, count);
        columns.Begin("size").Raw(SpanSizes.Of(batch, _sizes));
        columns.Begin("shared").Raw(SharedHalves.Of(batch, _shared));
    }

    private void EncodeEvents(SpanBatch batch, EncodedRows rows)
    {
        var to = rows.Blocks;
        to.LowCardinalityHeader(); // name
        AttributeColumns.MapHeader(to); // attributes
        to.LowCardinalityHeader(); // attribute_types
        to.Offsets(batch.EventEnds.Values);
        to.Raw(batch.Events.Times.Values);
        to.LowCardinality(batch.Dictionary, batch.Events.Names.Values, _attributes.Scratch);
        _attributes.Map(to, batch, batch.Events.Attributes);
        _attributes.Types(to, batch.Events.Attributes);
        to.Raw(batch.Events.DroppedAttributes.Values);
    }

    private void EncodeLinks(SpanBatch batch, EncodedRows rows)
    {
        var to = rows.Blocks;
        AttributeColumns.MapHeader(to); // attributes
        to.LowCardinalityHeader(); // attribute_types
        to.Offsets(batch.LinkEnds.Values);
        to.Raw(batch.Links.TraceIds.Values);
        to.Raw(batch.Links.SpanIds.Values);
        to.Strings(batch.Arena, batch.Links.TraceStates.Values);
        to.Raw(batch.Links.Flags.Values);
        _attributes.Map(to, batch, batch.Links.Attributes);
        _attributes.Types(to, batch.Links.Attributes);
        to.Raw(batch.Links.DroppedAttributes.Values);
    }
}
