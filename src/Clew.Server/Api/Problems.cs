using System.Globalization;
using Clew.Server.Api.Contracts;
using Clew.Server.Redaction;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Api;

/// <summary>Every kind of error the native API answers with: see docs/api.md.</summary>
public static class Problems
{
    /// <summary>400: one or several parameters were not what was expected.</summary>
    public static IResult InvalidParameters(HttpContext context, IReadOnlyList<ParameterError> errors) => Answer(context, new Problem
    {
        Type = "urn:clew:problem:invalid-parameter",
        Title = "A parameter is not what was expected.",
        Status = StatusCodes.Status400BadRequest,
        Detail = string.Join(' ', errors.Select(Describe)),
        Instance = context.Request.Path,
        Errors = errors,
    });

    /// <summary>400: the parameters are well formed, and the store refused the question; its message is fit for the asker.</summary>
    public static IResult RefusedQuestion(HttpContext context, string why) => Answer(context, new Problem
    {
        Type = "urn:clew:problem:invalid-parameter",
        Title = "A parameter is not what was expected.",
        Status = StatusCodes.Status400BadRequest,
        Detail = why,
        Instance = context.Request.Path,
    });

    /// <summary>404.</summary>
    public static IResult NotFound(HttpContext context, string detail) => Answer(context, new Problem
    {
        Type = "urn:clew:problem:not-found",
        Title = "There is nothing here.",
        Status = StatusCodes.Status404NotFound,
        Detail = detail,
        Instance = context.Request.Path,
    });

    /// <summary>422: the question met a limit; asking it again will not help.</summary>
    public static IResult Limit(HttpContext context, string limit, string detail) => Answer(context, new Problem
    {
        Type = "urn:clew:problem:limit",
        Title = "The question met a limit.",
        Status = StatusCodes.Status422UnprocessableEntity,
        Detail = detail,
        Instance = context.Request.Path,
        Limit = limit,
    });

    /// <summary>Telemetry that was sent to the API was not taken in.</summary>
    /// <param name="status">413, 415, 429, 503, …</param>
    /// <param name="why">What is wrong, and which limit was met.</param>
    public static IResult RefusedTelemetry(HttpContext context, int status, string why) => Answer(context, new Problem
    {
        Type = "urn:clew:problem:refused-telemetry",
        Title = "What was sent was not taken in.",
        Status = status,
        Detail = why,
        Instance = context.Request.Path,
    });

    /// <summary>503 with Retry-After.</summary>
    public static IResult Unavailable(HttpContext context, StoreUnavailableException reason)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(reason.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Answer(context, new Problem
        {
            Type = "urn:clew:problem:unavailable",
            Title = "The store cannot answer now.",
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = reason.Message,
            Instance = context.Request.Path,
        });
    }

    /// <summary>400: the body cannot be read.</summary>
    public static IResult Malformed(HttpContext context, string why) => Answer(context, new Problem
    {
        Type = "urn:clew:problem:malformed",
        Title = "The body is not what it claims to be.",
        Status = StatusCodes.Status400BadRequest,
        Detail = why,
        Instance = context.Request.Path,
    });

    /// <summary>401: the sender did not prove who it is.</summary>
    public static IResult Unauthorized(HttpContext context, string why) => Answer(context, new Problem
    {
        Type = "urn:clew:problem:unauthorized",
        Title = "The sender is not known.",
        Status = StatusCodes.Status401Unauthorized,
        Detail = why,
        Instance = context.Request.Path,
    });

    /// <summary>413: the body is larger than a limit.</summary>
    public static IResult TooLarge(HttpContext context, string limit, string why) => Answer(context, new Problem
    {
        Type = "urn:clew:problem:too-large",
        Title = "The body is too large.",
        Status = StatusCodes.Status413PayloadTooLarge,
        Detail = why,
        Instance = context.Request.Path,
        Limit = limit,
    });

    /// <summary>415: the body is compressed in a way that is not read.</summary>
    public static IResult UnsupportedEncoding(HttpContext context, string why) => Answer(context, new Problem
    {
        Type = "urn:clew:problem:unsupported-encoding",
        Title = "The body's encoding is not supported.",
        Status = StatusCodes.Status415UnsupportedMediaType,
        Detail = why,
        Instance = context.Request.Path,
    });

    /// <summary>429 with Retry-After.</summary>
    public static IResult Busy(HttpContext context, TimeSpan retryAfter, string why)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Answer(context, new Problem
        {
            Type = "urn:clew:problem:busy",
            Title = "Too much is waiting for the disk.",
            Status = StatusCodes.Status429TooManyRequests,
            Detail = why,
            Instance = context.Request.Path,
        });
    }

    private static string Describe(ParameterError error) => error.Value is null
        ? $"{error.Parameter} is missing; expected {error.Expected}."
        : $"{error.Parameter} is '{error.Value}'; expected {error.Expected}.";

    private static IResult Answer(HttpContext context, Problem problem)
    {
        // Answers are logged by proxies and clients, and may quote what was sent.
        var redactor = context.RequestServices.GetRequiredService<TextRedactor>();
        problem = problem with
        {
            Detail = redactor.Redact(problem.Detail),
            Instance = problem.Instance is { } path ? redactor.Redact(path) : null,
            Errors = problem.Errors is null ? null : [.. problem.Errors.Select(error => error.Value is null ? error : error with { Value = redactor.Redact(error.Value) })],
        };
        return Results.Json(problem, ApiJson.Readable.Problem, Problem.MediaType, problem.Status);
    }
}
