using System.Globalization;
using Clew.Query.Language;
using Clew.Query.LogQL.Parsing;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Stored;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Syntax;
using Clew.Server.Api;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Server.Loki;

/// <summary>One request to Loki's API. Its parameters stand in the address or, of a POST, in a form (grafana.com/docs/loki, HTTP API).</summary>
internal sealed class LokiAsking(HttpContext http, IFormCollection? form) : PeerAsking(http)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Steps that a range has when the question does not say how long one is.</summary>
    private const int UsualSteps = 250;

    /// <summary>Epoch times with no more digits than this are seconds.</summary>
    private const int SecondsDigits = 10;

    /// <summary>Bytes of a form, and of one value of it: a query and a few numbers.</summary>
    private const int FormBytes = 1 << 20;

    public LokiStreams Streams => new(this);

    public QueryBudget Budget() => new(Limits.Budget, Clock, Cancellation);

    /// <summary>Whether the asker wants labels apart by where they come from.</summary>
    public bool Categorizes => Http.Request.Headers["X-Loki-Response-Encoding-Flags"].Any(value => value?.Contains("categorize-labels", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Reads a request, its form too.</summary>
    public static async Task<LokiAsking> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
        {
            return new LokiAsking(http, null);
        }

        try
        {
            var options = new FormOptions { BufferBodyLengthLimit = FormBytes, ValueLengthLimit = FormBytes, MultipartBodyLengthLimit = FormBytes };
            return new LokiAsking(http, await new FormFeature(http.Request, options).ReadFormAsync(http.RequestAborted));
        }
        catch (Exception error) when (error is InvalidDataException or BadHttpRequestException)
        {
            throw PeerRefusal.BadRequest($"the form cannot be read: {error.Message}");
        }
    }

    /// <summary>The value of a parameter, or null when it is missing or empty.</summary>
    public string? Value(string name) => form?[name] is [{ Length: > 0 } first, ..] ? first : Text(name);

    public IReadOnlyList<string> Values(string name) =>
        [.. (form?[name] ?? default).Concat(Http.Request.Query[name]).OfType<string>().Where(value => value.Length > 0)];

    /// <summary>The query.</summary>
    /// <exception cref="PeerRefusal">It is missing or none.</exception>
    public LogQlQuery Query() => Parsed(LogQlParser.Parse);

    /// <summary>The selector of streams that <c>query</c> is; empty when it is missing.</summary>
    public IReadOnlyList<LabelMatcher> Matchers(bool isRequired)
    {
        if (Value("query") is null or "{}")
        {
            return Value("query") is not null || !isRequired ? [] : throw PeerRefusal.BadRequest("query is required: a selector such as {app=\"shop\"}");
        }

        return Parsed(LogQlParser.ParseMatchers);
    }

    public static T Parsed<T>(string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (QuerySyntaxException error)
        {
            throw PeerRefusal.BadRequest(LogQlParser.Describe(error));
        }
    }

    /// <summary>A source for this query. Its entries have a detected level when the query's text names it, or labels are wanted apart.</summary>
    public LokiSource Source(bool withLevel = false)
    {
        var hasLevel = withLevel || Categorizes || Value("query")?.Contains("detected_level", StringComparison.Ordinal) == true;
        return new LokiSource([.. Tenants.Select(tenant => KeyValuePair.Create(tenant.Name, new StoreLogSource(Store, tenant, Limits.LogQl, hasLevel)))]);
    }

    /// <summary><c>start</c> and <c>end</c>, or <c>since</c> until the end; without them the last while until now.</summary>
    public TimeRange Range(TimeSpan usual)
    {
        var end = Time("end") ?? Now;
        var since = Duration("since") is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / 100) : usual;
        var start = Time("start") ?? ((end > Now ? Now : end) - since);
        return start < end ? new TimeRange(start, end) : throw PeerRefusal.BadRequest("end timestamp must not be before or equal to start time");
    }

    /// <summary>A moment: nanoseconds since 1970, with at most ten digits or with a fraction seconds, or RFC 3339.</summary>
    public Timestamp? Time(string name)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return text.Length <= SecondsDigits ? Timestamp.FromUnixSeconds(Math.Min(number, long.MaxValue / NanosecondsPerSecond)) : new Timestamp(number);
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < long.MaxValue / 1e9
            ? new Timestamp((long)Math.Round(seconds * 1_000_000) * 1_000)
            : Rfc3339(text) ?? throw PeerRefusal.BadRequest($"could not parse '{name}' parameter: nanoseconds since 1970, seconds with a fraction, or RFC 3339, not {text}");
    }

    /// <summary>A Go or Prometheus duration, or a number of seconds, in nanoseconds; null when it is missing.</summary>
    public long? Duration(string name)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < long.MaxValue / 1e9)
        {
            return (long)(seconds * NanosecondsPerSecond);
        }

        return PrometheusDuration.TryParse(text, out var milliseconds) ? milliseconds * 1_000_000
            : GoDuration.TryParse(text, out var nanoseconds) && nanoseconds >= 0 ? nanoseconds
            : throw PeerRefusal.BadRequest($"could not parse '{name}' parameter: a duration such as 5m or a number of seconds, not {text}");
    }

    /// <summary>The step in nanoseconds; when the question does not say, whole seconds that make some hundred steps.</summary>
    public long Step(TimeRange range)
    {
        var step = Duration("step") ?? Math.Max(1, (range.End.UnixNanoseconds - range.Start.UnixNanoseconds) / NanosecondsPerSecond / UsualSteps) * NanosecondsPerSecond;
        if (step <= 0)
        {
            throw PeerRefusal.BadRequest("zero or negative query resolution step widths are not accepted. Try a positive integer");
        }

        return (range.End.UnixNanoseconds - range.Start.UnixNanoseconds) / step > Limits.Budget.Steps
            ? throw PeerRefusal.BadRequest(string.Create(
                CultureInfo.InvariantCulture, $"exceeded maximum resolution of {Limits.Budget.Steps:N0} points per time series. Try increasing the value of the step parameter"))
            : step;
    }

    public LogDirection Direction() => Value("direction")?.ToUpperInvariant() switch
    {
        null or "BACKWARD" => LogDirection.Backward,
        "FORWARD" => LogDirection.Forward,
        _ => throw PeerRefusal.BadRequest($"invalid direction '{Value("direction")}': forward or backward"),
    };

    /// <summary>How many lines are wanted.</summary>
    public int Limit()
    {
        var limit = Whole("limit") ?? Options.Queries.DefaultLogs;
        return limit <= Limits.Logs ? limit : throw PeerRefusal.BadRequest(
            string.Create(CultureInfo.InvariantCulture, $"max entries limit per query exceeded, limit > max_entries_limit_per_query ({limit} > {Limits.Logs}); the limit is the setting query.logs"));
    }

    /// <summary>A whole number above 0; null when it is missing.</summary>
    public int? Whole(string name) => Value(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw PeerRefusal.BadRequest($"could not parse '{name}' parameter: a positive number, not {text}");

    private T Parsed<T>(Func<string, T> parse) => Parsed(Value("query") ?? throw PeerRefusal.BadRequest("parse error : syntax error: unexpected $end"), parse);

    /// <summary>Up to nine digits of a second, of which a clock of .NET knows seven.</summary>
    private static Timestamp? Rfc3339(string text)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return null;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
        {
            return Timestamp.FromDateTimeOffset(time);
        }

        var digits = text.AsSpan(point + 1);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        digits = digits[..Math.Min(9, end < 0 ? digits.Length : end)];
        if (digits.IsEmpty)
        {
            return null;
        }

        var nanoseconds = int.Parse(digits, CultureInfo.InvariantCulture) * (int)Math.Pow(10, 9 - digits.Length);
        return new Timestamp((time.ToUnixTimeSeconds() * NanosecondsPerSecond) + nanoseconds);
    }
}

/// <summary>The lines of whoever is asked about.</summary>
/// <param name="tenants">By name, at least one.</param>
internal sealed class LokiSource(IReadOnlyList<KeyValuePair<string, StoreLogSource>> tenants)
{
    public ILogSource Lines { get; } = tenants is [var only] ? only.Value : new FederatedLogSource([.. tenants.Select(tenant => KeyValuePair.Create(tenant.Key, (ILogSource)tenant.Value))]);

    /// <summary>Bytes of the lines that were handed over so far.</summary>
    public long BytesRead => tenants.Sum(tenant => tenant.Value.BytesRead);
}
