using System.Text.Json;
using Clew.Protocols.Prometheus.Scraping;
using Clew.Query.Language;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Syntax;
using Clew.Server.Scraping;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Prometheus;

/// <summary><c>targets</c>, <c>targets/metadata</c> and <c>scrape_pools</c>: what this server scrapes.</summary>
internal static class TargetEndpoints
{
    public static Task ListAsync(PrometheusAsking asking)
    {
        var (state, pool) = (asking.Text("state"), asking.Text("scrapePool"));
        var service = Service(asking);
        var targets = state == "dropped" ? [] : service.Targets.Where(target => pool is null || target.Definition.Job.Name == pool).ToList();
        return PrometheusAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("activeTargets"u8);
            foreach (var target in targets)
            {
                Write(writer, target);
            }

            writer.WriteEndArray();

            // Which targets the rules dropped is not kept, only how many.
            writer.WriteStartArray("droppedTargets"u8);
            writer.WriteEndArray();
            writer.WriteStartObject("droppedTargetCounts"u8);
            foreach (var (job, count) in service.DroppedByJob)
            {
                writer.WriteNumber(job, count);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    public static Task PoolsAsync(PrometheusAsking asking) => PrometheusAnswer.WriteAsync(asking.Http, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("scrapePools"u8);
        foreach (var job in asking.Options.Scrape.Jobs.Select(job => job.Name).Order(StringComparer.Ordinal))
        {
            writer.WriteStringValue(job);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>The metadata of the metrics that targets have, as far as they are known of the jobs and instances in the store.</summary>
    public static async Task MetadataAsync(PrometheusAsking asking)
    {
        var matchers = asking.Text("match_target") is { } text ? Matchers(text) : [];
        var metric = asking.Text("metric");
        var known = await asking.Catalogue.MetadataAsync(asking.Cancellation);
        var rows = new List<(LabelSet Target, string Metric, Query.PromQL.Source.MetricInformation Information)>();
        foreach (var target in Service(asking).Targets.Where(target => matchers.All(matcher => matcher.Matches(target.Definition.Labels[matcher.Name] ?? string.Empty))))
        {
            var job = target.Definition.Labels["job"] ?? string.Empty;
            var instance = target.Definition.Labels["instance"] ?? string.Empty;
            LabelMatcher[] own = [LabelMatcher.Equal("job", job), LabelMatcher.Equal("instance", instance), .. metric is null ? [] : new[] { LabelMatcher.Equal(LabelNames.MetricName, metric) }];
            var series = await asking.Catalogue.SeriesAsync([own], active: null, asking.Budget, asking.Cancellation);
            foreach (var name in series.Select(labels => labels.MetricName).Distinct())
            {
                if (known.TryGetValue(name, out var all))
                {
                    rows.AddRange(all.Select(one => (target.Definition.Labels, name, one)));
                }
            }
        }

        await PrometheusAnswer.WriteAsync(asking.Http, writer =>
        {
            writer.WriteStartArray();
            foreach (var (target, name, information) in asking.Limit is { } limit ? rows.Take(limit) : rows)
            {
                writer.WriteStartObject();
                writer.WritePropertyName("target"u8);
                Write(writer, target);
                if (metric is null)
                {
                    writer.WriteString("metric"u8, name);
                }

                writer.WriteString("type"u8, information.Type);
                writer.WriteString("help"u8, information.Help);
                writer.WriteString("unit"u8, information.Unit);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static ScrapeService Service(PrometheusAsking asking) => asking.Http.RequestServices.GetRequiredService<ScrapeService>();

    private static IReadOnlyList<LabelMatcher> Matchers(string text)
    {
        try
        {
            return PromQlParser.Parse(text, new Query.PromQL.PromQlOptions()) is VectorSelector selector ? selector.Matchers : throw PrometheusAsking.Invalid("match_target", $"{text} is no selector");
        }
        catch (QuerySyntaxException error)
        {
            throw PrometheusAsking.Invalid("match_target", error.Problem);
        }
    }

    private static void Write(Utf8JsonWriter writer, ScrapeTarget target)
    {
        var (definition, last) = (target.Definition, target.Last);
        writer.WriteStartObject();
        writer.WritePropertyName("discoveredLabels"u8);
        Write(writer, definition.Discovered);
        writer.WritePropertyName("labels"u8);
        Write(writer, definition.Labels);
        writer.WriteString("scrapePool"u8, definition.Job.Name);
        writer.WriteString("scrapeUrl"u8, definition.Url.ToString());
        writer.WriteString("globalUrl"u8, definition.Url.ToString());
        writer.WriteString("lastError"u8, last?.Outcome.Error ?? string.Empty);
        writer.WriteString("lastScrape"u8, last?.Time.ToString() ?? "0001-01-01T00:00:00Z");
        writer.WriteNumber("lastScrapeDuration"u8, last?.Took.TotalSeconds ?? 0);
        writer.WriteString("health"u8, last is null ? "unknown"u8 : last.Outcome.Error is null ? "up"u8 : "down"u8);
        writer.WriteString("scrapeInterval"u8, PrometheusDuration.Format((long)definition.Job.Interval.TotalMilliseconds));
        writer.WriteString("scrapeTimeout"u8, PrometheusDuration.Format((long)definition.Job.Timeout.TotalMilliseconds));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LabelSet labels)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in labels.Pairs)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }
}
