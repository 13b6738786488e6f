using System.Text;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.SelfTelemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.SelfTelemetry;

/// <summary><c>GET /metrics</c>: everything the server counts, in Prometheus's text format.</summary>
internal sealed class MetricsEndpoint : IEndpointModule
{
    public const string Path = "/metrics";

    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddMetrics();
        services.AddSingleton<Instruments>();
        services.AddSingleton<MetricRegistry>();
        services.AddSingleton<StoreGauges>();
        services.AddSingleton<ServerTelemetry>();
    }

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, async (HttpContext context) =>
    {
        await context.RequestServices.GetRequiredService<StoreGauges>().RefreshAsync(context.RequestAborted);
        using var text = new StringWriter();
        context.RequestServices.GetRequiredService<MetricRegistry>().WriteTo(text);
        ProcessGauges.WriteTo(text);
        context.Response.ContentType = ContentType;
        await context.Response.WriteAsync(text.ToString(), Encoding.UTF8, context.RequestAborted);
    }).ExcludeFromDescription();
}
