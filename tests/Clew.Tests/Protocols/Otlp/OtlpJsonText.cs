using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>
/// Between protobuf's own JSON mapping, which Google's classes read and write, and OTLP's: ids are hex instead of base64, enums are integers.
/// </summary>
internal static class OtlpJsonText
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatEnumsAsIntegers(true));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };
    private static readonly JsonSerializerOptions DeepWriting = new() { MaxDepth = 512 };

    public static byte[] Write(IMessage request)
    {
        var root = JsonNode.Parse(Formatter.Format(request), null, Deep)!;
        ReplaceIds(root, text => Convert.ToHexString(Convert.FromBase64String(text)));
        return JsonSerializer.SerializeToUtf8Bytes(root, DeepWriting);
    }

    public static T Read<T>(ReadOnlySpan<byte> json)
        where T : IMessage, new()
    {
        var root = JsonNode.Parse(json, null, Deep)!;
        ReplaceIds(root, text => Convert.ToBase64String(Convert.FromHexString(text)));
        return Parser.Parse<T>(root.ToJsonString(DeepWriting));
    }

    private static void ReplaceIds(JsonNode? node, Func<string, string> convert)
    {
        if (node is JsonArray array)
        {
            foreach (var element in array)
            {
                ReplaceIds(element, convert);
            }
        }
        else if (node is JsonObject message)
        {
            foreach (var (name, value) in message.ToList())
            {
                if (name is "traceId" or "spanId" or "parentSpanId")
                {
                    message[name] = value == null ? null : convert(value.GetValue<string>());
                }
                else
                {
                    ReplaceIds(value, convert);
                }
            }
        }
    }
}
