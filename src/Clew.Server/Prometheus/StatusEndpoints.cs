using System.Text;
using System.Text.Json;
using Clew.Query.Language;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Health;
using Clew.Server.Redaction;
using Clew.Server.SelfTelemetry;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Prometheus;

/// <summary>What Prometheus says of itself: <c>status/…</c>, <c>features</c>, <c>notifications</c>, <c>rules</c>, <c>alerts</c>, <c>alertmanagers</c>, and whether it is there.</summary>
internal static class StatusEndpoints
{
    /// <summary>The version of Prometheus whose API and language this is like; clients decide by it what they may ask.</summary>
    public const string Version = "3.14.0";

    private const int MostEntries = 10;

    public static Task HealthyAsync(PrometheusAsking asking) => WriteTextAsync(asking, StatusCodes.Status200OK, "Prometheus Server is Healthy.\n");

    public static Task ReadyAsync(PrometheusAsking asking)
    {
        var isReady = asking.Http.RequestServices.GetRequiredService<Readiness>().Report().Status == "ready";
        return isReady
            ? WriteTextAsync(asking, StatusCodes.Status200OK, "Prometheus Server is Ready.\n")
            : WriteTextAsync(asking, StatusCodes.Status503ServiceUnavailable, "Service Unavailable\n");
    }

    /// <summary>Neither by HTTP: what <c>--web.enable-lifecycle</c> switches on is off.</summary>
    public static Task NotEnabledAsync(PrometheusAsking asking) => WriteTextAsync(asking, StatusCodes.Status403Forbidden, "Lifecycle API is not enabled.");

    public static Task BuildInfoAsync(PrometheusAsking asking) => WriteAsync(asking, WriteBuild);

    /// <summary>As <see cref="BuildInfoAsync"/>, without the envelope.</summary>
    public static Task VersionAsync(PrometheusAsking asking) => JsonAnswer.WriteAsync(asking.Http, StatusCodes.Status200OK, "application/json", isIndented: false, (writer, _) =>
    {
        writer.WriteStartObject();
        WriteBuild(writer);
        writer.WriteEndObject();
        return Task.CompletedTask;
    });

    private static void WriteBuild(Utf8JsonWriter writer)
    {
        writer.WriteString("version"u8, Version);
        writer.WriteString("revision"u8, "clew-" + ProcessGauges.Version);
        writer.WriteString("branch"u8, ""u8);
        writer.WriteString("buildUser"u8, ""u8);
        writer.WriteString("buildDate"u8, ""u8);
        writer.WriteString("goVersion"u8, ""u8);
    }

