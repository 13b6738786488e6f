using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Clew.Testing;

/// <summary>Appends a secret to every text of a message, however deep: keys, values, names, messages, bytes that hold text.</summary>
internal static class SecretPlanting
{
    public static T Everywhere<T>(T message, string secret)
        where T : IMessage
    {
        Plant(message, secret);
        return message;
    }

    private static void Plant(IMessage message, string secret)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsRepeated)
            {
                PlantList(field, (System.Collections.IList)field.Accessor.GetValue(message), secret);
            }
            else if (field.ContainingOneof is { } choice && choice.Accessor.GetCaseFieldDescriptor(message) != field)
            {
                continue;
            }
            else if (field.FieldType == FieldType.Message)
            {
                if (field.Accessor.GetValue(message) is IMessage inner)
                {
                    Plant(inner, secret);
                }
            }
            else if (field.FieldType == FieldType.String)
            {
                field.Accessor.SetValue(message, $"{field.Accessor.GetValue(message)} {secret}");
            }
            else if (field.FieldType == FieldType.Bytes && field.Name == "bytes_value")
            {
                field.Accessor.SetValue(message, ByteString.CopyFromUtf8(secret));
            }
        }
    }

    private static void PlantList(FieldDescriptor field, System.Collections.IList list, string secret)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (field.FieldType == FieldType.Message)
            {
                Plant((IMessage)list[i]!, secret);
            }
            else if (field.FieldType == FieldType.String)
            {
                list[i] = $"{list[i]} {secret}";
            }
        }
    }
}
