using System.Globalization;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Jaeger.Legacy;

/// <summary>The parameters of the legacy search. <c>lookback</c> is sent by Jaeger's pages and means nothing.</summary>
internal sealed record LegacySearchParameters(JaegerSearch Search, IReadOnlyList<TraceId> TraceIds, bool IsRaw)
{
    /// <summary>How far back Jaeger looks when a search names no start.</summary>
    private static readonly TimeSpan DefaultLookback = TimeSpan.FromHours(48);

    /// <exception cref="PeerRefusal">A parameter is malformed; the message has Jaeger's wording.</exception>
    public static LegacySearchParameters Read(PeerAsking asking)
    {
        var earliest = Time(asking, "start", Microsecond) ?? asking.Now - DefaultLookback;
        var latest = Time(asking, "end", Microsecond) ?? asking.Now;
        var tags = Tags(asking);
        var limit = Limit(asking);
        var shortest = Duration(asking, "minDuration");
        var longest = Duration(asking, "maxDuration");
        var ids = ReadTraceIds(asking);
        var isRaw = Bool(asking, "raw");
        var service = asking.Text("service");
        if (service is null && ids.Count == 0)
        {
            throw PeerRefusal.BadRequest("parameter 'service' is required");
        }

        if (ids.Count == 0 && earliest > latest)
        {
            throw PeerRefusal.BadRequest("invalid parameter: start time must be before end time");
        }

        if (shortest is > 0 && longest is > 0 && longest < shortest)
        {
            throw PeerRefusal.BadRequest("'maxDuration' should be greater than 'minDuration'");
        }

        // A bound of zero is no bound, in either direction.
        return new LegacySearchParameters(
            new JaegerSearch(service, asking.Text("operation"), tags, earliest, latest, shortest is > 0 ? shortest : null, longest is > 0 ? longest : null, limit),
            ids,
            isRaw);
    }

    /// <summary>A moment as a number of units since 1970.</summary>
    /// <param name="unit">Nanoseconds.</param>
    public static Timestamp? Time(PeerAsking asking, string name, long unit)
    {
        if (asking.Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number > -(long.MaxValue / unit) && number < long.MaxValue / unit
            ? new Timestamp(number * unit)
            : throw Malformed(name, text, "not a whole number");
    }

    public static TimeSpan? Milliseconds(PeerAsking asking, string name)
    {
        if (asking.Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < (long)TimeSpan.FromDays(36_500).TotalMilliseconds
            ? TimeSpan.FromMilliseconds(number)
            : throw Malformed(name, text, "not a whole number of milliseconds");
    }

    /// <summary>As Go reads bools.</summary>
    public static bool Bool(PeerAsking asking, string name) => asking.Text(name) switch
    {
        null or "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        { } text => throw Malformed(name, text, "not a bool"),
    };

    private const long Microsecond = 1_000;

    private static long? Duration(PeerAsking asking, string name)
    {
        if (asking.Text(name) is not { } text)
        {
            return null;
        }

        return DurationText.TryParse(text, out var nanoseconds) ? nanoseconds : throw Malformed(name, text, "not a duration");
    }

    private static int Limit(PeerAsking asking)
    {
        if (asking.Text("limit") is not { } text)
        {
            return Math.Min(JaegerSearch.DefaultLimit, asking.Limits.Traces);
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit))
        {
            throw Malformed("limit", text, "not a whole number");
        }

        return limit switch
        {
            <= 0 => throw PeerRefusal.BadRequest("invalid parameter: limit must be greater than 0"),
            _ when limit > asking.Limits.Traces => throw PeerRefusal.BadRequest($"invalid parameter: limit must be at most {asking.Limits.Traces} (limit query.traces)"),
            _ => limit,
        };
    }

    /// <summary><c>tag=key:value</c> and <c>tags={"key":"value"}</c>; a later one of the same key wins.</summary>
    private static List<KeyValuePair<string, string>> Tags(PeerAsking asking)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in asking.Http.Request.Query["tag"])
        {
            var colon = tag?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            if (colon < 0)
            {
                throw PeerRefusal.BadRequest($"malformed 'tag' parameter, expecting key:value, received: {tag}");
            }

            tags[tag![..colon]] = tag[(colon + 1)..];
        }

        foreach (var json in asking.Http.Request.Query["tags"])
        {
            if (!TagMap.TryRead(json ?? string.Empty, tags, out var why))
            {
                throw PeerRefusal.BadRequest($"malformed 'tags' parameter, cannot unmarshal JSON: {why}");
            }
        }

        return tags.Count <= asking.Limits.Conditions
            ? [.. tags]
            : throw PeerRefusal.BadRequest($"invalid parameter: at most {asking.Limits.Conditions} tags (limit query.conditions)");
    }

    private static List<TraceId> ReadTraceIds(PeerAsking asking)
    {
        var ids = new List<TraceId>();
        foreach (var text in asking.Http.Request.Query["traceID"])
        {
            ids.Add(JaegerIds.TryParse(text ?? string.Empty, out var id) ? id : throw PeerRefusal.BadRequest($"cannot parse traceID param: '{text}' is not a trace id"));
        }

        return ids.Count <= asking.Limits.Traces
            ? ids
            : throw PeerRefusal.BadRequest($"invalid parameter: at most {asking.Limits.Traces} trace ids (limit query.traces)");
    }

    private static PeerRefusal Malformed(string name, string text, string why) => PeerRefusal.BadRequest($"unable to parse param '{name}': '{text}' is {why}");
}
