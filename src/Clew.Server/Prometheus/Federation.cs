using System.Globalization;
using System.Text;
using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Source;
using Clew.Query.PromQL.Syntax;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Prometheus;

/// <summary>
/// <c>GET federate</c>: the last sample of every series that one of the selectors selects (none without a selector), as text for another Prometheus to scrape. Native histograms, which that
/// text cannot carry, are left out.
/// </summary>
internal static class Federation
{
    public static async Task WriteAsync(PrometheusAsking asking)
    {
        var now = asking.Now.UnixNanoseconds / 1_000_000;
        var lookback = (long)asking.PromQl().Lookback.TotalMilliseconds;
        var found = new SortedDictionary<LabelSet, (double Value, long Time)>(Comparer<LabelSet>.Create(ByName));
        var source = new StoreMetricSource(asking.Metrics, asking.Tenant);
        foreach (var matchers in asking.Selections(isRequired: false, allowsAll: true))
        {
            await foreach (var series in source.SelectAsync(new MetricSelection(matchers, now - lookback + 1, now), asking.Budget, asking.Cancellation))
            {
                asking.Budget.TakeSamples(series.Times.Length);
                var last = series.Times.Length - 1;
                if (series.Histograms?[last] is null && !StaleMarker.Is(series.Values[last]))
                {
                    found[series.Labels] = (series.Values[last], series.Times[last]);
                }
            }
        }

        asking.Http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8";
        await asking.Http.Response.WriteAsync(Text(found), asking.Cancellation);
    }

    private static string Text(SortedDictionary<LabelSet, (double Value, long Time)> found)
    {
        var text = new StringBuilder();
        string? metric = null;
        foreach (var (labels, (value, time)) in found)
        {
            if (labels.MetricName != metric)
            {
                metric = labels.MetricName;
                text.Append("# TYPE ").Append(LabelNames.IsPlainMetric(metric) ? metric : QuotedText.Quote(metric)).Append(" untyped\n");
            }

            Append(text, labels);
            text.Append(' ').Append(SampleJson.Number(value)).Append(' ').Append(time.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Name and labels; a series without an instance says so, or the reader would put its own there.</summary>
    private static void Append(StringBuilder text, LabelSet labels)
    {
        var isPlain = LabelNames.IsPlainMetric(labels.MetricName);
        text.Append(isPlain ? labels.MetricName : string.Empty).Append('{');
        var parts = new List<string>();
        if (!isPlain)
        {
            parts.Add(QuotedText.Quote(labels.MetricName));
        }

        foreach (var (name, value) in labels.Pairs.Where(pair => pair.Key != LabelNames.MetricName))
        {
            parts.Add($"{(LabelNames.IsPlainLabel(name) ? name : QuotedText.Quote(name))}=\"{Escaped(value)}\"");
        }

        if (labels["instance"].Length == 0)
        {
            parts.Add("instance=\"\"");
        }

        text.AppendJoin(',', parts).Append('}');
    }

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static int ByName(LabelSet left, LabelSet right)
    {
        var order = string.CompareOrdinal(left.MetricName, right.MetricName);
        return order != 0 ? order : left.CompareTo(right);
    }
}
