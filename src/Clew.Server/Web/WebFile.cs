using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Clew.Server.Web;

/// <summary>One file of the web interface.</summary>
/// <param name="path">Relative to the site's root, with slashes.</param>
/// <param name="twins">The same content compressed, best first.</param>
internal sealed class WebFile(string path, string file, string contentType, IReadOnlyList<(string Encoding, string File)> twins)
{
    /// <summary>Names under this folder contain a digest of their content: they never change.</summary>
    private const string Digested = "assets/";

    public string Path => path;

    public Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        WebPage.Protect(response);
        response.ContentType = contentType;
        response.Headers.CacheControl = path.StartsWith(Digested, StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        var (encoding, source) = Best(context.Request);
        if (encoding.Length > 0)
        {
            response.Headers.ContentEncoding = encoding;
        }

        response.ContentLength = new FileInfo(source).Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.SendFileAsync(source, context.RequestAborted);
    }

    private (string Encoding, string File) Best(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        foreach (var twin in twins)
        {
            if (accepted.Any(a => a.Quality is not 0 && a.Value.Equals(twin.Encoding, StringComparison.OrdinalIgnoreCase)))
            {
                return twin;
            }
        }

        return (string.Empty, file);
    }
}
