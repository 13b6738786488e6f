using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace Shop.Http;

/// <summary>
/// Completes the spans of ASP.NET Core with what the conventions for HTTP servers ask and the framework, in this version, leaves to
/// instrumentation packages: the name, the route, the status and whether it is an error.
/// </summary>
internal static class ServerSpanConventions
{
    private static readonly string[] NotTraffic = ["/health", "/faults"];

    public static void UseServerSpanConventions(this WebApplication app) => app.Use(async (context, next) =>
    {
        var span = context.Features.Get<IHttpActivityFeature>()?.Activity;
        if (span is null)
        {
            await next(context);
            return;
        }

        if (NotTraffic.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal)))
        {
            // Probes and fault switches would only be in the way of whoever looks for a cause.
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        await next(context);
        if (!span.IsAllDataRequested)
        {
            return;
        }

        var status = context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
        {
            span.SetTag("http.route", route);
            span.DisplayName = $"{context.Request.Method} {route}";
        }
        else
        {
            span.DisplayName = context.Request.Method;
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
            if (span.GetTagItem("error.type") is null)
            {
                span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
            }
        }
    });
}
