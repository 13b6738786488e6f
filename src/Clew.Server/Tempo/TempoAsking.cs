using System.Globalization;
using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.TraceQL;
using Clew.Server.Configuration;
using Clew.Server.Tenancy;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tempo;

/// <summary>One request to Tempo's API and what it takes to answer it.</summary>
/// <param name="Tenant">Whose data is asked for.</param>
internal sealed record TempoAsking(HttpContext Http, Tenant Tenant, ITelemetryReader Store, TimeProvider Clock, ServerOptions Options)
{
    public QueryLimits Limits => Options.Queries;

    public CancellationToken Cancellation => Http.RequestAborted;

    public Timestamp Now => Timestamp.FromDateTimeOffset(Clock.GetUtcNow());

    public TraceQlEngine Engine => new(Source);

    public StoreTraceSource Source => new(Store, Tenant, new TraceSearchLimits());

    /// <exception cref="TempoRefusal">The request does not say whose data it asks for.</exception>
    public static TempoAsking Of(HttpContext http) => new(
        http,
        http.RequestServices.GetRequiredService<TenantNames>().TryResolve(http.Request.Headers, out var tenant, out var problem) ? tenant : throw TempoRefusal.BadRequest(problem),
        http.RequestServices.GetRequiredService<ITelemetryReader>(),
        http.RequestServices.GetRequiredService<TimeProvider>(),
        http.RequestServices.GetRequiredService<ServerOptions>());

    public QueryBudget Budget() => new(new QueryBudgetLimits(), Clock, Cancellation);

    /// <summary>The value of a parameter, or null when it is missing or empty.</summary>
    public string? Text(string name) => Http.Request.Query[name] is [{ Length: > 0 } first, ..] ? first : null;

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>, or null when it is missing.</summary>
    public int? Whole(string name, int least, int most) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw TempoRefusal.BadRequest($"invalid {name}: a number from {least} to {most}, not {text}");

    /// <summary>A Go duration in nanoseconds, or null when it is missing.</summary>
    public long? Duration(string name) => Text(name) is not { } text ? null
        : GoDuration.TryParse(text, out var nanoseconds) && nanoseconds >= 0 ? nanoseconds
        : throw TempoRefusal.BadRequest($"invalid {name}: a duration such as 100ms or 1m30s, not {text}");

    /// <summary>
    /// <c>start</c> and <c>end</c>: seconds since the Unix epoch, with more than ten digits nanoseconds. Both or none; without them everything that is stored.
    /// </summary>
    public TimeRange Range() => (Time("start"), Time("end")) switch
    {
        (null, null) => TimeRange.All,
        ({ } start, { } end) when start < end => new TimeRange(start, end),
        ({ } start, null) => new TimeRange(start, Timestamp.MaxValue),
        (null, { } end) => TimeRange.All with { End = end },
        _ => throw TempoRefusal.BadRequest("invalid start: it must be before end"),
    };

    public Timestamp? Time(string name)
    {
        const int SecondsDigits = 11;
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return text.Length <= SecondsDigits ? Timestamp.FromUnixSeconds(Math.Min(number, long.MaxValue / 1_000_000_000)) : new Timestamp(number);
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < long.MaxValue / 1e9
            ? new Timestamp((long)(seconds * 1e9))
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Timestamp.FromDateTimeOffset(time)
            : throw TempoRefusal.BadRequest($"invalid {name}: seconds since 1970, not {text}");
    }

    /// <summary>Reads a query, and refuses it as Tempo does.</summary>
    public static TraceQlQuery Parse(string query)
    {
        try
        {
            return TraceQlQuery.Parse(query);
        }
        catch (QuerySyntaxException error)
        {
            throw TempoRefusal.BadRequest(
                string.Create(CultureInfo.InvariantCulture, $"invalid TraceQL query: parse error at line {error.Position.Line}, col {error.Position.Column}: {error.Problem}"));
        }
    }
}

/// <summary>A request that Tempo's API answers with an error. The policy: the status, and the message as text.</summary>
internal sealed class TempoRefusal(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static TempoRefusal BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);
}

/// <summary>Answers in Tempo's forms: JSON as gogo's jsonpb writes it (64-bit integers are strings, what is zero or empty is left out), errors as text.</summary>
internal static class TempoAnswer
{
    public static async Task AnswerAsync(HttpContext http, Func<TempoAsking, Task> answer)
    {
        try
        {
            await answer(TempoAsking.Of(http));
        }
        catch (Exception error) when (!http.Response.HasStarted && StatusOf(error, http) is { } status)
        {
            http.Response.StatusCode = status;
            await WriteTextAsync(http, error.Message);
        }
    }

    public static Task WriteTextAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    public static Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write) => Api.JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, "application/json", isIndented: false, (writer, _) =>
    {
        write(writer);
        return Task.CompletedTask;
    });

    public static Task WriteAsync(HttpContext http, Func<Utf8JsonWriter, Func<Task>, Task> write) =>
        Api.JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, "application/json", isIndented: false, write);

    private static int? StatusOf(Exception error, HttpContext http)
    {
        switch (error)
        {
            case TempoRefusal refusal:
                return refusal.Status;
            case InvalidQuestionException:
                return StatusCodes.Status400BadRequest;
            case QueryLimitException:
                return StatusCodes.Status422UnprocessableEntity;
            case StoreUnavailableException unavailable:
                http.Response.Headers.RetryAfter = ((long)Math.Max(1, Math.Ceiling(unavailable.RetryAfter.TotalSeconds))).ToString(CultureInfo.InvariantCulture);
                return StatusCodes.Status503ServiceUnavailable;
            default:
                return null;
        }
    }
}
