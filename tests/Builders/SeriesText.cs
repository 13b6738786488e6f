using System.Globalization;
using Clew.Telemetry;

namespace Clew.Testing;

/// <summary>Series as Prometheus writes them, put together from where the store keeps their labels.</summary>
internal static class SeriesText
{
    /// <summary>All labels, sorted, <c>__name__</c> among them.</summary>
    public static SortedDictionary<string, string> Labels(MetricSeriesView series)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["__name__"] = series.Name };
        foreach (var (key, value) in series.Attributes)
        {
            labels.Add(key, value.Text);
        }

        var resource = series.Resource.Attributes;
        var job = resource.Find("service.name")?.Text;
        var space = resource.Find("service.namespace")?.Text;
        if (job is not null)
        {
            labels.Add("job", space is null ? job : $"{space}/{job}");
        }

        if (resource.Find("service.instance.id")?.Text is { } instance)
        {
            labels.Add("instance", instance);
        }

        return labels;
    }

    public static string Of(MetricSeriesView series)
    {
        var labels = Labels(series);
        return $"{series.Name}{{{string.Join(", ", labels.Where(label => label.Key != "__name__").Select(label => $"{label.Key}=\"{label.Value}\""))}}}";
    }

    /// <summary>Every sample as <c>series value @time</c> (nanoseconds), in the order of the batch; stale markers as <c>stale</c>.</summary>
    public static List<string> Samples(MetricBatch batch)
    {
        var lines = new List<string>();
        for (var i = 0; i < batch.Numbers.Count; i++)
        {
            var value = BitConverter.DoubleToUInt64Bits(batch.Numbers.Doubles[i]) == 0x7FF0000000000002
                ? "stale" : batch.Numbers.Doubles[i].ToString("R", CultureInfo.InvariantCulture);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{Of(batch.Series[batch.Numbers.SeriesIndexes[i]])} {value} @{batch.Numbers.Times[i]}"));
        }

        return lines;
    }
}
