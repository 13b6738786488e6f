using System.Text.Json;
using Clew.Protocols.Decoding;

namespace Clew.Protocols.Otlp.Json;

/// <summary>
/// Requests with the names of the protobuf fields as they stand in OpenTelemetry's files (<c>resource_spans</c>). OTLP/JSON has them in lowerCamelCase
/// only, and unknown names are passed over: such a request would have nothing in it, and its sender would be told that all is well. Printers of protobuf
/// write these names when asked to, and OpenTelemetry's collector takes them; so they are taken here too.
/// </summary>
internal static class OriginalNames
{
    /// <summary>Members without which nothing is found.</summary>
    private static readonly byte[][] Containers =
        [.. new[] { "resource_spans", "resource_logs", "resource_metrics", "scope_spans", "scope_logs", "scope_metrics" }.Select(name => System.Text.Encoding.ASCII.GetBytes($"\"{name}\""))];

    /// <summary>Whether a request in which nothing was found may have them.</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> json)
    {
        foreach (var name in Containers)
        {
            if (json.IndexOf(name) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The request with the names of all members in lowerCamelCase; keys of attributes are values and stay.</summary>
    /// <param name="json">Has been read to its end before: it is JSON.</param>
    public static byte[] ToCamelCase(ReadOnlySpan<byte> json)
    {
        var written = new byte[json.Length];
        var (length, copied) = (0, 0);
        var reader = new Utf8JsonReader(json, JsonFields.Options);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueSpan.Contains((byte)'_'))
            {
                continue;
            }

            // Behind the opening quote.
            var start = (int)reader.TokenStartIndex + 1;
            json[copied..start].CopyTo(written.AsSpan(length));
            length += start - copied;
            copied = start + reader.ValueSpan.Length;
            var isFirst = false;
            foreach (var b in reader.ValueSpan)
            {
                if (b != '_')
                {
                    written[length++] = isFirst && b is >= (byte)'a' and <= (byte)'z' ? (byte)(b - 0x20) : b;
                }

                isFirst = b == '_';
            }
        }

        json[copied..].CopyTo(written.AsSpan(length));
        return written[..(length + json.Length - copied)];
    }
}
