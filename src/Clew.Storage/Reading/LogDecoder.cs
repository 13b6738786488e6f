using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Answers with the columns of <c>logs</c> become log batches.</summary>
internal static class LogDecoder
{
    public static string Columns(RecordParts parts) =>
        "time, time_is_observed, observed_time, trace_id, span_id, severity, severity_text, resource, scope, event_name, body, body_type, flags, dropped_attributes, template, error_signature"
        + (parts.HasFlag(RecordParts.Attributes) ? ", attributes, attribute_types" : string.Empty);

    public static void Decode(NativeBlock block, RecordParts parts, ContentIndexes contents, LogBatch batch)
    {
        var times = block.Fixed("time").As<long>();
        var observed = block.Fixed("time_is_observed").As<byte>();
        for (var row = 0; row < times.Length; row++)
        {
            batch.Times.Add(observed[row] == 1 ? 0 : times[row]);
        }

        batch.ObservedTimes.AddRange(block.Fixed("observed_time").As<long>());
        batch.TraceIds.AddRange(block.Fixed("trace_id").As<TraceId>());
        batch.SpanIds.AddRange(block.Fixed("span_id").As<SpanId>());
        batch.Severities.AddRange(block.Fixed("severity").As<byte>());
        AttributeDecoder.Repeated(block.LowCardinality("severity_text"), batch.Dictionary, batch.SeverityTexts);
        contents.Resources(block.LowCardinality("resource"), batch.ResourceIndexes);
        contents.Scopes(block.LowCardinality("scope"), batch.ScopeIndexes);
        AttributeDecoder.Repeated(block.LowCardinality("event_name"), batch.Dictionary, batch.EventNames);
        AttributeDecoder.Strings(block.Strings("body"), batch.Arena, batch.Bodies);
        batch.BodyTypes.AddRange(block.Fixed("body_type").As<AttributeType>());
        batch.Flags.AddRange(block.Fixed("flags").As<uint>());
        batch.DroppedAttributes.AddRange(block.Fixed("dropped_attributes").As<uint>());
        batch.Templates.AddRange(block.Fixed("template").As<ulong>());
        batch.ErrorSignatures.AddRange(block.Fixed("error_signature").As<ulong>());
        if (parts.HasFlag(RecordParts.Attributes))
        {
            AttributeDecoder.Attributes(block.Array("attributes"), block.LowCardinality("attribute_types"), batch, batch.Attributes);
        }
        else
        {
            AttributeDecoder.Empty(block.Rows, batch.Attributes);
        }
    }
}
