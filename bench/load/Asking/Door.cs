using System.Globalization;

namespace Clew.Load.Asking;

/// <summary>The query API that is asked.</summary>
internal enum QueryApi
{
    /// <summary>Clew's own, under <c>/api</c>.</summary>
    Native,

    /// <summary>Jaeger's, under <c>/jaeger/api</c> or wherever the URL points.</summary>
    Jaeger,

    /// <summary>TraceQL by Tempo's API, under <c>/tempo</c>.</summary>
    TraceQl,

    /// <summary>LogQL by Loki's API, under <c>/loki</c>.</summary>
    LogQl,
}

/// <summary>A question for the latency table.</summary>
internal sealed record Question(string Name, string Path);

/// <summary>Paths of the query APIs.</summary>
internal static class Door
{
    public static string TracePath(QueryApi api, string traceId) => api switch
    {
        QueryApi.Native => $"/api/traces/{traceId}",
        QueryApi.Jaeger => $"/jaeger/api/traces/{traceId}",
        _ => $"/tempo/api/traces/{traceId}",
    };

    /// <summary>Searches that an engineer makes in an incident, over the run's whole time range.</summary>
    /// <param name="api">Which API.</param>
    /// <param name="from">Start, nanoseconds since 1970.</param>
    /// <param name="to">End, nanoseconds since 1970.</param>
    /// <param name="user">A user id that occurs.</param>
    /// <param name="last">Start of what structure and metrics are asked about: the newest part of the time, or all of it.</param>
    /// <param name="nobody">One that does not.</param>
    public static Question[] Searches(QueryApi api, ulong from, ulong last, ulong to, string user, string nobody)
    {
        if (api == QueryApi.TraceQl)
            return TraceQl(from, last, to, user, nobody);
        if (api == QueryApi.LogQl)
            return LogQl(from, last, to, user, nobody);
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

    /// <summary>Queries of the kinds that dashboards and people ask; searches for the newest 20, metrics in about 60 steps, the comparison over the newest part.</summary>
    private static Question[] TraceQl(ulong from, ulong last, ulong to, string user, string nobody)
    {
        var minutes = Math.Max(1, (to - last) / 60_000_000_000 / 60);
        var half = last > from ? last : from + ((to - from) / 2);
        (string Name, string Query)[] searches =
        [
            ("service + operation", "{ resource.service.name = \"checkout\" && name = \"POST /checkouts\" }"),
            ("user.id present", $"{{ span.user.id = \"{user}\" }}"),
            ("user.id absent", $"{{ span.user.id = \"{nobody}\" }}"),
            ("error + duration", "{ status = error && duration > 100ms }"),
            ("number", "{ span.http.response.status_code >= 500 }"),
            ("structure: ancestor >> descendant", "{ resource.service.name = \"gateway\" && kind = server } >> { resource.service.name = \"payments\" && status = error }"),
            ("group and aggregate", "{ status = error } | by(resource.service.name) | count() > 2"),
        ];
        (string Name, string Query)[] metrics =
        [
            ("rate by service", "{ } | rate() by(resource.service.name)"),
            ("rate of an attribute by service", $"{{ span.user.id = \"{user}\" }} | rate() by(resource.service.name)"),
            ("rate of errors by route", "{ status = error } | rate() by(span.http.route)"),
            ("p95 by service", "{ kind = server } | quantile_over_time(duration, .95) by(resource.service.name)"),
        ];
        return
        [
            .. searches.Select(search => new Question(search.Name, $"/tempo/api/search?q={Uri.EscapeDataString(search.Query)}&limit=20&start={(search.Name.StartsWith("structure", StringComparison.Ordinal) ? last : from)}&end={to}")),
            .. metrics.Select(metric => new Question(metric.Name, $"/tempo/api/metrics/query_range?q={Uri.EscapeDataString(metric.Query)}&step={minutes}m&start={last}&end={to}")),
            new Question("compare", $"/tempo/api/metrics/query?q={Uri.EscapeDataString("{ kind = server } | compare({ status = error })")}&start={half}&end={to}"),
            new Question("compare all spans", $"/tempo/api/metrics/query?q={Uri.EscapeDataString("{ } | compare({ status = error })")}&start={half}&end={to}"),
        ];
    }

    /// <summary>Lines that hold a text, newest 100 first; counts over the newest part in about 60 steps.</summary>
    private static Question[] LogQl(ulong from, ulong last, ulong to, string user, string nobody)
    {
        var seconds = Math.Max(60, (to - last) / 60_000_000_000);
        (string Name, string Query)[] lines =
        [
            ("a service's newest lines", "{service_name=\"checkout\"}"),
            ("a frequent text", "{service_name=\"checkout\"} |= \"Retrying\""),
            ("a rare text: a user", $"{{service_name=~\".+\"}} |= \"{user}\""),
            ("an absent word", $"{{service_name=~\".+\"}} |= \"xylo{nobody}\""),
            ("a pattern with an absent word", $"{{service_name=~\".+\"}} |~ \"xylo{nobody}.*ms$\""),
        ];
        return
        [
            .. lines.Select(line => new Question(line.Name, $"/loki/api/v1/query_range?query={Uri.EscapeDataString(line.Query)}&limit=100&start={from}&end={to}")),
            new Question("count by service", $"/loki/api/v1/query_range?query={Uri.EscapeDataString("sum by (service_name) (count_over_time({service_name=~\".+\"}[1m]))")}&step={seconds}&start={last}&end={to}"),
        ];
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
