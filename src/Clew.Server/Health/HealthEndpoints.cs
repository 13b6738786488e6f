using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Health;

/// <summary>
/// <c>GET /health/live</c>: 200 as long as the process answers. <c>GET /health/ready</c>: 200 when the server takes data and answers questions,
/// otherwise 503; the body names every check and what is wrong with it.
/// </summary>
internal sealed class HealthEndpoints : IEndpointModule
{
    public const string Prefix = "/health";

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<IReadinessCheck, LifetimeCheck>();
        services.AddSingleton<IReadinessCheck, DiskCheck>();
        services.AddSingleton<IReadinessCheck, StoreCheck>();
        services.AddSingleton<DiskSpace>();
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<Readiness>();
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Prefix + "/live", static context => WriteAsync(context, StatusCodes.Status200OK, new HealthReport("live", [])));
        endpoints.MapGet(Prefix + "/ready", static context =>
        {
            var report = context.RequestServices.GetRequiredService<Readiness>().Report();
            return WriteAsync(context, report.Status == "ready" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, report);
        });
    }

    private static Task WriteAsync(HttpContext context, int status, HealthReport report)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, report, HealthJson.Default.HealthReport, context.RequestAborted);
    }
}

/// <param name="Status"><c>live</c>, <c>ready</c> or <c>not ready</c>.</param>
internal sealed record HealthReport(string Status, IReadOnlyList<HealthCheckReport> Checks);

/// <param name="Reason">Null when the check is passed.</param>
internal sealed record HealthCheckReport(string Name, string Status, string? Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;