    public static Task RuntimeInfoAsync(PrometheusAsking asking)
    {
        var started = asking.Http.RequestServices.GetRequiredService<StartTime>().Time;
        return WriteAsync(asking, writer =>
        {
            writer.WriteString("startTime"u8, started);
            writer.WriteString("CWD"u8, Environment.CurrentDirectory);
            writer.WriteString("hostname"u8, Environment.MachineName);
            writer.WriteString("serverTime"u8, asking.Clock.GetUtcNow());
            writer.WriteBoolean("reloadConfigSuccess"u8, true);
            writer.WriteString("lastConfigTime"u8, started);
            writer.WriteNumber("corruptionCount"u8, 0);

            // There are no goroutines; threads of the pool do their work.
            writer.WriteNumber("goroutineCount"u8, ThreadPool.ThreadCount);
            writer.WriteNumber("GOMAXPROCS"u8, Environment.ProcessorCount);
            writer.WriteNumber("GOMEMLIMIT"u8, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
            writer.WriteString("GOGC"u8, ""u8);
            writer.WriteString("GODEBUG"u8, ""u8);
            writer.WriteString("storageRetention"u8, asking.Options.Retention.MaxAge is { } age ? PrometheusDuration.Format((long)age.TotalMilliseconds) : string.Empty);
        });
    }

    /// <summary>The settings that are in effect, as the lines of a configuration file.</summary>
    public static Task ConfigAsync(PrometheusAsking asking)
    {
        var yaml = new StringBuilder();
        foreach (var setting in SettingTable.All)
        {
            yaml.Append(setting.Name).Append(": ").Append(QuotedText.Quote(Shown(asking, setting))).Append('\n');
        }

        return WriteAsync(asking, writer => writer.WriteString("yaml"u8, yaml.ToString()));
    }

    public static Task FlagsAsync(PrometheusAsking asking) => WriteAsync(asking, writer =>
    {
        foreach (var setting in SettingTable.All)
        {
            writer.WriteString(setting.Name, Shown(asking, setting));
        }
    });

    /// <summary>How many series there are, and of what. Where they are too many to be looked at one by one, by metric only.</summary>
    public static async Task TsdbAsync(PrometheusAsking asking)
    {
        var counts = await asking.Catalogue.CountsAsync(asking.Cancellation);
        var limit = asking.Limit ?? MostEntries;
        var statistics = await asking.Http.RequestServices.GetRequiredService<IStoreAdministration>().GetStatisticsAsync(asking.Cancellation);
        var parts = statistics.Tables.Where(table => table.Table.EndsWith("_points", StringComparison.Ordinal)).Sum(table => table.Parts);
        var labels = await LabelStatistics.OfAsync(asking);
        await WriteAsync(asking, writer =>
        {
            writer.WriteStartObject("headStats"u8);
            writer.WriteNumber("numSeries"u8, labels?.Series ?? counts.Sum(count => count.Series));
            writer.WriteNumber("numLabelPairs"u8, labels?.ByPair.Count ?? 0);
            writer.WriteNumber("chunkCount"u8, parts);
            writer.WriteNumber("minTime"u8, 0);
            writer.WriteNumber("maxTime"u8, asking.Now.UnixNanoseconds / 1_000_000);
            writer.WriteEndObject();
            Largest("seriesCountByMetricName", labels?.ByMetric ?? counts.ToDictionary(count => count.Name, count => count.Series));
            Largest("labelValueCountByLabelName", labels?.ValuesByName ?? []);
            Largest("memoryInBytesByLabelName", labels?.BytesByName ?? []);
            Largest("seriesCountByLabelValuePair", labels?.ByPair ?? []);

            void Largest(string name, Dictionary<string, long> numbers)
            {
                writer.WriteStartArray(name);
                foreach (var (key, number) in numbers.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(limit))
                {
                    writer.WriteStartObject();
                    writer.WriteString("name"u8, key);
                    writer.WriteNumber("value"u8, number);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }
        });
    }

    /// <summary>Prometheus lists its blocks on disk. There are none here: the store keeps parts, which <c>status/tsdb</c> counts as chunks.</summary>
    public static Task BlocksAsync(PrometheusAsking asking) => WriteAsync(asking, writer => Empty(writer, "blocks"));

    /// <summary>There is no write-ahead log: what is acknowledged is stored.</summary>
    public static Task WalReplayAsync(PrometheusAsking asking) => WriteAsync(asking, writer =>
    {
        writer.WriteNumber("min"u8, 0);
        writer.WriteNumber("max"u8, 0);
        writer.WriteNumber("current"u8, 0);
    });

    /// <summary>What this server can, under the names that Prometheus gives its features.</summary>
    public static Task FeaturesAsync(PrometheusAsking asking) => WriteAsync(asking, writer =>
    {
        Features("api", ("exemplars", true), ("remote_write_receiver", true), ("otlp_write_receiver", true), ("query_stats", true), ("lifecycle", false), ("admin", false));
        Features("promql", ("at_modifier", true), ("negative_offset", true), ("subqueries", true), ("experimental_functions", asking.Options.PromQl.Experimental),
            ("delayed_name_removal", asking.Options.PromQl.DelayNameRemoval));
        Features("scrape", ("native_histograms", false));

        void Features(string group, params (string Name, bool IsOn)[] features)
        {
            writer.WriteStartObject(group);
            foreach (var (name, isOn) in features)
            {
                writer.WriteBoolean(name, isOn);
            }

            writer.WriteEndObject();
        }
    });

    public static Task NotificationsAsync(PrometheusAsking asking) => PrometheusAnswer.WriteAsync(asking.Http, writer =>
    {
        writer.WriteStartArray();
        writer.WriteEndArray();
    });

    /// <summary>No rules are evaluated here.</summary>
    public static Task RulesAsync(PrometheusAsking asking) => asking.Text("type") is not (null or "alert" or "record")
        ? throw PrometheusAsking.Invalid("type", $"not supported value {QuotedText.Quote(asking.Text("type")!)}")
        : WriteAsync(asking, writer => Empty(writer, "groups"));

    public static Task AlertsAsync(PrometheusAsking asking) => WriteAsync(asking, writer => Empty(writer, "alerts"));

    public static Task AlertmanagersAsync(PrometheusAsking asking) => WriteAsync(asking, writer =>
    {
        Empty(writer, "activeAlertmanagers");
        Empty(writer, "droppedAlertmanagers");
    });

    /// <summary>Settings may name places with a password in them.</summary>
    private static string Shown(PrometheusAsking asking, Setting setting) => TextRedactor.Default.Redact(setting.Print(asking.Options));

    private static void Empty(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartArray(name);
        writer.WriteEndArray();
    }

    private static Task WriteAsync(PrometheusAsking asking, Action<Utf8JsonWriter> write) => PrometheusAnswer.WriteAsync(asking.Http, writer =>
    {
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
    });

    private static Task WriteTextAsync(PrometheusAsking asking, int status, string text)
    {
        asking.Http.Response.StatusCode = status;
        asking.Http.Response.ContentType = "text/plain; charset=utf-8";
        return asking.Http.Response.WriteAsync(text, asking.Cancellation);
    }
}
