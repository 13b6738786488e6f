using Clew.Query.Language;
using Clew.Server.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Loki;

/// <summary>What Loki says of itself, of queries as texts, and of rules, of which there are none.</summary>
internal static class LokiStatus
{
    /// <summary>The version of Loki whose API this is like; clients decide by it what they may ask.</summary>
    public const string Version = "3.5.0";

    public static Task WriteReadyAsync(LokiAsking asking)
    {
        var isReady = asking.Http.RequestServices.GetRequiredService<Health.Readiness>().Report().Status == "ready";
        asking.Http.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return LokiAnswer.WriteTextAsync(asking.Http, isReady ? "ready\n" : "not ready\n");
    }

    public static Task WriteBuildInfoAsync(LokiAsking asking) => LokiAnswer.WriteAsync(asking.Http, writer =>
    {
        writer.WriteString("version"u8, Version);
        writer.WriteString("revision"u8, "clew"u8);
        writer.WriteString("branch"u8, ""u8);
        writer.WriteString("buildUser"u8, ""u8);
        writer.WriteString("buildDate"u8, ""u8);
        writer.WriteString("goVersion"u8, ""u8);
    });

    public static Task FormatAsync(LokiAsking asking)
    {
        var formatted = asking.Query().ToString();
        return LokiAnswer.WriteDataAsync(asking.Http, writer => writer.WriteStringValue(formatted));
    }

    /// <summary>Nobody deletes single lines: Loki says so with the same status where it is not allowed.</summary>
    public static Task RefuseDeletionAsync(LokiAsking asking) =>
        throw new PeerRefusal(StatusCodes.Status403Forbidden, $"deletion is not available for this tenant: {asking.Tenants[0].Name}'s logs are deleted by age (setting retention), never line by line");

    /// <summary>No rules: the ruler's answer is an empty YAML map.</summary>
    public static Task WriteRulesAsync(LokiAsking asking) => LokiAnswer.WriteTextAsync(asking.Http, "{}\n", "application/yaml");

    public static Task WritePrometheusRulesAsync(LokiAsking asking) => WriteEmptyAsync(asking, "groups");

    public static Task WriteAlertsAsync(LokiAsking asking) => WriteEmptyAsync(asking, "alerts");

    /// <summary>What Grafana's Logs Drilldown decides by: which features are there, and how far they go.</summary>
    public static Task WriteDrilldownLimitsAsync(LokiAsking asking) => LokiAnswer.WriteAsync(asking.Http, writer =>
    {
        writer.WriteStartObject("limits"u8);
        writer.WriteBoolean("discover_log_levels"u8, value: true);
        writer.WriteNumber("max_entries_limit_per_query"u8, asking.Limits.Logs);
        writer.WriteString("query_timeout"u8, GoDuration.Format(asking.Limits.Budget.Timeout.Ticks * 100));
        writer.WriteBoolean("volume_enabled"u8, value: true);
        writer.WriteEndObject();
        writer.WriteBoolean("pattern_ingester_enabled"u8, value: true);
        writer.WriteString("version"u8, Version);
    });

    private static Task WriteEmptyAsync(LokiAsking asking, string list) => LokiAnswer.WriteDataAsync(asking.Http, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray(list);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
