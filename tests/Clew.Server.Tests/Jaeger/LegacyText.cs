using System.Globalization;
using System.Text.Json.Nodes;

namespace Clew.Server.Tests.Jaeger;

/// <summary>
/// Says spans of Jaeger's legacy JSON in texts that can be compared, and says what the legacy JSON of an OTLP span must be, written down here
/// a second time on purpose.
/// </summary>
internal static class LegacyText
{
    private static readonly string[] Kinds = ["", "internal", "server", "client", "producer", "consumer"];

    /// <param name="answer">The whole answer, with <c>data</c>.</param>
    public static IReadOnlyList<string> Spans(JsonNode answer)
    {
        var texts = new List<string>();
        foreach (var trace in OtlpText.Items(answer["data"]))
        {
            foreach (var span in OtlpText.Items(trace["spans"]))
            {
                span["traceID"]!.ToString().ShouldBe(trace["traceID"]!.ToString());
                var process = trace["processes"]![span["processID"]!.ToString()]!;
                texts.Add(Write(
                    span["traceID"]!.ToString(),
                    span["spanID"]!.ToString(),
                    span["operationName"]!.ToString(),
                    long.Parse(span["startTime"]!.ToString(), CultureInfo.InvariantCulture),
                    long.Parse(span["duration"]!.ToString(), CultureInfo.InvariantCulture),
                    OtlpText.Items(span["references"]).Select(reference => $"{reference["refType"]} {reference["traceID"]} {reference["spanID"]}"),
                    Tags(span["tags"]),
                    OtlpText.Items(span["logs"]).Select(log => $"{log["timestamp"]} {string.Join(' ', Tags(log["fields"]).Order(StringComparer.Ordinal))}"),
                    process["serviceName"]!.ToString(),
                    Tags(process["tags"])));
            }
        }

        texts.Sort(StringComparer.Ordinal);
        return texts;
    }

    /// <param name="document">OTLP/JSON with <c>resourceSpans</c>.</param>
    public static IReadOnlyList<string> Expected(JsonNode document)
    {
        var texts = new List<string>();
        foreach (var (resource, scope, span) in OtlpText.Each(document))
        {
            var start = Microseconds(span["startTimeUnixNano"]);
            var nanoseconds = Number(span["endTimeUnixNano"]) - Number(span["startTimeUnixNano"]);
            var references = new List<string>();
            if (span["parentSpanId"]?.ToString() is { Length: > 0 } parent)
            {
                references.Add($"CHILD_OF {Id(span["traceId"]!.ToString())} {parent}");
            }

            references.AddRange(OtlpText.Items(span["links"]).Select(link => $"{ReferenceType(link)} {Id(link["traceId"]!.ToString())} {link["spanId"]}"));
            var attributes = OtlpText.Items(resource?["attributes"]).ToList();
            texts.Add(Write(
                Id(span["traceId"]!.ToString()),
                span["spanId"]!.ToString(),
                span["name"]?.ToString() ?? string.Empty,
                start,
                Math.Max(0, nanoseconds) / 1_000,
                references,
                [.. OtlpText.Items(span["attributes"]).Select(Attribute), .. SpanTags(scope, span)],
                OtlpText.Items(span["events"]).Select(Event),
                attributes.FirstOrDefault(attribute => attribute["key"]!.ToString() == "service.name")?["value"]!["stringValue"]!.ToString() ?? "unknown_service",
                attributes.Where(attribute => attribute["key"]!.ToString() != "service.name").Select(Attribute)));
        }

        texts.Sort(StringComparer.Ordinal);
        return texts;
    }

    private static string Write(
        string trace, string id, string name, long start, long duration, IEnumerable<string> references, IEnumerable<string> tags, IEnumerable<string> logs, string service, IEnumerable<string> processTags) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{trace} {id} '{name}' {start}+{duration} refs[{Sorted(references)}] tags[{Sorted(tags)}] logs[{Sorted(logs)}] process {service}[{Sorted(processTags)}]");

    private static string Sorted(IEnumerable<string> texts) => string.Join("; ", texts.Order(StringComparer.Ordinal));

    private static IEnumerable<string> Tags(JsonNode? tags) => OtlpText.Items(tags).Select(tag => $"{tag["key"]}={tag["type"]}:{tag["value"]}");

    private static IEnumerable<string> SpanTags(JsonNode? scope, JsonNode span)
    {
        if (scope?["name"]?.ToString() is { Length: > 0 } name)
        {
            yield return $"otel.scope.name=string:{name}";
        }

        if (scope?["version"]?.ToString() is { Length: > 0 } version)
        {
            yield return $"otel.scope.version=string:{version}";
        }

        if (Number(span["kind"]) is > 0 and var kind)
        {
            yield return $"span.kind=string:{Kinds[kind]}";
        }

        switch (Number(span["status"]?["code"]))
        {
            case 1:
                yield return "otel.status_code=string:OK";
                break;
            case 2:
                yield return "otel.status_code=string:ERROR";
                yield return "error=bool:true";
                break;
        }

        if (span["status"]?["message"]?.ToString() is { Length: > 0 } message)
        {
            yield return $"otel.status_description=string:{message}";
        }

        if (span["traceState"]?.ToString() is { Length: > 0 } state)
        {
            yield return $"w3c.tracestate=string:{state}";
        }
    }

    /// <summary>A link may say in OpenTracing's words that it is a parent.</summary>
    private static string ReferenceType(JsonNode link) =>
        OtlpText.Items(link["attributes"]).Any(attribute => Attribute(attribute) == "opentracing.ref_type=string:child_of") ? "CHILD_OF" : "FOLLOWS_FROM";

    private static string Event(JsonNode item)
    {
        var fields = OtlpText.Items(item["attributes"]).Select(Attribute);
        if (item["name"]?.ToString() is { Length: > 0 } name)
        {
            fields = fields.Append($"event=string:{name}");
        }

        return $"{Microseconds(item["timeUnixNano"])} {string.Join(' ', fields.Order(StringComparer.Ordinal))}";
    }

    private static string Attribute(JsonNode attribute)
    {
        var value = attribute["value"]!.AsObject().First();
        var type = value.Key switch
        {
            "stringValue" => "string",
            "intValue" => "int64",
            "doubleValue" => "float64",
            "boolValue" => "bool",
            "bytesValue" => "binary",
            _ => throw new NotSupportedException(value.Key),
        };
        return $"{attribute["key"]}={type}:{value.Value}";
    }

    private static long Number(JsonNode? node) => node is null ? 0 : long.Parse(node.ToString(), CultureInfo.InvariantCulture);

    private static long Microseconds(JsonNode? nanoseconds) => Number(nanoseconds) / 1_000;

    /// <summary>Jaeger writes 64-bit ids in 16 digits.</summary>
    private static string Id(string id) => id.StartsWith("0000000000000000", StringComparison.Ordinal) ? id[16..] : id;
}
