using Clew.Protocols.Prometheus.Scraping;

namespace Clew.Server.Scraping;

/// <summary>
/// A target as discovery and rules made it. Prometheus's way: discovered labels and <c>__address__</c>, <c>__scheme__</c>, <c>__metrics_path__</c>,
/// <c>__scrape_interval__</c>, <c>__scrape_timeout__</c>, <c>__param_…</c> go through the job's rules; what is left without two underscores in front is the
/// target's labels, the others say what to ask for.
/// </summary>
/// <param name="Discovered">Before the rules.</param>
/// <param name="Labels">After them, <c>job</c> and <c>instance</c> among them.</param>
internal sealed record TargetDefinition(ScrapeJob Job, Uri Url, LabelSet Discovered, LabelSet Labels)
{
    /// <summary>Tells targets apart: two of one key are one target.</summary>
    public string Key { get; } = $"{Job.Name}\n{Url}\n{Labels}";

    /// <summary>Makes a target of an address.</summary>
    /// <param name="address">Host and port.</param>
    /// <param name="shared">Labels of its group.</param>
    /// <param name="problem">Why it is none; null when rules dropped it.</param>
    public static TargetDefinition? Make(ScrapeJob job, string address, IReadOnlyDictionary<string, string> shared, string source, out string? problem)
    {
        problem = null;
        var labels = new LabelSet
        {
            ["__address__"] = address,
            ["__scheme__"] = job.Scheme,
            ["__metrics_path__"] = job.MetricsPath,
            ["job"] = job.Name,
        };
        foreach (var (name, values) in job.Parameters)
        {
            labels["__param_" + name] = values.Count > 0 ? values[0] : string.Empty;
        }

        foreach (var (name, value) in shared)
        {
            labels[name] = value;
        }

        labels["__meta_filepath"] = source;
        var discovered = labels.Copy();
        if (!RelabelRule.Apply(job.Relabeling, labels))
        {
            return null;
        }

        address = labels["__address__"];
        if (address.Length == 0)
        {
            problem = "a target has no address";
            return null;
        }

        var query = Query(job, labels);
        if (!Uri.TryCreate($"{labels["__scheme__"]}://{address}{labels["__metrics_path__"]}{query}", UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            problem = $"\"{address}\" with its scheme and path is no URL";
            return null;
        }

        if (!labels.Contains("instance"))
        {
            labels["instance"] = address;
        }

        foreach (var (name, _) in labels.Pairs.Where(label => label.Key.StartsWith("__", StringComparison.Ordinal)))
        {
            labels[name] = string.Empty;
        }

        return new TargetDefinition(job, url, discovered, labels);
    }

    private static string Query(ScrapeJob job, LabelSet labels)
    {
        // Rules see and change the first value of a parameter only; they can also add one.
        var pairs = new List<string>();
        foreach (var (label, value) in labels.Pairs.Where(label => label.Key.StartsWith("__param_", StringComparison.Ordinal)))
        {
            var name = label["__param_".Length..];
            var further = job.Parameters.Where(parameter => parameter.Name == name).SelectMany(parameter => parameter.Values.Skip(1));
            pairs.AddRange(further.Prepend(value).Select(one => $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(one)}"));
        }

        return pairs.Count == 0 ? string.Empty : "?" + string.Join('&', pairs);
    }
}
