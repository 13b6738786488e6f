using System.Text;
using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Jaeger;

/// <summary>Jaeger's <c>SamplingStrategyParameters</c>: the name of the service that asks.</summary>
public static class SamplingRequest
{
    private const uint ServiceTag = (1 << 3) | 2;

    /// <returns>Null when the bytes are no such message.</returns>
    public static string? ReadService(ReadOnlySpan<byte> message)
    {
        var service = string.Empty;
        var reader = new ProtobufReader(message);
        while (reader.NextField(out var tag))
        {
            if (tag == ServiceTag)
            {
                service = Encoding.UTF8.GetString(reader.ReadBytes());
            }
            else
            {
                reader.Skip(tag);
            }
        }

        return reader.Failed ? null : service;
    }
}
