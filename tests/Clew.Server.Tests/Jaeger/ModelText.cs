using System.Text.Json.Nodes;
using Jaeger.ApiV2;

namespace Clew.Server.Tests.Jaeger;

/// <summary>Says spans of Jaeger's protobuf model as the legacy JSON has them, so that both can be compared by <see cref="LegacyText"/>.</summary>
internal static class ModelText
{
    public static IReadOnlyList<string> Spans(IEnumerable<Span> spans) => LegacyText.Spans(new JsonObject
    {
        ["data"] = new JsonArray([.. spans.Select(span => (JsonNode)new JsonObject
        {
            ["traceID"] = Hex(span.TraceId),
            ["spans"] = new JsonArray(ToJson(span)),
            ["processes"] = new JsonObject { ["p1"] = new JsonObject { ["serviceName"] = span.Process.ServiceName, ["tags"] = Tags(span.Process.Tags) } },
        })]),
    });

    private static JsonObject ToJson(Span span) => new()
    {
        ["traceID"] = Hex(span.TraceId),
        ["spanID"] = Hex(span.SpanId),
        ["operationName"] = span.OperationName,
        ["startTime"] = Microseconds(span.StartTime.Seconds, span.StartTime.Nanos),
        ["duration"] = Microseconds(span.Duration?.Seconds ?? 0, span.Duration?.Nanos ?? 0),
        ["references"] = new JsonArray([.. span.References.Select(reference => (JsonNode)new JsonObject
        {
            ["refType"] = reference.RefType == 0 ? "CHILD_OF" : "FOLLOWS_FROM",
            ["traceID"] = Hex(reference.TraceId),
            ["spanID"] = Hex(reference.SpanId),
        })]),
        ["tags"] = Tags(span.Tags),
        ["logs"] = new JsonArray([.. span.Logs.Select(log => (JsonNode)new JsonObject
        {
            ["timestamp"] = Microseconds(log.Timestamp.Seconds, log.Timestamp.Nanos),
            ["fields"] = Tags(log.Fields),
        })]),
        ["processID"] = "p1",
    };

    private static JsonArray Tags(IEnumerable<KeyValue> tags) => new([.. tags.Select(tag => (JsonNode)new JsonObject
    {
        ["key"] = tag.Key,
        ["type"] = new[] { "string", "bool", "int64", "float64", "binary" }[tag.VType],
        ["value"] = tag.VType switch
        {
            0 => tag.VStr,
            1 => tag.VBool,
            2 => tag.VInt64,
            3 => tag.VFloat64,
            _ => tag.VBinary.ToBase64(),
        },
    })]);

    private static long Microseconds(long seconds, int nanoseconds) => (seconds * 1_000_000) + (nanoseconds / 1_000);

    /// <summary>Trace ids whose first half is zero have 16 digits in the legacy JSON.</summary>
    private static string Hex(Google.Protobuf.ByteString id) =>
        id.Span.ToArray() is var bytes && bytes.Length == 16 && bytes.Take(8).All(part => part == 0)
            ? Convert.ToHexStringLower(bytes.AsSpan(8))
            : Convert.ToHexStringLower(bytes);
}
