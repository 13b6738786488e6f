using Clew.Server.Api.Contracts;
using Clew.Server.Api.OpenApi;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Api;

/// <summary>Every endpoint of the native API that asks about telemetry. Described in docs/api.md.</summary>
internal sealed class NativeApi : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddOpenApiDocument();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api");
        api.MapQuestion<ServiceList>("/services", "listServices", "Services that sent spans or logs", ServicesEndpoints.ServicesParameters, ServicesEndpoints.ListServicesAsync);
        api.MapQuestion<OperationList>("/services/{service}/operations", "listOperations", "Span names of a service with counts and durations", ServicesEndpoints.OperationsParameters, ServicesEndpoints.ListOperationsAsync);
        api.MapQuestion<TraceList>("/traces", "findTraces", "Traces with a span that fulfils all conditions", TraceSearch.Parameters, TraceSearch.FindAsync);
        api.MapQuestion<TraceDetail>("/traces/{traceId}", "getTrace", "A whole trace with self times and critical path", TraceEndpoint.Parameters, TraceEndpoint.GetAsync)
            .Refuses(StatusCodes.Status404NotFound);
        api.MapQuestion<SpanList>("/traces/{traceId}/spans/{spanId}", "getSpan", "One span with all that is stored of it", [], TraceEndpoint.GetSpanAsync)
            .Refuses(StatusCodes.Status404NotFound);
        api.MapQuestion<LogList>("/traces/{traceId}/logs", "getTraceLogs", "Log records of a trace", LogEndpoints.TraceParameters, LogEndpoints.OfTraceAsync);
        api.MapQuestion<LogList>("/traces/{traceId}/spans/{spanId}/logs", "getSpanLogs", "Log records of a span", LogEndpoints.TraceParameters, LogEndpoints.OfSpanAsync);
        api.MapQuestion<LogList>("/logs", "findLogs", "Log records that fulfil all conditions", LogEndpoints.SearchParameters, LogEndpoints.FindAsync);
        api.MapQuestion<DependencyList>("/dependencies", "listDependencies", "Which service calls which", ServicesEndpoints.DependenciesParameters, ServicesEndpoints.ListDependenciesAsync);
        api.MapOpenApiDocument();
        api.MapFallback(NothingFits).ExcludeFromDescription();
    }

    /// <summary>A route that is there but wants JSON is passed over for a request that does not say so: that is another mistake than a wrong path.</summary>
    private static IResult NothingFits(HttpContext http)
    {
        var wanted = http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(http.Request.Method) == true)
            .Where(route => route.RoutePattern.RawText is { } pattern && new TemplateMatcher(TemplateParser.Parse(pattern), []).TryMatch(http.Request.Path, []))
            .Select(route => route.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes)
            .FirstOrDefault(types => types is { Count: > 0 });
        return wanted is null
            ? Problems.NotFound(http, $"There is no {http.Request.Path} in the API; /api/openapi.json lists what there is.")
            : Problems.UnsupportedMediaType(http, $"{http.Request.Path} takes {string.Join(" or ", wanted)}; say so in the header Content-Type (with curl: -H 'Content-Type: {wanted[0]}').");
    }
}
