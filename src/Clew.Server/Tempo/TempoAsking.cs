using System.Globalization;
using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.TraceQL;
using Clew.Server.Api;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Tempo;

/// <summary>One request to Tempo's API.</summary>
/// <param name="parameters">Those of a gRPC message; null for those of the URL.</param>
/// <param name="cancellation">As of <see cref="PeerAsking"/>.</param>
internal sealed class TempoAsking(HttpContext http, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken? cancellation = null)
    : PeerAsking(http, parameters, cancellation)
{
    public TraceQlEngine Engine => new(new StoreTraceSource(Store, Tenant, Limits.TraceQl));

    public QueryBudget Budget() => new(Limits.Budget, Clock, Cancellation);

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>, or null when it is missing.</summary>
    public int? Whole(string name, int least, int most) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw PeerRefusal.BadRequest($"invalid {name}: a number from {least} to {most}, not {text}");

    /// <summary><c>true</c> or <c>false</c>, or null when it is missing.</summary>
    public bool? Truth(string name) => Text(name) switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        var other => throw PeerRefusal.BadRequest($"invalid {name}: true or false, not {other}"),
    };

    /// <summary>A Go duration in nanoseconds, or null when it is missing.</summary>
    public long? Duration(string name) => Text(name) is not { } text ? null
        : GoDuration.TryParse(text, out var nanoseconds) && nanoseconds >= 0 ? nanoseconds
        : throw PeerRefusal.BadRequest($"invalid {name}: a duration such as 100ms or 1m30s, not {text}");

    /// <summary>
    /// <c>start</c> and <c>end</c>: seconds since the Unix epoch, with more than ten digits nanoseconds. Both or none; without them everything that is stored.
    /// </summary>
    public TimeRange Range() => (Time("start"), Time("end")) switch
    {
        (null, null) => TimeRange.All,
        ({ } start, { } end) when start < end => new TimeRange(start, end),
        ({ } start, null) => new TimeRange(start, Timestamp.MaxValue),
        (null, { } end) => TimeRange.All with { End = end },
        _ => throw PeerRefusal.BadRequest("invalid start: it must be before end"),
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
            : throw PeerRefusal.BadRequest($"invalid {name}: seconds since 1970, not {text}");
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
            throw PeerRefusal.BadRequest(
                string.Create(CultureInfo.InvariantCulture, $"invalid TraceQL query: parse error at line {error.Position.Line}, col {error.Position.Column}: {error.Problem}"));
        }
    }
}

/// <summary>Answers in Tempo's forms: JSON as gogo's jsonpb writes it (64-bit integers are strings, what is zero or empty is left out), errors as text.</summary>
internal static class TempoAnswer
{
    public static Task AnswerAsync(HttpContext http, Func<TempoAsking, Task> answer) =>
        PeerRefusal.AnswerAsync(http, () => answer(new TempoAsking(http)), refusal => WriteTextAsync(http, refusal.Message));

    public static Task WriteTextAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    public static Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write) => JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, "application/json", isIndented: false, (writer, _) =>
    {
        write(writer);
        return Task.CompletedTask;
    });

    public static Task WriteAsync(HttpContext http, Func<Utf8JsonWriter, Func<Task>, Task> write) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, "application/json", isIndented: false, write);
}
