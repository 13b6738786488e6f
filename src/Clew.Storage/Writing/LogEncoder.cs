namespace Clew.Storage.Writing;

/// <summary>Log batches as Native blocks of the table <c>logs</c>. Not safe for concurrent use.</summary>
internal sealed class LogEncoder
{
    private readonly AttributeColumns _attributes = new();
    private readonly Column<int> _indexes = new();
    private readonly Column<long> _times = new();
    private readonly Column<byte> _observed = new();

    public void Encode(LogBatch batch, EncodedRows rows)
    {
        var count = batch.Count;
        if (count == 0)
        {
            return;
        }

        ChooseTimes(batch);
        var columns = BlockColumns.Start(rows, count);
        var to = columns.Begin("tenant");
        to.LowCardinalityHeader();
        to.LowCardinalityConstant(System.Text.Encoding.UTF8.GetBytes(batch.Tenant.Name), count);
        columns.Begin("time").Raw(_times.Values);
        columns.Begin("time_is_observed").Raw(_observed.Values);
        columns.Begin("observed_time").Raw(batch.ObservedTimes.Values);
        columns.Begin("trace_id").Raw(batch.TraceIds.Values);
        columns.Begin("span_id").Raw(batch.SpanIds.Values);
        columns.Begin("severity").Raw(batch.Severities.Values);
        columns.Begin("severity_text");
        to.LowCardinalityHeader();
        to.LowCardinality(batch.Dictionary, batch.SeverityTexts.Values, _attributes.Scratch);
        columns.Begin("service");
        to.LowCardinalityHeader();
        to.LowCardinality(batch.Dictionary, ServiceColumn.Of(batch.Resources, batch.ResourceIndexes.Values, _indexes), _attributes.Scratch);
        columns.Begin("resource");
        to.LowCardinalityHeader();
        to.LowCardinality(batch.Resources.Fingerprints.Values, batch.ResourceIndexes.Values);
        columns.Begin("scope");
        to.LowCardinalityHeader();
        to.LowCardinality(batch.Scopes.Fingerprints.Values, batch.ScopeIndexes.Values);
        columns.Begin("event_name");
        to.LowCardinalityHeader();
        to.LowCardinality(batch.Dictionary, batch.EventNames.Values, _attributes.Scratch);
        columns.Begin("body").Strings(batch.Arena, batch.Bodies.Values);
        columns.Begin("body_type").Raw(batch.BodyTypes.Values);
        columns.Begin("flags").Raw(batch.Flags.Values);
        columns.Begin("attributes");
        AttributeColumns.MapHeader(to);
        _attributes.Map(to, batch, batch.Attributes);
        columns.Begin("attribute_types");
        to.LowCardinalityHeader();
        _attributes.Types(to, batch.Attributes);
        columns.Begin("dropped_attributes").Raw(batch.DroppedAttributes.Values);
        columns.Begin("template").RawOrZeros(batch.Templates.Values, count);
        columns.Begin("error_signature").RawOrZeros(batch.ErrorSignatures.Values, count);
    }

    private void ChooseTimes(LogBatch batch)
    {
        _times.Clear();
        _observed.Clear();
        for (var row = 0; row < batch.Count; row++)
        {
            var unset = batch.Times[row] == 0;
            _times.Add(unset ? batch.ObservedTimes[row] : batch.Times[row]);
            _observed.Add(unset ? (byte)1 : (byte)0);
        }
    }
}
