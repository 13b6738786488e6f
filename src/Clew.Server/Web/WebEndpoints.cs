using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Web;

/// <summary>
/// The files of the web interface: <c>/assets/…</c> and a few by their names. Every other address shows the page: <see cref="PageRouting"/>.
/// </summary>
/// <remarks>Nothing here touches telemetry: pages ask the APIs like anybody else.</remarks>
internal sealed class WebEndpoints : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddSingleton(_ => WebFiles.Open(Path.Combine(AppContext.BaseDirectory, "web")));

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var files = endpoints.ServiceProvider.GetRequiredService<WebFiles>();
        foreach (var file in files.All)
        {
            endpoints.MapMethods("/" + file.Path, [HttpMethods.Get, HttpMethods.Head], file.AnswerAsync).ExcludeFromDescription();
        }
    }
}
