using System.Text;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Server.Prometheus;

/// <summary>Of all series: how many there are by metric and by label, and how much room the values of labels take, as <c>status/tsdb</c> tells it.</summary>
/// <param name="ByMetric">Series by the name of their metric.</param>
/// <param name="ValuesByName">Different values by label.</param>
/// <param name="BytesByName">Bytes of these values in UTF-8, by label.</param>
/// <param name="ByPair">Series by <c>label=value</c>.</param>
internal sealed record LabelStatistics(
    long Series, Dictionary<string, long> ByMetric, Dictionary<string, long> ValuesByName, Dictionary<string, long> BytesByName, Dictionary<string, long> ByPair)
{
    /// <returns>Null when there are more series than a question may select.</returns>
    public static async Task<LabelStatistics?> OfAsync(PrometheusAsking asking)
    {
        try
        {
            var all = await asking.Catalogue.SeriesAsync([], active: null, asking.Budget, asking.Cancellation);
            var statistics = new LabelStatistics(all.Count, [], [], [], []);
            foreach (var labels in all)
            {
                asking.Budget.Check();
                foreach (var (name, value) in labels.Pairs)
                {
                    statistics.Add(name, value);
                }
            }

            return statistics;
        }
        catch (QueryLimitException error) when (error.Limit is not ("query.timeout" or "query.language_timeout"))
        {
            return null;
        }
    }

    private void Add(string name, string value)
    {
        if (name == LabelNames.MetricName)
        {
            ByMetric[value] = ByMetric.GetValueOrDefault(value) + 1;
        }

        var pair = $"{name}={value}";
        if (ByPair.TryGetValue(pair, out var series))
        {
            ByPair[pair] = series + 1;
            return;
        }

        ByPair.Add(pair, 1);
        ValuesByName[name] = ValuesByName.GetValueOrDefault(name) + 1;
        BytesByName[name] = BytesByName.GetValueOrDefault(name) + Encoding.UTF8.GetByteCount(value);
    }
}
