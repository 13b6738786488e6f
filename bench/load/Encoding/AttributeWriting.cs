namespace Clew.Load.Encoding;

/// <summary><c>opentelemetry.proto.common.v1.KeyValue</c> in a repeated field.</summary>
internal static class AttributeWriting
{
    public static void Attribute(this TemplateWriter writer, int field, string key, string value, int trace = 0)
    {
        writer.Open(field, key);
        writer.Text(1, value, trace);
        writer.Close();
    }

    public static void Attribute(this TemplateWriter writer, int field, string key, long value)
    {
        writer.Open(field, key);
        writer.Varint(3, (ulong)value);
        writer.Close();
    }

    public static void Attribute(this TemplateWriter writer, int field, string key, bool value)
    {
        writer.Open(field, key);
        writer.Varint(2, value ? 1UL : 0);
        writer.Close();
    }

    public static void Attribute(this TemplateWriter writer, int field, string key, double value)
    {
        writer.Open(field, key);
        writer.Double(4, value);
        writer.Close();
    }

    /// <summary>An integer from 16384 to 65535 that differs with every trace.</summary>
    public static void RandomInteger(this TemplateWriter writer, int field, string key, int trace, long salt)
    {
        writer.Open(field, key);
        writer.VarintGap(3, trace, salt);
        writer.Close();
    }

    /// <summary>A double around 50 that differs with every trace.</summary>
    public static void RandomAmount(this TemplateWriter writer, int field, string key, int trace, long salt)
    {
        writer.Open(field, key);
        writer.Fixed64Gap(4, SlotKind.Amount, trace, salt);
        writer.Close();
    }

    private static void Open(this TemplateWriter writer, int field, string key)
    {
        writer.Begin(field);
        writer.Text(1, key);
        writer.Begin(2);
    }

    private static void Close(this TemplateWriter writer)
    {
        writer.End();
        writer.End();
    }
}
