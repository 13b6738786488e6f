using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Grpc;
using Clew.Server.Jaeger.Grpc;
using Clew.Server.Jaeger.Legacy;
using Clew.Server.Jaeger.V3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Jaeger;

/// <summary>
/// Jaeger's HTTP API under <c>/jaeger</c>, and without that prefix on Jaeger's own port: the legacy generation (<c>/api</c>, up to Jaeger 2.20)
/// and version 3 (<c>/api/v3</c>).
/// </summary>
internal sealed class JaegerApi : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<JaegerGrpcAsking>();
        services.AddSingleton<IGrpcService, JaegerQueryServices>();
        services.AddSingleton<IGrpcService, JaegerStorageServices>();
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var jaeger = endpoints.MapGroup(Door.Jaeger.PathPrefix).ExcludeFromDescription();
        LegacyEndpoints.Map(jaeger.MapGroup("/api"));
        V3Endpoints.Map(jaeger.MapGroup("/api/v3"));
    }
}
