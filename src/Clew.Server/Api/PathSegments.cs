using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Server.Api;

/// <summary>Names in a path as they were sent: routing leaves <c>%2F</c> in them undecoded, so that it cannot be told from a name that says "%2F".</summary>
internal static class PathSegments
{
    /// <param name="context">The request.</param>
    /// <param name="fromEnd">1 for the last segment.</param>
    public static string Decode(HttpContext context, int fromEnd)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? string.Empty;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var segments = (question < 0 ? target : target[..question]).TrimEnd('/').Split('/');
        return fromEnd <= segments.Length ? Uri.UnescapeDataString(segments[^fromEnd]) : string.Empty;
    }
}
