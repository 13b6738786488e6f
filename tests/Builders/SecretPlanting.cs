using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Clew.Testing;

/// <summary>Appends something to every text of a message or document, however deep: keys, values, names, messages, bytes that hold text.</summary>
internal static class SecretPlanting
{
    public static T Everywhere<T>(T message, string secret)
        where T : IMessage => Everywhere(message, _ => secret);

    /// <param name="plant">From the path of a field, such as <c>spans.name</c>, to what is planted there.</param>
    public static T Everywhere<T>(T message, Func<string, string> plant)
        where T : IMessage
    {
        Plant(message, string.Empty, plant);
        return message;
    }

    /// <param name="plant">From the path of a member to what is planted there; null for a text that must stay as it is.</param>
    public static string Everywhere(string json, Func<string, string?> plant)
    {
        var root = JsonNode.Parse(json)!;
        Plant(root, string.Empty, plant);
        return root.ToJsonString();
    }

    private static void Plant(JsonNode node, string path, Func<string, string?> plant)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    PlantIn(value, path.Length == 0 ? name : $"{path}.{name}", text => members[name] = text, plant);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    var at = i;
                    PlantIn(items[i], path, text => items[at] = text, plant);
                }

                break;
        }
    }

    private static void PlantIn(JsonNode? value, string path, Action<string> set, Func<string, string?> plant)
    {
        if (value is JsonValue scalar && scalar.TryGetValue<string>(out var text))
        {
            if (plant(path) is { } planted)
            {
                set($"{text} {planted}");
            }
        }
        else if (value is not null)
        {
            Plant(value, path, plant);
        }
    }

    private static void Plant(IMessage message, string path, Func<string, string> plant)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (field.IsMap)
            {
                PlantMap((IDictionary<string, string>)field.Accessor.GetValue(message), at, plant);
            }
            else if (field.IsRepeated)
            {
                PlantList(field, (System.Collections.IList)field.Accessor.GetValue(message), at, plant);
            }
            else if (field.ContainingOneof is { } choice && choice.Accessor.GetCaseFieldDescriptor(message) != field)
            {
                continue;
            }
            else if (field.FieldType == FieldType.Message)
            {
                if (field.Accessor.GetValue(message) is IMessage inner)
                {
                    Plant(inner, at, plant);
                }
            }
            else if (field.FieldType == FieldType.String)
            {
                field.Accessor.SetValue(message, $"{field.Accessor.GetValue(message)} {plant(at)}");
            }
            else if (field.FieldType == FieldType.Bytes && field.Name == "bytes_value")
            {
                field.Accessor.SetValue(message, ByteString.CopyFromUtf8(plant(at)));
            }
        }
    }

    private static void PlantList(FieldDescriptor field, System.Collections.IList list, string path, Func<string, string> plant)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (field.FieldType == FieldType.Message)
            {
                Plant((IMessage)list[i]!, path, plant);
            }
            else if (field.FieldType == FieldType.String)
            {
                list[i] = $"{list[i]} {plant(path)}";
            }
        }
    }

    private static void PlantMap(IDictionary<string, string> map, string path, Func<string, string> plant)
    {
        foreach (var (key, value) in map.ToList())
        {
            map.Remove(key);
            map[$"{key} {plant(path + ".key")}"] = $"{value} {plant(path + ".value")}";
        }
    }
}
