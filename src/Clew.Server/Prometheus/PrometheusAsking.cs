using System.Globalization;
using Clew.Query.Language;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Source;
using Clew.Query.PromQL.Syntax;
using Clew.Server.Api;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Clew.Server.Prometheus;

/// <summary>One request to Prometheus's API. Parameters are those of the address, of a POST those of the form too.</summary>
internal sealed class PrometheusAsking : PeerAsking
{
    /// <summary>Bytes of a form. Queries have at most 100,000 characters.</summary>
    private const int MaxFormBytes = 1 << 20;

    private readonly IFormCollection? _form;

    private PrometheusAsking(HttpContext http, IFormCollection? form)
        : base(http)
    {
        _form = form;
        Metrics = http.RequestServices.GetService<IMetricReader>() ?? throw new PeerRefusal(StatusCodes.Status503ServiceUnavailable, "this server's store does not answer questions about metrics");
        Queries = Limits.Budget;
        var timeout = Duration("timeout") is { } asked && asked < Queries.Timeout ? asked : Queries.Timeout;
        Budget = new QueryBudget(Queries with { Timeout = timeout }, Clock, Cancellation);
    }

    public IMetricReader Metrics { get; }

    public QueryBudgetLimits Queries { get; }

    /// <summary>What the request may use up, from now on.</summary>
    public QueryBudget Budget { get; }

    public SeriesCatalogue Catalogue => new(Metrics, Tenant);

    /// <summary>At most so many results, when the request says so.</summary>
    public int? Limit => Text("limit") is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit) && limit >= 0 ? limit == 0 ? null : limit
        : throw Invalid("limit", "limit must be non-negative");

    /// <summary>Reads the form of a POST before anything else.</summary>
    public static async Task<PrometheusAsking> OfAsync(HttpContext http)
    {
        var form = HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType
            ? await http.Request.ReadFormAsync(new Microsoft.AspNetCore.Http.Features.FormOptions { BufferBodyLengthLimit = MaxFormBytes, ValueLengthLimit = MaxFormBytes, KeyLengthLimit = 1_024, ValueCountLimit = 1_024 }, http.RequestAborted)
            : null;
        return new PrometheusAsking(http, form);
    }

    /// <summary>The first value of a parameter, or null when it is missing or empty.</summary>
    public new string? Text(string name) => All(name) is [{ Length: > 0 } first, ..] ? first : null;

    /// <summary>Every value of a parameter.</summary>
    public IReadOnlyList<string> All(string name)
    {
        var values = StringValues.Concat(Http.Request.Query[name], _form?[name] ?? StringValues.Empty);
        return [.. values.OfType<string>()];
    }

    /// <summary>A moment in milliseconds since the Unix epoch; null when it is missing.</summary>
    public long? Time(string name) => Text(name) is not { } text ? null
        : TryTime(text, out var milliseconds) ? milliseconds
        : throw Invalid(name, $"cannot parse {QuotedText.Quote(text)} to a valid timestamp");

    public long RequiredTime(string name) => Time(name) ?? throw Invalid(name, "cannot parse \"\" to a valid timestamp");

    /// <summary>A length, as a number of seconds or with units; null when it is missing.</summary>
    public TimeSpan? Duration(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds / 2
                ? TimeSpan.FromMilliseconds(Math.Round(seconds * 1_000))
                : throw Invalid(name, $"cannot parse {QuotedText.Quote(text)} to a valid duration. It overflows int64");
        }

        return PrometheusDuration.TryParse(text, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : throw Invalid(name, $"cannot parse {QuotedText.Quote(text)} to a valid duration");
    }

    /// <summary><c>start</c> and <c>end</c> of questions about series; null when neither is given: everything that is stored. An end before the start is no error to Prometheus: nothing is there.</summary>
    public TimeRange? Active()
    {
        var (start, end) = (Time("start"), Time("end"));
        if (start is null && end is null)
        {
            return null;
        }

        const long Last = long.MaxValue / 1_000_000;
        return new TimeRange(
            Timestamp.FromUnixMilliseconds(Math.Clamp(start ?? 0, 0, Last - 1)), end is { } last && last < Last - 1 ? Timestamp.FromUnixMilliseconds(Math.Max(0, last + 1)) : Timestamp.MaxValue);
    }

    /// <summary>The query, read.</summary>
    public Expression Query(string name = "query")
    {
        try
        {
            return PromQlParser.Parse(Text(name) ?? string.Empty, PromQl());
        }
        catch (QuerySyntaxException error)
        {
            throw Invalid(name, string.Create(CultureInfo.InvariantCulture, $"{error.Position.Line}:{error.Position.Column}: parse error: {error.Problem}"));
        }
    }

    /// <summary>The selectors of <c>match[]</c>.</summary>
    /// <param name="allowsAll">Whether <c>{}</c> is one.</param>
    public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selections(bool isRequired, bool allowsAll = false)
    {
        var options = PromQl() with { AllowsAllSeries = allowsAll };
        var texts = All("match[]");
        if (isRequired && texts.Count == 0)
        {
            throw PeerRefusal.BadRequest("no match[] parameter provided");
        }

        var selections = new List<IReadOnlyList<LabelMatcher>>();
        foreach (var text in texts)
        {
            try
            {
                selections.Add(PromQlParser.Parse(text, options) is VectorSelector { Modifiers: var modifiers } selector && modifiers == TimeModifiers.None
                    ? selector.Matchers
                    : throw Invalid("match[]", $"{text} is no series selector"));
            }
            catch (QuerySyntaxException error)
            {
                throw Invalid("match[]", string.Create(CultureInfo.InvariantCulture, $"{error.Position.Line}:{error.Position.Column}: parse error: {error.Problem}"));
            }
        }

        return selections;
    }

    /// <summary>How the language is read and evaluated, with what the request changes of it.</summary>
    public PromQlOptions PromQl()
    {
        var options = Options.PromQl;
        return Duration("lookback_delta") is { } lookback && lookback > TimeSpan.Zero ? options with { Lookback = lookback } : options;
    }

    public PromQlEngine Engine()
    {
        var options = PromQl();
        return new PromQlEngine(new StoreMetricSource(Metrics, Tenant) { HasStartTimes = options.UseStartTimestamps }, options);
    }

    public static PeerRefusal Invalid(string parameter, string problem) => PeerRefusal.BadRequest($"invalid parameter {QuotedText.Quote(parameter)}: {problem}");

    /// <summary>Seconds since the Unix epoch with a fraction, or RFC 3339.</summary>
    private static bool TryTime(string text, out long milliseconds)
    {
        const double Most = long.MaxValue / 1e6;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            milliseconds = (long)Math.Clamp(Math.Round(seconds * 1_000), -Most, Most);
            return double.IsFinite(seconds);
        }

        // RFC 3339 needs a zone.
        var hasZone = text[^1] is 'Z' or 'z' || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && hasZone && text.Contains('T', StringComparison.OrdinalIgnoreCase);
        milliseconds = time.ToUnixTimeMilliseconds();
        return isTime;
    }
}
