using System.Buffers;
using System.Text.Json;

namespace Clew.Protocols.Otlp;

/// <summary>Small messages in arrays of their own.</summary>
internal static class OwnBytes
{
    public static byte[] Of(Action<IBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] OfJson(Action<Utf8JsonWriter> write) => Of(buffer =>
    {
        using var json = new Utf8JsonWriter(buffer);
        write(json);
    });
}
