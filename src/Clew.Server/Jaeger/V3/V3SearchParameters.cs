using System.Globalization;
using System.Text.Json;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Server.Jaeger.V3;

/// <summary>
/// The parameters of a search in version 3: in the URL with a leading <c>query.</c>, or as <c>{"query": {…}}</c> in the body of a POST. Each may be
/// written in camelCase or, as older clients do, in snake_case.
/// </summary>
internal sealed class V3SearchParameters
{
    /// <summary>Bytes of the body of a POST: a search is short. Beyond: 413.</summary>
    private const long MaxBodyBytes = 1 << 20;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _attributes = new(StringComparer.Ordinal);

    /// <exception cref="PeerRefusal">A parameter is missing or malformed.</exception>
    public static async Task<JaegerSearch> ReadAsync(PeerAsking asking)
    {
        var parameters = new V3SearchParameters();
        parameters.ReadUrl(asking.Http.Request.Query);
        if (HttpMethods.IsPost(asking.Http.Request.Method))
        {
            await parameters.ReadBodyAsync(asking);
        }

        return parameters.ToSearch(asking);
    }

    /// <summary>A parameter by either of its names, and the name it was given by; null when it is missing or empty.</summary>
    public static (string? Value, string Name) Either(PeerAsking asking, string name, string olderName) =>
        asking.Text(name) is { } value ? (value, name) : (asking.Text(olderName), asking.Text(olderName) is null ? name : olderName);

    public static Timestamp? Time(PeerAsking asking, string name, string olderName)
    {
        var (text, given) = Either(asking, name, olderName);
        return text is null ? null : ParseTime(text, given);
    }

    public static bool Bool(PeerAsking asking, string name, string olderName)
    {
        var (text, given) = Either(asking, name, olderName);
        return ParseBool(text, given);
    }

    private static Timestamp ParseTime(string text, string name) =>
        text.Contains('T', StringComparison.OrdinalIgnoreCase) && TimestampText.TryParse(text, out var time)
            ? time
            : throw Malformed(name, $"'{text}' is not an RFC 3339 time");

    private static bool ParseBool(string? text, string name) => text switch
    {
        null or "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        _ => throw Malformed(name, $"'{text}' is not a bool"),
    };

    private static PeerRefusal Malformed(string name, string why) => PeerRefusal.BadRequest($"malformed parameter {name}: {why}");

