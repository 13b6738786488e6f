using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Clew.Server.Tests.Prometheus;

/// <summary>What of JSON Schema the description of Prometheus's API uses: types, properties, required ones, additional ones, items and their number, enumerations, alternatives, references, times.</summary>
internal sealed class OpenApiSchema
{
    private readonly YamlMappingNode _root;

    private OpenApiSchema(YamlMappingNode root) => _root = root;

    public static OpenApiSchema Load(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(file);
        yaml.Load(reader);
        return new OpenApiSchema((YamlMappingNode)yaml.Documents[0].RootNode);
    }

    /// <summary>What is wrong with an answer; null when nothing is, or the path is not described.</summary>
    /// <param name="path">Without parameters, below <c>/api/v1</c>.</param>
    public string? Check(string path, string method, int status, JsonNode answer)
    {
        var described = ((YamlMappingNode)_root["paths"]).Children.FirstOrDefault(one => Matches(((YamlScalarNode)one.Key).Value!, path)).Value;
        if (described is null)
        {
            return $"{path} is not described";
        }

        var responses = described[method.ToLowerInvariant()]["responses"];
        var response = status == 200 ? responses["200"] : responses["default"];
        return Check(response["content"]["application/json"]["schema"], answer, "$");
    }

    private static bool Matches(string template, string path)
    {
        var (left, right) = (template.Split('/'), path.Split('/'));
        return left.Length == right.Length && left.Zip(right).All(pair => pair.First == pair.Second || pair.First.StartsWith('{'));
    }

    private string? Check(YamlNode schema, JsonNode? value, string place)
    {
        if (Find(schema, "$ref") is YamlScalarNode reference)
        {
            return Check(_root["components"]["schemas"][reference.Value!.Split('/')[^1]], value, place);
        }

        foreach (var alternatives in new[] { "anyOf", "oneOf" })
        {
            if (Find(schema, alternatives) is YamlSequenceNode list)
            {
                var problems = list.Select(one => Check(one, value, place)).ToList();
                return problems.Contains(null) ? null : string.Join("; ", problems);
            }
        }

        if (Find(schema, "enum") is YamlSequenceNode allowed && !allowed.Any(one => ((YamlScalarNode)one).Value == value?.ToString()))
        {
            return $"{place} is {value}";
        }

        return (Find(schema, "type") as YamlScalarNode)?.Value switch
        {
            "object" => value is JsonObject members ? CheckMembers(schema, members, place) : $"{place} is no object",
            "array" => value is JsonArray items ? CheckItems(schema, items, place) : $"{place} is no array",
            "string" => value is not JsonValue text || text.GetValueKind() != System.Text.Json.JsonValueKind.String ? $"{place} is no string"
                : (Find(schema, "format") as YamlScalarNode)?.Value == "date-time" && !DateTimeOffset.TryParse(text.ToString(), CultureInfo.InvariantCulture, out _) ? $"{place} is no time" : null,
            "number" => value is JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number ? null : $"{place} is no number",
            "integer" => value is JsonValue whole && whole.GetValueKind() == System.Text.Json.JsonValueKind.Number && long.TryParse(whole.ToJsonString(), out _) ? null : $"{place} is no whole number",
            "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False ? null : $"{place} is neither true nor false",
            _ => null,
        };
    }

    private string? CheckMembers(YamlNode schema, JsonObject members, string place)
    {
        foreach (var required in Find(schema, "required") as YamlSequenceNode ?? [])
        {
            if (!members.ContainsKey(((YamlScalarNode)required).Value!))
            {
                return $"{place} lacks {required}";
            }
        }

        var properties = Find(schema, "properties") as YamlMappingNode;
        var additional = Find(schema, "additionalProperties");
        foreach (var (name, member) in members)
        {
            var known = properties is null ? null : Find(properties, name);
            if (known is null && additional is YamlScalarNode { Value: "false" })
            {
                return $"{place} has {name}";
            }

            if ((known ?? additional as YamlMappingNode) is { } described && Check(described, member, $"{place}.{name}") is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private string? CheckItems(YamlNode schema, JsonArray items, string place)
    {
        int? Number(string name) => Find(schema, name) is YamlScalarNode { Value: { } text } ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        if (items.Count < (Number("minItems") ?? 0) || items.Count > (Number("maxItems") ?? int.MaxValue))
        {
            return $"{place} has {items.Count} items";
        }

        return Find(schema, "items") is { } described ? items.Select((item, i) => Check(described, item, $"{place}[{i}]")).FirstOrDefault(problem => problem is not null) : null;
    }

    private static YamlNode? Find(YamlNode node, string key) => node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
}
