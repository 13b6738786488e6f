using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Clew.Server.Api;

/// <summary>Endpoints of the native API: their parameters are checked, their errors are problems, and they stand in the OpenAPI document.</summary>
internal static class QuestionRoutes
{
    /// <summary>A GET that asks the store.</summary>
    /// <typeparam name="TAnswer">What it answers with 200.</typeparam>
    /// <param name="name">Its operation id.</param>
    /// <param name="ask">See <see cref="Questions.AnswerAsync"/>.</param>
    public static RouteHandlerBuilder MapQuestion<TAnswer>(
        this IEndpointRouteBuilder endpoints, string path, string name, string summary, IReadOnlyList<ApiParameter> parameters, Func<Asking, Task<IResult?>> ask) =>
        endpoints.MapGet(path, Task<IResult> (HttpContext http) => Questions.AnswerAsync(http, parameters, ask))
            .WithName(name)
            .WithSummary(summary)
            .WithMetadata(new ApiParameters(parameters))
            .Produces<TAnswer>()
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status503ServiceUnavailable);

    /// <summary>A POST that takes something in; what it accepts and answers is the caller's to add.</summary>
    public static RouteHandlerBuilder MapIntake(
        this IEndpointRouteBuilder endpoints, string path, string name, string summary, IReadOnlyList<ApiParameter> parameters, Func<Asking, Task<IResult?>> take) =>
        endpoints.MapPost(path, Task<IResult> (HttpContext http) => Questions.AnswerAsync(http, parameters, take))
            .WithName(name)
            .WithSummary(summary)
            .WithMetadata(new ApiParameters(parameters))
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable);

    /// <summary>The statuses it answers with a <see cref="Problem"/>.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<Problem>(status, Problem.MediaType);
        }

        return endpoint;
    }
}