    private void ReadUrl(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (values is not [{ Length: > 0 } value, ..])
            {
                continue;
            }

            if (name == "query.attributes")
            {
                if (!TagMap.TryRead(value, _attributes, out var why))
                {
                    throw Malformed(name, why);
                }
            }
            else
            {
                _values[name] = value;
            }
        }
    }

    private async Task ReadBodyAsync(PeerAsking asking)
    {
        asking.Http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = MaxBodyBytes;
        using var body = new MemoryStream();
        await asking.Http.Request.Body.CopyToAsync(body, asking.Cancellation);
        if (body.Length == 0)
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("query", out var query) || query.ValueKind != JsonValueKind.Object)
            {
                throw PeerRefusal.BadRequest("malformed body: an object with a member 'query' is expected");
            }

            foreach (var member in query.EnumerateObject())
            {
                ReadMember(member);
            }
        }
        catch (JsonException error)
        {
            throw PeerRefusal.BadRequest($"malformed body: {error.Message}");
        }
    }

    private void ReadMember(JsonProperty member)
    {
        var name = "query." + member.Name;
        switch (member.Value.ValueKind)
        {
            case JsonValueKind.Object when member.Name == "attributes":
                if (!TagMap.TryRead(member.Value, _attributes, out var why))
                {
                    throw Malformed(name, why);
                }

                break;
            case JsonValueKind.Null:
            case JsonValueKind.String when member.Value.GetString()!.Length == 0: // Protobuf's way of saying nothing.
                break;
            case JsonValueKind.String:
                _values[name] = member.Value.GetString()!;
                break;
            default:
                _values[name] = member.Value.GetRawText();
                break;
        }
    }

    private JaegerSearch ToSearch(PeerAsking asking)
    {
        // What cannot be honoured is refused: leaving a condition out would answer another question.
        foreach (var unknown in new[] { "query.pagination.pageSize", "query.pagination.pageToken", "query.pagination" })
        {
            if (_values.ContainsKey(unknown))
            {
                throw Malformed(unknown, "it is not supported here");
            }
        }

        var (earliest, earliestName) = Find("query.startTimeMin", "query.start_time_min");
        var (latest, latestName) = Find("query.startTimeMax", "query.start_time_max");
        if (earliest is null || latest is null)
        {
            throw PeerRefusal.BadRequest("query.startTimeMin and query.startTimeMax are required");
        }

        var from = ParseTime(earliest, earliestName);
        var to = ParseTime(latest, latestName);
        if (from >= to)
        {
            throw PeerRefusal.BadRequest($"{earliestName} must be before {latestName}");
        }

        var shortest = Duration("query.durationMin", "query.duration_min");
        var longest = Duration("query.durationMax", "query.duration_max");
        if (shortest is not null && longest < shortest)
        {
            throw PeerRefusal.BadRequest("query.durationMax must not be less than query.durationMin");
        }

        var (raw, rawName) = Find("query.rawTraces", "query.raw_traces");
        ParseBool(raw, rawName); // Answers are always as stored; a value that is no bool is refused all the same.
        if (_attributes.Count > asking.Limits.Conditions)
        {
            throw Malformed("query.attributes", $"at most {asking.Limits.Conditions} attributes (limit query.conditions)");
        }

        var filter = Find("query.filter", "query.filter").Value is { } json ? V3Filter.Read(json, asking.Limits.Conditions) : null;
        var others = new[] { "query.serviceName", "query.service_name", "query.operationName", "query.operation_name", "query.durationMin", "query.duration_min", "query.durationMax", "query.duration_max" };
        if (filter is not null && (_attributes.Count > 0 || others.Any(_values.ContainsKey)))
        {
            throw Malformed("query.filter", "it says what service, operation, duration and attributes say, and goes with none of them");
        }

        return new JaegerSearch(
            Find("query.serviceName", "query.service_name").Value,
            Find("query.operationName", "query.operation_name").Value,
            [.. _attributes],
            from,
            to,
            shortest,
            longest,
            Depth(asking))
        {
            Filter = filter,
        };
    }

    private int Depth(PeerAsking asking)
    {
        var (text, name) = Find("query.searchDepth", "query.search_depth");
        if (text is null)
        {
            (text, name) = Find("query.numTraces", "query.num_traces");
        }

        if (text is null)
        {
            return Math.Min(JaegerSearch.DefaultLimit, asking.Limits.Traces);
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var depth))
        {
            throw Malformed(name, $"'{text}' is not a whole number");
        }

        return depth switch
        {
            0 => Math.Min(JaegerSearch.DefaultLimit, asking.Limits.Traces), // Protobuf's way of saying nothing.
            _ when depth > asking.Limits.Traces => throw Malformed(name, $"at most {asking.Limits.Traces} traces (limit query.traces)"),
            _ => depth,
        };
    }

    /// <returns>Null when there is no bound: Jaeger takes zero for that.</returns>
    private long? Duration(string name, string olderName)
    {
        var (text, given) = Find(name, olderName);
        if (text is null)
        {
            return null;
        }

        return DurationText.TryParse(text, out var nanoseconds) ? nanoseconds == 0 ? null : nanoseconds : throw Malformed(given, $"'{text}' is not a duration");
    }

    private (string? Value, string Name) Find(string name, string olderName) =>
        _values.TryGetValue(name, out var value) ? (value, name) : _values.TryGetValue(olderName, out value) ? (value, olderName) : (null, name);
}
