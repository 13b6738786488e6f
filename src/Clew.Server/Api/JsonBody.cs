using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Server.Api;

/// <summary>Reads small JSON bodies of the native API.</summary>
internal static class JsonBody
{
    /// <summary>Bytes of a body; larger ones are refused with 413.</summary>
    public const long MaxLength = 1 << 20;

    /// <summary>Null, with an error noted, when the body is not what was expected. An empty body is an empty object.</summary>
    public static async Task<T?> ReadAsync<T>(Asking asking, JsonTypeInfo<T> type)
        where T : class
    {
        var body = await ReadBytesAsync(asking);
        return Parse(asking, body.Length == 0 ? "{}"u8.ToArray() : body, type);
    }

    /// <summary>As <see cref="ReadAsync"/>, for a body that was read already and is a list or one element of it.</summary>
    public static T[]? ParseList<T>(Asking asking, ReadOnlyMemory<byte> body, JsonTypeInfo<T[]> type)
    {
        var isSingle = body.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
        return Parse(asking, isSingle ? [(byte)'[', .. body.Span, (byte)']'] : body.ToArray(), type);
    }

    private static async Task<byte[]> ReadBytesAsync(Asking asking)
    {
        if (asking.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxLength;
        }

        using var body = new MemoryStream();
        await asking.Http.Request.Body.CopyToAsync(body, asking.Cancellation);
        return body.ToArray();
    }

    private static T? Parse<T>(Asking asking, byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize(body, type) is { } read)
            {
                return read;
            }

            asking.Query.Refuse("body", "null", "a JSON object");
        }
        catch (JsonException error)
        {
            asking.Query.Refuse(string.IsNullOrEmpty(error.Path) || error.Path == "$" ? "body" : error.Path, null, "JSON with the members that the documentation lists; " + error.Message);
        }

        return null;
    }
}
