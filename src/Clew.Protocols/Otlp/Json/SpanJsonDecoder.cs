using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

/// <summary>ExportTraceServiceRequest as JSON into a span batch.</summary>
internal static class SpanJsonDecoder
{
    public static void Decode(ref Utf8JsonReader reader, SpanBatch batch, DecodeState state) => ResourceJson.ReadGroups<SpanBatch, Record>(ref reader, batch, state);

    private static void ReadSpan(ref Utf8JsonReader reader, SpanBatch batch, DecodeState state)
    {
        state.BeginRecord();
        var row = default(SpanRow);
        while (reader.NextProperty())
        {
            if (reader.Is("traceId"u8))
            {
                row.TraceIdInvalid = !reader.ReadTraceId(state, out row.TraceId);
            }
            else if (reader.Is("spanId"u8))
            {
                row.SpanIdInvalid = !reader.ReadSpanId(state, out row.SpanId);
            }
            else if (reader.Is("parentSpanId"u8))
            {
                row.ParentSpanIdInvalid = !reader.ReadSpanId(state, out row.ParentSpanId);
            }
            else if (reader.Is("name"u8))
            {
                row.Name = state.Name(batch, reader.ReadText(state));
            }
            else if (reader.Is("kind"u8))
            {
                row.Kind = reader.ReadEnum();
            }
            else if (reader.Is("startTimeUnixNano"u8))
            {
                row.StartTime = reader.ReadUInt64();
            }
            else if (reader.Is("endTimeUnixNano"u8))
            {
                row.EndTime = reader.ReadUInt64();
            }
            else if (reader.Is("attributes"u8))
            {
                ResourceJson.ReadRecordAttributes(ref reader, batch, batch.Attributes, state, ref row.Attributes);
            }
            else if (reader.Is("status"u8))
            {
                ReadStatus(ref reader, batch, state, ref row);
            }
            else if (reader.Is("events"u8))
            {
                ReadEvents(ref reader, batch, state, ref row);
            }
            else if (reader.Is("links"u8))
            {
                ReadLinks(ref reader, batch, state, ref row);
            }
            else if (reader.Is("flags"u8))
            {
                row.Flags = reader.ReadUInt32();
            }
            else if (reader.Is("traceState"u8))
            {
                row.TraceState = state.Text(batch, reader.ReadText(state), state.Limits.MaxNameBytes, DecodeIssue.NameTooLong);
            }
            else if (reader.Is("droppedAttributesCount"u8))
            {
                row.DroppedAttributes = reader.ReadUInt32();
            }
            else if (reader.Is("droppedEventsCount"u8))
            {
                row.DroppedEvents = reader.ReadUInt32();
            }
            else if (reader.Is("droppedLinksCount"u8))
            {
                row.DroppedLinks = reader.ReadUInt32();
            }
            else
            {
                reader.Skip();
            }
        }

        row.Complete(batch, state);
    }

    private static void ReadStatus(ref Utf8JsonReader reader, SpanBatch batch, DecodeState state, ref SpanRow row)
    {
        if (!reader.BeginObject())
        {
            return;
        }

        while (reader.NextProperty())
        {
            if (reader.Is("code"u8))
            {
                row.StatusCode = reader.ReadEnum();
            }
            else if (reader.Is("message"u8))
            {
                row.StatusMessage = state.Text(batch, reader.ReadText(state), state.Limits.MaxValueBytes, DecodeIssue.ValueTooLong);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadEvents(ref Utf8JsonReader reader, SpanBatch batch, DecodeState state, ref SpanRow row)
    {
        if (!reader.BeginArray())
        {
            return;
        }

        while (reader.NextObject())
        {
            ulong time = 0;
            var name = 0;
            uint dropped = 0;
            var attributes = 0;
            while (reader.NextProperty())
            {
                if (reader.Is("timeUnixNano"u8))
                {
                    time = reader.ReadUInt64();
                }
                else if (reader.Is("name"u8))
                {
                    name = state.Name(batch, reader.ReadText(state));
                }
                else if (reader.Is("attributes"u8))
                {
                    ResourceJson.ReadRecordAttributes(ref reader, batch, batch.Events.Attributes, state, ref attributes);
                }
                else if (reader.Is("droppedAttributesCount"u8))
                {
                    dropped = reader.ReadUInt32();
                }
                else
                {
                    reader.Skip();
                }
            }

            row.AddEvent(batch, state, time, name, dropped);
        }
    }

    private static void ReadLinks(ref Utf8JsonReader reader, SpanBatch batch, DecodeState state, ref SpanRow row)
    {
        if (!reader.BeginArray())
        {
            return;
        }

        while (reader.NextObject())
        {
            var link = default(LinkRow);
            var attributes = 0;
            while (reader.NextProperty())
            {
                if (reader.Is("traceId"u8))
                {
                    link.TraceIdInvalid = !reader.ReadTraceId(state, out link.TraceId);
                }
                else if (reader.Is("spanId"u8))
                {
                    link.SpanIdInvalid = !reader.ReadSpanId(state, out link.SpanId);
                }
                else if (reader.Is("traceState"u8))
                {
                    link.TraceState = state.Text(batch, reader.ReadText(state), state.Limits.MaxNameBytes, DecodeIssue.NameTooLong);
                }
                else if (reader.Is("attributes"u8))
                {
                    ResourceJson.ReadRecordAttributes(ref reader, batch, batch.Links.Attributes, state, ref attributes);
                }
                else if (reader.Is("droppedAttributesCount"u8))
                {
                    link.DroppedAttributes = reader.ReadUInt32();
                }
                else if (reader.Is("flags"u8))
                {
                    link.Flags = reader.ReadUInt32();
                }
                else
                {
                    reader.Skip();
                }
            }

            row.AddLink(batch, state, link);
        }
    }

    private readonly struct Record : IJsonRecord<SpanBatch>
    {
        public static ReadOnlySpan<byte> ResourceGroups => "resourceSpans"u8;

        public static ReadOnlySpan<byte> ScopeGroups => "scopeSpans"u8;

        public static ReadOnlySpan<byte> Records => "spans"u8;

        public static void Read(ref Utf8JsonReader reader, SpanBatch batch, DecodeState state) => ReadSpan(ref reader, batch, state);
    }
}
