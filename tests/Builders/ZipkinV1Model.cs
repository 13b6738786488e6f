using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Clew.Testing;

/// <param name="Ipv4">Empty for none.</param>
/// <param name="Port">0 for none.</param>
internal sealed record ZipkinV1Endpoint(string Service, string Ipv4, int Port);

internal sealed record ZipkinV1Annotation(long Time, string Value, ZipkinV1Endpoint? Endpoint);

/// <param name="Value">A string, or true.</param>
internal sealed record ZipkinV1Tag(string Key, object Value, ZipkinV1Endpoint? Endpoint);

/// <summary>A span of Zipkin's version 1 and its bytes in both formats that carry it. Times are microseconds.</summary>
internal sealed record ZipkinV1Model(ulong TraceHigh, ulong TraceLow, ulong Id, ulong Parent, string Name)
{
    public long Timestamp { get; init; }

    public long Duration { get; init; }

    public bool Debug { get; init; }

    public IReadOnlyList<ZipkinV1Annotation> Annotations { get; init; } = [];

    public IReadOnlyList<ZipkinV1Tag> Tags { get; init; } = [];

    public static byte[] ToThrift(IReadOnlyList<ZipkinV1Model> spans)
    {
        var writer = new ThriftWriter(compact: false);
        WriteList(writer, spans);
        return writer.ToArray();
    }

    /// <summary>A call of the Jaeger agent's emitZipkinBatch.</summary>
    public static byte[] ToAgentMessage(IReadOnlyList<ZipkinV1Model> spans, bool compact)
    {
        var writer = new ThriftWriter(compact).Message("emitZipkinBatch").BeginStruct().Field(1, ThriftWriter.List);
        WriteList(writer, spans);
        return writer.EndStruct().ToArray();
    }

    public static string ToJson(IReadOnlyList<ZipkinV1Model> spans) => new JsonArray([.. spans.Select(span => span.ToJson())]).ToJsonString();

    private static void WriteList(ThriftWriter writer, IReadOnlyList<ZipkinV1Model> spans)
    {
        writer.BeginList(ThriftWriter.Struct, spans.Count);
        foreach (var span in spans)
        {
            span.Write(writer);
        }
    }

    private JsonObject ToJson()
    {
        var span = new JsonObject
        {
            ["traceId"] = TraceHigh == 0 ? Hex(TraceLow) : Hex(TraceHigh) + Hex(TraceLow),
            ["name"] = Name,
            ["id"] = Hex(Id),
            ["annotations"] = new JsonArray([.. Annotations.Select(annotation => Add(new JsonObject { ["timestamp"] = annotation.Time, ["value"] = annotation.Value }, annotation.Endpoint))]),
            ["binaryAnnotations"] = new JsonArray([.. Tags.Select(tag => Add(new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value is string text ? text : true }, tag.Endpoint))]),
        };
        if (Parent != 0)
        {
            span["parentId"] = Hex(Parent);
        }

        if (Timestamp != 0)
        {
            span["timestamp"] = Timestamp;
        }

        if (Duration != 0)
        {
            span["duration"] = Duration;
        }

        if (Debug)
        {
            span["debug"] = true;
        }

        return span;
    }

    private static JsonObject Add(JsonObject to, ZipkinV1Endpoint? endpoint)
    {
        if (endpoint is not null)
        {
            var written = new JsonObject { ["serviceName"] = endpoint.Service };
            if (endpoint.Ipv4.Length > 0)
            {
                written["ipv4"] = endpoint.Ipv4;
            }

            if (endpoint.Port != 0)
            {
                written["port"] = endpoint.Port;
            }

            to["endpoint"] = written;
        }

        return to;
    }

    private static string Hex(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);

    private static void Write(ThriftWriter writer, short field, ZipkinV1Endpoint? endpoint)
    {
        if (endpoint is not null)
        {
            writer.Field(field, ThriftWriter.Struct).BeginStruct()
                .Field(1, endpoint.Ipv4.Length == 0 ? 0 : BinaryPrimitives.ReadInt32BigEndian(IPAddress.Parse(endpoint.Ipv4).GetAddressBytes()))
                .Field(2, ThriftWriter.I16).Int16((short)endpoint.Port)
                .Field(3, endpoint.Service)
                .EndStruct();
        }
    }

    private void Write(ThriftWriter writer)
    {
        writer.BeginStruct().Field(1, (long)TraceLow).Field(3, Name).Field(4, (long)Id);
        if (Parent != 0)
        {
            writer.Field(5, (long)Parent);
        }

        writer.ListField(6, ThriftWriter.Struct, Annotations.Count);
        foreach (var annotation in Annotations)
        {
            writer.BeginStruct().Field(1, annotation.Time).Field(2, annotation.Value);
            Write(writer, 3, annotation.Endpoint);
            writer.EndStruct();
        }

        writer.ListField(8, ThriftWriter.Struct, Tags.Count);
        foreach (var tag in Tags)
        {
            writer.BeginStruct().Field(1, tag.Key);
            _ = tag.Value is string text ? writer.Field(2, text).Field(3, 6) : writer.Field(2, [1]).Field(3, 0);
            Write(writer, 4, tag.Endpoint);
            writer.EndStruct();
        }

        writer.Field(9, Debug);
        if (Timestamp != 0)
        {
            writer.Field(10, Timestamp);
        }

        if (Duration != 0)
        {
            writer.Field(11, Duration);
        }

        if (TraceHigh != 0)
        {
            writer.Field(12, (long)TraceHigh);
        }

        writer.EndStruct();
    }
}
