using System.Globalization;

namespace Clew.Load.Asking;

/// <summary>The query API that is asked.</summary>
internal enum QueryApi
{
    /// <summary>Clew's own, under <c>/api</c>.</summary>
    Native,

    /// <summary>Jaeger's, under <c>/jaeger/api</c> or wherever the URL points.</summary>
    Jaeger,
}

/// <summary>A question for the latency table.</summary>
internal sealed record Question(string Name, string Path);

/// <summary>Paths of the two query APIs.</summary>
internal static class Door
{
    public static string TracePath(QueryApi api, string traceId) => api == QueryApi.Native ? $"/api/traces/{traceId}" : $"/jaeger/api/traces/{traceId}";

    /// <summary>Searches that an engineer makes in an incident, over the run's whole time range.</summary>
    /// <param name="api">Which API.</param>
    /// <param name="from">Start, nanoseconds since 1970.</param>
    /// <param name="to">End, nanoseconds since 1970.</param>
    /// <param name="user">A user id that occurs.</param>
    /// <param name="nobody">One that does not.</param>
    public static Question[] Searches(QueryApi api, ulong from, ulong to, string user, string nobody)
    {
        string[][] filters =
        [
            ["service newest 20", "service=checkout"],
            ["service + operation", "service=checkout", "operation=POST /checkouts"],
            ["service + errors", "service=payments", "error"],
            ["user.id present", "service=gateway", Attribute(api, "user.id", user)],
            ["user.id absent", "service=gateway", Attribute(api, "user.id", nobody)],
            ["duration >= 500 ms", "service=gateway", "minDuration=500ms"],
        ];
        var questions = filters.Select(f => new Question(f[0], Search(api, from, to, f[1..])));
        return [.. questions, new Question("services", api == QueryApi.Native ? "/api/services" : "/jaeger/api/services")];
    }

    private static string Search(QueryApi api, ulong from, ulong to, string[] filters)
    {
        var parts = filters.Select(f => f == "error" ? (api == QueryApi.Native ? "status=error" : "tag=error:true") : f)
            .Select(f => f.Split('=', 2)).Select(p => $"{p[0]}={Uri.EscapeDataString(p[1])}");
        var range = api == QueryApi.Native ? $"start={Iso(from)}&end={Iso(to)}" : $"start={from / 1000}&end={to / 1000}";
        return (api == QueryApi.Native ? "/api/traces?" : "/jaeger/api/traces?") + string.Join('&', parts) + $"&limit=20&{range}";
    }

    private static string Attribute(QueryApi api, string key, string value) => api == QueryApi.Native ? $"attr={key}={value}" : $"tag={key}:{value}";

    private static string Iso(ulong nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100)).ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}
