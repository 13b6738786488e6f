using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Clew.Benchmarks.Workloads;

/// <summary>Rewrites a protobuf trace request as OTLP/JSON, so that both formats are measured on the same spans.</summary>
internal static class OtlpJsonText
{
    private enum Form
    {
        Message,
        Text,
        Hex,
        Integer,
        DecimalText,
        Boolean,
        Double,
    }

    private sealed record Field(string Name, Form Form, bool Repeated = false, Func<Dictionary<int, Field>>? Of = null);

    private static readonly Dictionary<int, Field> AnyValue = new()
    {
        [1] = new("stringValue", Form.Text),
        [2] = new("boolValue", Form.Boolean),
        [3] = new("intValue", Form.DecimalText),
        [4] = new("doubleValue", Form.Double),
    };

    private static readonly Dictionary<int, Field> KeyValue = new() { [1] = new("key", Form.Text), [2] = new("value", Form.Message, false, () => AnyValue) };

    private static readonly Field Attributes = new("attributes", Form.Message, true, () => KeyValue);

    private static readonly Dictionary<int, Field> Event = new() { [1] = new("timeUnixNano", Form.DecimalText), [2] = new("name", Form.Text), [3] = Attributes };

    private static readonly Dictionary<int, Field> Link = new() { [1] = new("traceId", Form.Hex), [2] = new("spanId", Form.Hex), [4] = Attributes };

    private static readonly Dictionary<int, Field> Status = new() { [2] = new("message", Form.Text), [3] = new("code", Form.Integer) };

    private static readonly Dictionary<int, Field> Span = new()
    {
        [1] = new("traceId", Form.Hex),
        [2] = new("spanId", Form.Hex),
        [4] = new("parentSpanId", Form.Hex),
        [5] = new("name", Form.Text),
        [6] = new("kind", Form.Integer),
        [7] = new("startTimeUnixNano", Form.DecimalText),
        [8] = new("endTimeUnixNano", Form.DecimalText),
        [9] = Attributes,
        [11] = new("events", Form.Message, true, () => Event),
        [13] = new("links", Form.Message, true, () => Link),
        [15] = new("status", Form.Message, false, () => Status),
        [16] = new("flags", Form.Integer),
    };

    private static readonly Dictionary<int, Field> Scope = new() { [1] = new("name", Form.Text), [2] = new("version", Form.Text) };

    private static readonly Dictionary<int, Field> ScopeSpans = new() { [1] = new("scope", Form.Message, false, () => Scope), [2] = new("spans", Form.Message, true, () => Span) };

    private static readonly Dictionary<int, Field> Resource = new() { [1] = Attributes };

    private static readonly Dictionary<int, Field> ResourceSpans = new()
    {
        [1] = new("resource", Form.Message, false, () => Resource),
        [2] = new("scopeSpans", Form.Message, true, () => ScopeSpans),
        [3] = new("schemaUrl", Form.Text),
    };

    private static readonly Dictionary<int, Field> Request = new() { [1] = new("resourceSpans", Form.Message, true, () => ResourceSpans) };

    public static byte[] OfTraces(ReadOnlySpan<byte> request)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            Write(json, request, Request);
        }

        return text.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> message, Dictionary<int, Field> fields)
    {
        json.WriteStartObject();
        var open = 0;
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            var number = (int)(tag >> 3);
            var field = fields[number];
            if (open != 0 && open != number)
            {
                json.WriteEndArray();
                open = 0;
            }

            if (open == 0)
            {
                json.WritePropertyName(field.Name);
                if (field.Repeated)
                {
                    json.WriteStartArray();
                    open = number;
                }
            }

            Value(json, ref message, (int)(tag & 7), field);
        }

        if (open != 0)
        {
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, ref ReadOnlySpan<byte> message, int wireType, Field field)
    {
        if (wireType == 2)
        {
            var bytes = Take(ref message, (int)Varint(ref message));
            if (field.Form == Form.Message)
            {
                Write(json, bytes, field.Of!());
            }
            else
            {
                json.WriteStringValue(field.Form == Form.Hex ? Convert.ToHexStringLower(bytes) : Encoding.UTF8.GetString(bytes));
            }

            return;
        }

        var number = wireType switch
        {
            0 => Varint(ref message),
            1 => BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, 8)),
            5 => BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, 4)),
            _ => throw new InvalidDataException($"Wire type {wireType} is not expected."),
        };
        switch (field.Form)
        {
            case Form.Integer:
                json.WriteNumberValue(number);
                break;
            case Form.Boolean:
                json.WriteBooleanValue(number != 0);
                break;
            case Form.Double:
                json.WriteNumberValue(BitConverter.UInt64BitsToDouble(number));
                break;
            default:
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; ; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }
    }
}
