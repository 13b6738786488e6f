using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>Takes the tags of a span, an event or a process in one of the forms Jaeger writes them in.</summary>
internal interface IJaegerTagSink
{
    void String(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    void Bool(ReadOnlySpan<byte> key, bool value);

    void Int(ReadOnlySpan<byte> key, long value);

    void Double(ReadOnlySpan<byte> key, double value);

    /// <param name="base64">As attributes hold bytes.</param>
    void Binary(ReadOnlySpan<byte> key, ReadOnlySpan<byte> base64);
}

/// <summary>What tags a span has in Jaeger: its attributes, and scope, kind, status and trace state as the OpenTelemetry Collector's Jaeger translator maps them.</summary>
internal static class JaegerTags
{
    public static void OfSpan<TSink>(TSink sink, SpanBatch batch, int row)
        where TSink : IJaegerTagSink
    {
        var scope = batch.ScopeIndexes[row];
        StringIfAny(sink, "otel.scope.name"u8, batch.Dictionary.Get(batch.Scopes.Names[scope]));
        StringIfAny(sink, "otel.scope.version"u8, batch.Dictionary.Get(batch.Scopes.Versions[scope]));
        OfList(sink, batch, batch.Attributes, row);
        var kind = batch.Kinds[row] switch
        {
            SpanKind.Internal => "internal"u8,
            SpanKind.Server => "server"u8,
            SpanKind.Client => "client"u8,
            SpanKind.Producer => "producer"u8,
            SpanKind.Consumer => "consumer"u8,
            _ => default,
        };
        StringIfAny(sink, "span.kind"u8, kind);
        if (batch.Statuses[row] == SpanStatus.Error)
        {
            sink.String("otel.status_code"u8, "ERROR"u8);
            sink.Bool("error"u8, true);
        }
        else if (batch.Statuses[row] == SpanStatus.Ok)
        {
            sink.String("otel.status_code"u8, "OK"u8);
        }

        StringIfAny(sink, "otel.status_description"u8, batch.Arena.Get(batch.StatusMessages[row]));
        StringIfAny(sink, "w3c.tracestate"u8, batch.Arena.Get(batch.TraceStates[row]));
    }

    /// <param name="index">Into the batch's events.</param>
    public static void OfEvent<TSink>(TSink sink, SpanBatch batch, int index)
        where TSink : IJaegerTagSink
    {
        if (!Has(batch, batch.Events.Attributes, index, "event"u8))
        {
            StringIfAny(sink, "event"u8, batch.Dictionary.Get(batch.Events.Names[index]));
        }

        OfList(sink, batch, batch.Events.Attributes, index);
    }

    /// <summary>Of a process: the resource's attributes without the service's name, which has a field of its own.</summary>
    public static void OfResource<TSink>(TSink sink, SpanBatch batch, int resource)
        where TSink : IJaegerTagSink
    {
        var attributes = batch.Resources.Attributes;
        for (var entry = attributes.StartOf(resource); entry < attributes.EndOf(resource); entry++)
        {
            if (!batch.Dictionary.Get(attributes.Keys[entry]).SequenceEqual("service.name"u8))
            {
                OfAttribute(sink, batch.Dictionary.Get(attributes.Keys[entry]), attributes.Types[entry], batch.Arena.Get(attributes.Values[entry]));
            }
        }
    }

    private static void OfList<TSink>(TSink sink, SpanBatch batch, AttributeLists lists, int list)
        where TSink : IJaegerTagSink
    {
        for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
        {
            OfAttribute(sink, batch.Dictionary.Get(lists.Keys[entry]), lists.Types[entry], batch.Arena.Get(lists.Values[entry]));
        }
    }

    private static void OfAttribute<TSink>(TSink sink, ReadOnlySpan<byte> key, AttributeType type, ReadOnlySpan<byte> text)
        where TSink : IJaegerTagSink
    {
        switch (type)
        {
            case AttributeType.Bool:
                sink.Bool(key, text.SequenceEqual(AttributeText.True));
                break;
            case AttributeType.Int:
                sink.Int(key, AttributeTextReader.ParseInt(text));
                break;
            case AttributeType.Double:
                sink.Double(key, AttributeTextReader.ParseDouble(text));
                break;
            case AttributeType.Bytes:
                sink.Binary(key, text);
                break;
            case AttributeType.Array:
            case AttributeType.Map:
                sink.String(key, PlainJsonWriter.Write(text));
                break;
            default:
                sink.String(key, text);
                break;
        }
    }

    private static void StringIfAny<TSink>(TSink sink, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        where TSink : IJaegerTagSink
    {
        if (!value.IsEmpty)
        {
            sink.String(key, value);
        }
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
}
