using Clew.Server.Configuration;
using Clew.Telemetry;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Hosting;

/// <summary>
/// One face of the server: the endpoints of one API and the services behind them. To add one, write a class and list it in
/// <see cref="EndpointModules"/>.
/// </summary>
/// <remarks>
/// What every module finds among the services: <see cref="ITelemetryReader"/> (measured), <see cref="ITelemetryWriter"/>,
/// <see cref="IStoreAdministration"/>, <see cref="ServerOptions"/>, <see cref="TimeProvider"/> and logging.
/// </remarks>
public interface IEndpointModule
{
    /// <summary>Registers what the endpoints need. Called once, before <see cref="Map"/>.</summary>
    void AddServices(IServiceCollection services, ServerOptions options);

    /// <summary>Paths are those of the native port; a drop-in port finds them by its <see cref="Door.PathPrefix"/>.</summary>
    void Map(IEndpointRouteBuilder endpoints);
}
