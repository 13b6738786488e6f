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
    public static IResult InvalidParameters(HttpContext context, IReadOnlyList<ParameterError> errors) =>
        Answer(context, "invalid-parameter", "A parameter is not what was expected.", StatusCodes.Status400BadRequest, string.Join(' ', errors.Select(Describe)), errors: errors);

    /// <summary>400: the parameters are well formed, and the store refused the question; its message is fit for the asker.</summary>
    public static IResult RefusedQuestion(HttpContext context, string why) =>
        Answer(context, "invalid-parameter", "A parameter is not what was expected.", StatusCodes.Status400BadRequest, why);

    /// <summary>404.</summary>
    public static IResult NotFound(HttpContext context, string detail) =>
        Answer(context, "not-found", "There is nothing here.", StatusCodes.Status404NotFound, detail);

    /// <summary>422: the question met a limit; asking it again will not help.</summary>
    public static IResult Limit(HttpContext context, string limit, string detail) =>
        Answer(context, "limit", "The question met a limit.", StatusCodes.Status422UnprocessableEntity, detail, limit: limit);

    /// <summary>Telemetry that was sent to the API was not taken in.</summary>
    /// <param name="status">413, 415, 429, 503, …</param>
    /// <param name="why">What is wrong, and which limit was met.</param>
    public static IResult RefusedTelemetry(HttpContext context, int status, string why) =>
        Answer(context, "refused-telemetry", "What was sent was not taken in.", status, why);

    /// <summary>503 with Retry-After.</summary>
    public static IResult Unavailable(HttpContext context, StoreUnavailableException reason)
    {
        RetryAfter(context, reason.RetryAfter);
        return Answer(context, "unavailable", "The store cannot answer now.", StatusCodes.Status503ServiceUnavailable, reason.Message);
    }

    /// <summary>400: the body cannot be read.</summary>
    public static IResult Malformed(HttpContext context, string why) =>
        Answer(context, "malformed", "The body is not what it claims to be.", StatusCodes.Status400BadRequest, why);

    /// <summary>401: the sender did not prove who it is.</summary>
    public static IResult Unauthorized(HttpContext context, string why) =>
        Answer(context, "unauthorized", "The sender is not known.", StatusCodes.Status401Unauthorized, why);

    /// <summary>403: a browser sends it for a page of another site.</summary>
    public static IResult OtherSite(HttpContext context, string why) =>
        Answer(context, "other-site", "The request comes from a page of another site.", StatusCodes.Status403Forbidden, why);

    /// <summary>409: what is there already stands against it.</summary>
    public static IResult Conflict(HttpContext context, string title, string why) =>
        Answer(context, "conflict", title, StatusCodes.Status409Conflict, why);

    /// <summary>413: the body is larger than a limit.</summary>
    public static IResult TooLarge(HttpContext context, string limit, string why) =>
        Answer(context, "too-large", "The body is too large.", StatusCodes.Status413PayloadTooLarge, why, limit: limit);

    /// <summary>415: the body is compressed in a way that is not read.</summary>
    public static IResult UnsupportedEncoding(HttpContext context, string why) =>
        Answer(context, "unsupported-encoding", "The body's encoding is not supported.", StatusCodes.Status415UnsupportedMediaType, why);

    /// <summary>415: the body is said to be of a kind that is not read here, or of none.</summary>
    public static IResult UnsupportedMediaType(HttpContext context, string why) =>
        Answer(context, "unsupported-media-type", "The body's kind is not read here.", StatusCodes.Status415UnsupportedMediaType, why);

    /// <summary>429 with Retry-After.</summary>
    public static IResult Busy(HttpContext context, TimeSpan retryAfter, string why)
    {
        RetryAfter(context, retryAfter);
        return Answer(context, "busy", "Too much is waiting for the disk.", StatusCodes.Status429TooManyRequests, why);
    }

    /// <summary>429 with Retry-After: as many do this as may at the same time.</summary>
    public static IResult NoPlace(HttpContext context, string limit, TimeSpan retryAfter, string why)
    {
        RetryAfter(context, retryAfter);
        return Answer(context, "busy", "As many do this already as may.", StatusCodes.Status429TooManyRequests, why, limit: limit);
    }

    private static string Describe(ParameterError error) => error.Value is null
        ? $"{error.Parameter} is missing; expected {error.Expected}."
        : $"{error.Parameter} is '{error.Value}'; expected {error.Expected}.";

    /// <summary>Says when asking again makes sense, in whole seconds.</summary>
    public static void RetryAfter(HttpContext context, TimeSpan wait) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <param name="kind">The last part of the problem's type.</param>
    private static IResult Answer(HttpContext context, string kind, string title, int status, string detail, string? limit = null, IReadOnlyList<ParameterError>? errors = null)
    {
        // Answers are logged by proxies and clients, and may quote what was sent.
        var redactor = context.RequestServices.GetRequiredService<TextRedactor>();
        var problem = new Problem
        {
            Type = "urn:clew:problem:" + kind,
            Title = title,
            Status = status,
            Detail = redactor.Redact(detail),
            Instance = context.Request.Path.Value is { } path ? redactor.Redact(path) : null,
            Errors = errors is null ? null : [.. errors.Select(error => error.Value is null ? error : error with { Value = redactor.Redact(error.Value) })],
            Limit = limit,
        };
        return Results.Json(problem, ApiJson.Readable.Problem, Problem.MediaType, status);
    }
}
