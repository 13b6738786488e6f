using System.Text.Json;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>
/// Writes spans as Zipkin's JSON of version 2. What came in as Zipkin goes out as it came, but for the case of names and the length of ids (16 or 32 digits);
/// spans of other protocols bring the rest of their attributes, their resource's and their scope as tags, as the OpenTelemetry Collector's exporter does.
/// Zipkin has no links; they are left out.
/// </summary>
public static class ZipkinJsonWriter
{
    /// <summary>Writes one span as an object.</summary>
    /// <param name="writer">Made with <see cref="OtlpJsonEncoder.WriterOptions"/>; the caller flushes it.</param>
    /// <param name="batch">The spans.</param>
    /// <param name="row">Which of them.</param>
    public static void WriteSpan(Utf8JsonWriter writer, SpanBatch batch, int row)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(batch);
        var span = new ZipkinSpanView(batch, row);
        writer.WriteStartObject();
        writer.WriteString("traceId"u8, JaegerTraceWriter.TraceIdText(batch.TraceIds[row]));
        if (!batch.ParentSpanIds[row].IsEmpty)
        {
            writer.WriteString("parentId"u8, batch.ParentSpanIds[row].ToString());
        }

        writer.WriteString("id"u8, batch.SpanIds[row].ToString());
        if (KindWord(span.Kind) is { IsEmpty: false } kind)
        {
            writer.WriteString("kind"u8, kind);
        }

        if (span.Name is { Length: > 0 } name)
        {
            writer.WriteString("name"u8, name);
        }

        WriteNumber(writer, "timestamp"u8, span.Timestamp);
        WriteNumber(writer, "duration"u8, span.Duration);
        WriteEndpoint(writer, "localEndpoint"u8, batch, span.LocalService, span.LocalIpv4, span.LocalIpv6, span.LocalPort);
        WriteEndpoint(writer, "remoteEndpoint"u8, batch, span.RemoteService, span.RemoteIpv4, span.RemoteIpv6, span.RemotePort);
        WriteAnnotations(writer, batch, row);
        WriteTags(writer, batch, span);
        if (span.Debug >= 0)
        {
            writer.WriteBoolean("debug"u8, true);
        }

        if (span.IsShared)
        {
            writer.WriteBoolean("shared"u8, true);
        }

