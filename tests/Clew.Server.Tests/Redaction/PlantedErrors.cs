using System.Text;
using Clew.Server.Hosting;

namespace Clew.Server.Tests.Redaction;

/// <summary>Requests that are refused, with something planted where an error could quote it.</summary>
internal static class PlantedErrors
{
    private static readonly string[] Paths =
    [
        "/v1/traces", "/v1/logs", "/v1/metrics", "/jaeger/api/traces", "/zipkin/api/v2/spans", "/zipkin/api/v1/spans", "/loki/api/v1/push", "/prometheus/api/v1/write", "/api/changes", "/api/alerts", "/api/kubernetes",
        "/api/webhooks/github", "/api/webhooks/gitlab", "/api/webhooks/argocd", "/api/webhooks/alertmanager", "/api/webhooks/grafana", "/api/webhooks/pagerduty", "/api/webhooks/opsgenie",
    ];

    /// <summary>Bodies that are wrong each in its own way; {0} is a planted text in quotes, {1} without.</summary>
    private static readonly string[] Bodies =
    [
        "{1}", "{0}", "[{0}]", "[{{\"traceId\":{0},\"id\":{0},\"kind\":{0},\"timestamp\":{0}}}]", "{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"traceId\":{0},\"startTimeUnixNano\":{0},\"kind\":{0}}}]}}]}}]}}",
        "{{\"resourceLogs\":{0}}}", "{{\"streams\":[{{\"stream\":{{{0}:{0}}},\"values\":[[{0},{0}]]}}]}}", "{{\"streams\":[{{\"stream\":{{}},\"values\":[[\"5\",{0}]]}}]}}", "{{\"kind\":{0},\"time\":{0},\"summary\":{0}}}",
        "{{\"kind\":{0},\"items\":[{{\"kind\":{0},\"metadata\":{{\"name\":{0}}}}}]}}", "{{\"object_kind\":{0},\"event\":{{\"event_type\":{0}}},\"action\":{0},\"phase\":{0},\"app\":{0},\"alert\":{{\"message\":{0}}}}}", "{{\"a\":{0},{0}",
    ];

    private static readonly string[] Questions =
    [
        "/api/logs?limit={0}", "/api/logs?where={0}", "/api/logs?start={0}", "/api/traces?where={0}", "/api/changes?since={0}", "/api/alerts?status={0}", "/api/kubernetes/objects?kind={0}",
        "/jaeger/api/traces?service={0}", "/api/doctor?since={0}", "/nowhere/{0}",
    ];

    public static IReadOnlyList<PlantedDoor> All { get; } =
    [
        .. Paths.SelectMany(path => new[] { "application/json", "application/x-protobuf", "application/x-thrift" }.Select(type => new PlantedDoor($"wrong {type} for {path}", async (server, plant) =>
        {
            foreach (var body in type == "application/json" ? Bodies : Bodies[..1])
            {
                var text = plant["body"];
                var wrong = string.Format(System.Globalization.CultureInfo.InvariantCulture, body, PlantedDoor.Quoted(text), text);
                await server.TryPostAsync(new Uri(server.Url(Door.Native), path), type, Encoding.UTF8.GetBytes(wrong), ("X-GitHub-Event", plant["header"].Replace('\n', ' ')), ("X-Note", "x"));
            }
        }))),
        new("questions", async (server, plant) =>
        {
            foreach (var question in Questions)
            {
                using var response = await server.Native.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, question, Uri.EscapeDataString(plant[question])));
                server.Answers.Enqueue(await response.Content.ReadAsStringAsync());
            }
        }),
        new("log lines with wrong parameters", async (server, plant) =>
        {
            foreach (var parameter in new[] { "format", "timezone", "what" })
            {
                await server.TryPostAsync(new Uri(server.Url(Door.Native), $"/api/logs?{parameter}={Uri.EscapeDataString(plant[parameter])}"), "text/plain", "x"u8.ToArray());
            }
        }),
        new("a broken target", async (server, plant) =>
        {
            server.Target.Expose($"# TYPE a {plant["type"].Replace('\n', ' ')}\n{plant["line"]}\n", "application/openmetrics-text; version=1.0.0; charset=utf-8");
            var before = server.Target.Requests.Count;
            await Support.Eventually.BeTrueAsync(() => server.Target.Requests.Count > before + 1, "a scrape of the new text");
        }),
    ];
}
