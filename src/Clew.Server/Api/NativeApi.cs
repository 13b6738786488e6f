using Clew.Server.Api.Contracts;
using Clew.Server.Api.OpenApi;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Api;

/// <summary>Every endpoint of the native API that asks about telemetry. Described in docs/api.md.</summary>
internal sealed class NativeApi : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddOpenApiDocument();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api");
        Ask<ServiceList>(api, "/services", "listServices", "Services that sent spans or logs", ServicesEndpoints.ServicesParameters, ServicesEndpoints.ListServicesAsync);
        Ask<OperationList>(
            api, "/services/{service}/operations", "listOperations", "Span names of a service with counts and durations", ServicesEndpoints.OperationsParameters, ServicesEndpoints.ListOperationsAsync);
        Ask<TraceList>(api, "/traces", "findTraces", "Traces with a span that fulfils all conditions", TraceSearch.Parameters, TraceSearch.FindAsync);
        Ask<TraceDetail>(api, "/traces/{traceId}", "getTrace", "A whole trace with self times and critical path", TraceEndpoint.Parameters, TraceEndpoint.GetAsync)
            .Produces<Problem>(StatusCodes.Status404NotFound, Problem.MediaType);
        Ask<LogList>(api, "/traces/{traceId}/logs", "getTraceLogs", "Log records of a trace", LogEndpoints.TraceParameters, LogEndpoints.OfTraceAsync);
        Ask<LogList>(api, "/traces/{traceId}/spans/{spanId}/logs", "getSpanLogs", "Log records of a span", LogEndpoints.TraceParameters, LogEndpoints.OfSpanAsync);
        Ask<LogList>(api, "/logs", "findLogs", "Log records that fulfil all conditions", LogEndpoints.SearchParameters, LogEndpoints.FindAsync);
        Ask<DependencyList>(api, "/dependencies", "listDependencies", "Which service calls which", ServicesEndpoints.DependenciesParameters, ServicesEndpoints.ListDependenciesAsync);
        api.MapOpenApiDocument();
        api.MapFallback((HttpContext http) => Problems.NotFound(http, $"There is no {http.Request.Path} in the API; /api/openapi.json lists what there is.")).ExcludeFromDescription();
    }

    /// <summary>An endpoint of the API: its parameters are checked, its errors are problems, and it stands in the OpenAPI document.</summary>
    private static RouteHandlerBuilder Ask<TAnswer>(
        RouteGroupBuilder api, string path, string name, string summary, IReadOnlyList<ApiParameter> parameters, Func<Asking, Task<IResult?>> ask) =>
        api.MapGet(path, Task<IResult> (HttpContext http) => Questions.AnswerAsync(http, parameters, ask))
            .WithName(name)
            .WithSummary(summary)
            .WithMetadata(new ApiParameters(parameters))
            .Produces<TAnswer>()
            .Produces<Problem>(StatusCodes.Status400BadRequest, Problem.MediaType)
            .Produces<Problem>(StatusCodes.Status422UnprocessableEntity, Problem.MediaType)
            .Produces<Problem>(StatusCodes.Status503ServiceUnavailable, Problem.MediaType);
}
