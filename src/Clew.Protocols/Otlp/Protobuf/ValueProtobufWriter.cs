using Clew.Protocols.Protobuf;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Protobuf;

/// <summary>Writes attribute lists and values as OTLP's KeyValue and AnyValue messages.</summary>
internal static class ValueProtobufWriter
{
    public static void WriteAttributes(ProtobufWriter writer, uint tag, TelemetryBatch batch, AttributeLists lists, int list)
    {
        for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
        {
            var pair = writer.Begin(tag);
            writer.BytesIfAny(OtlpTags.KeyValue.Key, batch.Dictionary.Get(lists.Keys[entry]));
            var value = writer.Begin(OtlpTags.KeyValue.Value);
            WriteValue(writer, lists.Types[entry], batch.Arena.Get(lists.Values[entry]));
            writer.End(value);
            writer.End(pair);
        }
    }

    /// <summary>Writes the fields of an AnyValue. Members of a oneof are written even when they have the default.</summary>
    public static void WriteValue(ProtobufWriter writer, AttributeType type, ReadOnlySpan<byte> text)
    {
        switch (type)
        {
            case AttributeType.String:
                writer.Bytes(OtlpTags.AnyValue.String, text);
                break;
            case AttributeType.Int:
                writer.Varint(OtlpTags.AnyValue.Int, (ulong)AttributeTextReader.ParseInt(text));
                break;
            case AttributeType.Double:
                writer.Double(OtlpTags.AnyValue.Double, AttributeTextReader.ParseDouble(text));
                break;
            case AttributeType.Bool:
                writer.Varint(OtlpTags.AnyValue.Bool, text.SequenceEqual(AttributeText.True) ? 1UL : 0UL);
                break;
            case AttributeType.Bytes:
                writer.Bytes(OtlpTags.AnyValue.Bytes, AttributeTextReader.ParseBytes(text));
                break;
            case AttributeType.Array:
            case AttributeType.Map:
                var reader = new AttributeTextReader(text);
                reader.Read();
                WriteToken(writer, ref reader);
                break;
            default:
                break;
        }
    }

    private static void WriteToken(ProtobufWriter writer, ref AttributeTextReader reader)
    {
        switch (reader.Token)
        {
            case AttributeTextToken.String:
                writer.Bytes(OtlpTags.AnyValue.String, reader.Text);
                break;
            case AttributeTextToken.Int:
                writer.Varint(OtlpTags.AnyValue.Int, (ulong)reader.Int);
                break;
            case AttributeTextToken.Double:
                writer.Double(OtlpTags.AnyValue.Double, reader.Double);
                break;
            case AttributeTextToken.Bool:
                writer.Varint(OtlpTags.AnyValue.Bool, reader.Bool ? 1UL : 0UL);
                break;
            case AttributeTextToken.Bytes:
                writer.Bytes(OtlpTags.AnyValue.Bytes, AttributeTextReader.ParseBytes(reader.Text));
                break;
            case AttributeTextToken.BeginArray:
                var array = writer.Begin(OtlpTags.AnyValue.Array);
                while (reader.Read() && reader.Token != AttributeTextToken.EndArray)
                {
                    var element = writer.Begin(OtlpTags.AnyValue.Values);
                    WriteToken(writer, ref reader);
                    writer.End(element);
                }

                writer.End(array);
                break;
            case AttributeTextToken.BeginMap:
                var map = writer.Begin(OtlpTags.AnyValue.Map);
                while (reader.Read() && reader.Token != AttributeTextToken.EndMap)
                {
                    var pair = writer.Begin(OtlpTags.AnyValue.Values);
                    writer.BytesIfAny(OtlpTags.KeyValue.Key, reader.Text);
                    reader.Read();
                    var value = writer.Begin(OtlpTags.KeyValue.Value);
                    WriteToken(writer, ref reader);
                    writer.End(value);
                    writer.End(pair);
                }

                writer.End(map);
                break;
            default:
                break;
        }
    }
}