        writer.WriteEndObject();
    }

    private static ReadOnlySpan<byte> KindWord(SpanKind kind) => kind switch
    {
        SpanKind.Client => "CLIENT"u8,
        SpanKind.Server => "SERVER"u8,
        SpanKind.Producer => "PRODUCER"u8,
        SpanKind.Consumer => "CONSUMER"u8,
        _ => default,
    };

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long value)
    {
        if (value > 0)
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void WriteEndpoint(Utf8JsonWriter writer, ReadOnlySpan<byte> name, SpanBatch batch, string? service, int ipv4, int ipv6, int port)
    {
        if (service is null && ipv4 < 0 && ipv6 < 0 && port < 0)
        {
            return;
        }

        writer.WriteStartObject(name);
        if (service is not null)
        {
            writer.WriteString("serviceName"u8, service);
        }

        if (ipv4 >= 0)
        {
            writer.WriteString("ipv4"u8, batch.Arena.Get(batch.Attributes.Values[ipv4]));
        }

        if (ipv6 >= 0)
        {
            writer.WriteString("ipv6"u8, batch.Arena.Get(batch.Attributes.Values[ipv6]));
        }

        if (port >= 0)
        {
            writer.WritePropertyName("port"u8);
            writer.WriteRawValue(batch.Arena.Get(batch.Attributes.Values[port]), skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    /// <summary>An event with attributes has them as JSON behind its name, as OpenTelemetry's mapping wants it.</summary>
    private static void WriteAnnotations(Utf8JsonWriter writer, SpanBatch batch, int row)
    {
        var first = row == 0 ? 0 : batch.EventEnds[row - 1];
        if (first == batch.EventEnds[row])
        {
            return;
        }

        writer.WriteStartArray("annotations"u8);
        for (var index = first; index < batch.EventEnds[row]; index++)
        {
            writer.WriteStartObject();
            writer.WriteNumber("timestamp"u8, batch.Events.Times[index] / 1_000);
            var attributes = batch.Events.Attributes;
            if (attributes.StartOf(index) == attributes.EndOf(index))
            {
                writer.WriteString("value"u8, batch.Dictionary.Get(batch.Events.Names[index]));
            }
            else
            {
                writer.WriteString("value"u8, EventText(batch, index));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static ReadOnlySpan<byte> EventText(SpanBatch batch, int index)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, OtlpJsonEncoder.WriterOptions with { Indented = false }))
        {
            json.WriteStartObject();
            json.WriteStartObject(batch.Dictionary.Get(batch.Events.Names[index]));
            var attributes = batch.Events.Attributes;
            for (var entry = attributes.StartOf(index); entry < attributes.EndOf(index); entry++)
            {
                if (!IsRepeated(attributes, attributes.StartOf(index), entry))
                {
                    json.WriteString(batch.Dictionary.Get(attributes.Keys[entry]), TextOf(attributes.Types[entry], batch.Arena.Get(attributes.Values[entry])));
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        // The outer braces belong to no one: "name":{…} is the form.
        return output.WrittenSpan[1..^1];
    }

    private static void WriteTags(Utf8JsonWriter writer, SpanBatch batch, in ZipkinSpanView span)
    {
        var row = span.Row;
        var begun = false;
        var own = batch.Attributes;
        for (var entry = own.StartOf(row); entry < own.EndOf(row); entry++)
        {
            if (!span.IsField(entry) && !IsRepeated(own, own.StartOf(row), entry, span))
            {
                Begin(writer, ref begun);
                writer.WriteString(batch.Dictionary.Get(own.Keys[entry]), TextOf(own.Types[entry], batch.Arena.Get(own.Values[entry])));
            }
        }

        WriteResourceTags(writer, batch, span, ref begun);
        var scope = batch.ScopeIndexes[row];
        WriteTag(writer, "otel.scope.name"u8, batch.Dictionary.Get(batch.Scopes.Names[scope]), ref begun);
        WriteTag(writer, "otel.scope.version"u8, batch.Dictionary.Get(batch.Scopes.Versions[scope]), ref begun);
        WriteStatus(writer, batch, span, ref begun);
        if (begun)
        {
            writer.WriteEndObject();
        }
    }

    private static void WriteResourceTags(Utf8JsonWriter writer, SpanBatch batch, in ZipkinSpanView span, ref bool begun)
    {
        var shared = batch.Resources.Attributes;
        var own = batch.Attributes;
        var resource = batch.ResourceIndexes[span.Row];
        for (var entry = shared.StartOf(resource); entry < shared.EndOf(resource); entry++)
        {
            var key = batch.Dictionary.Get(shared.Keys[entry]);
            var isOwn = own.Keys.Values[own.StartOf(span.Row)..own.EndOf(span.Row)].Contains(shared.Keys[entry]);
            if (!isOwn && !IsRepeated(shared, shared.StartOf(resource), entry) && !key.SequenceEqual("service.name"u8))
            {
                Begin(writer, ref begun);
                writer.WriteString(key, TextOf(shared.Types[entry], batch.Arena.Get(shared.Values[entry])));
            }
        }
    }

    private static void WriteStatus(Utf8JsonWriter writer, SpanBatch batch, in ZipkinSpanView span, ref bool begun)
    {
        var status = batch.Statuses[span.Row];
        if (status == SpanStatus.Unset || span.HasErrorTag || span.HasStatusTag)
        {
            return;
        }

        WriteTag(writer, "otel.status_code"u8, status == SpanStatus.Error ? "ERROR"u8 : "OK"u8, ref begun);
        if (status == SpanStatus.Error)
        {
            var message = batch.Arena.Get(batch.StatusMessages[span.Row]);
            WriteTag(writer, "error"u8, message.IsEmpty ? "true"u8 : message, ref begun);
        }
    }

    private static void WriteTag(Utf8JsonWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ref bool begun)
    {
        if (!value.IsEmpty)
        {
            Begin(writer, ref begun);
            writer.WriteString(key, value);
        }
    }

    private static void Begin(Utf8JsonWriter writer, ref bool begun)
    {
        if (!begun)
        {
            begun = true;
            writer.WriteStartObject("tags"u8);
        }
    }

    /// <summary>Whether an earlier attribute of the list has the same key: JSON can say it once.</summary>
    private static bool IsRepeated(AttributeLists lists, int first, int entry) => lists.Keys.Values[first..entry].Contains(lists.Keys[entry]);

    private static bool IsRepeated(AttributeLists lists, int first, int entry, in ZipkinSpanView span)
    {
        for (var earlier = first; earlier < entry; earlier++)
        {
            if (lists.Keys[earlier] == lists.Keys[entry] && !span.IsField(earlier))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> TextOf(AttributeType type, ReadOnlySpan<byte> text) => type is AttributeType.Array or AttributeType.Map ? PlainJsonWriter.Write(text) : text;
}
