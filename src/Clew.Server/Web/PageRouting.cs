using Clew.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Web;

/// <summary>Shows the page at every address that a browser navigates to and that nothing else answers: the page itself knows what its address means.</summary>
internal static class PageRouting
{
    /// <summary>Runs after routing: what an API answers, be it a refusal, stays as it is.</summary>
    public static void UsePages(this IApplicationBuilder app) => app.Use((context, next) =>
        context.GetEndpoint() is null && IsNavigation(context) ? context.RequestServices.GetRequiredService<WebFiles>().Page.AnswerAsync(context) : next(context));

    private static bool IsNavigation(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && (context.Features.Get<Door>() ?? Door.Native).Kind == DoorKind.Native
        && (context.Request.Path == "/" || context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase));
}
