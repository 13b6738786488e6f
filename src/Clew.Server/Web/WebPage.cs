using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Web;

/// <summary>The one page of the web interface, with a fresh nonce for the styles that its libraries make at run time.</summary>
internal sealed class WebPage(string html)
{
    /// <summary>Stands in the page where the nonce goes.</summary>
    public const string NoncePlace = "__CLEW_NONCE__";

    /// <summary>
    /// Scripts, styles and requests are the server's own; nothing is loaded from elsewhere, embedded elsewhere or sent elsewhere. Pictures may be
    /// made by the page itself (a downloaded chart), workers are its own files.
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{0}'; style-src-attr 'none'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; "
        + "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly System.Text.CompositeFormat PolicyFormat = System.Text.CompositeFormat.Parse(Policy);

    private readonly bool _isMissing;

    private WebPage(string html, bool isMissing)
        : this(html) => _isMissing = isMissing;

    /// <summary>What stands in when the interface was not built.</summary>
    public static WebPage Missing { get; } = new(
        "<!doctype html><html lang=\"en\"><title>Clew</title><p>The web interface is not part of this build; <code>make build</code> makes it. The API is here: <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p></html>",
        isMissing: true);

    /// <summary>For everything that is served: no guessing of types, no telling other sites where the reader came from.</summary>
    public static void Protect(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>Answers a browser that navigates.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        Protect(response);
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        response.StatusCode = _isMissing && context.Request.Path != "/" ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = string.Format(System.Globalization.CultureInfo.InvariantCulture, PolicyFormat, nonce);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.WriteAsync(html.Replace(NoncePlace, nonce, StringComparison.Ordinal), context.RequestAborted);
    }
}
