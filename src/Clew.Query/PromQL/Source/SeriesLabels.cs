using Clew.Query.PromQL.Data;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>
/// The labels of a stored series, without the metric's name. <c>job</c> and <c>instance</c> are the resource's <c>service.namespace</c>/<c>service.name</c> and
/// <c>service.instance.id</c>; all others are the series' own attributes. The rest of the resource is in <c>target_info</c>, scopes are not among the labels: as
/// Prometheus's OTLP receiver has it.
/// </summary>
internal static class SeriesLabels
{
    public const string Job = "job";
    public const string Instance = "instance";

    private const string ServiceName = "service.name";
    private const string ServiceNamespace = "service.namespace";
    private const string ServiceInstance = "service.instance.id";

    /// <param name="isLiteral">Whether attributes are called as labels already.</param>
    public static LabelSet Of(MetricSeriesView series, bool isLiteral) => LabelSet.Of(Pairs(series.Attributes, isLiteral).Concat(Target(series.Resource)));

    /// <summary>The labels of <c>target_info</c> for a resource; empty when there is nothing to tell, or nobody to tell it of.</summary>
    public static LabelSet OfTarget(ResourceView resource)
    {
        var target = Target(resource).ToList();
        var others = new List<KeyValuePair<string, string>>();
        foreach (var (key, value) in resource.Attributes)
        {
            if (key is not (ServiceName or ServiceNamespace or ServiceInstance))
            {
                others.Add(new(key, value.Text));
            }
        }

        return target.Count == 0 || others.Count == 0 ? LabelSet.Empty
            : LabelSet.Of([.. Translated(others), .. target, new(Syntax.LabelNames.MetricName, StoreMetricSource.TargetInfo)]);
    }

    private static List<KeyValuePair<string, string>> Pairs(AttributeListView attributes, bool isLiteral)
    {
        var pairs = new List<KeyValuePair<string, string>>(attributes.Count + 2);
        foreach (var (key, value) in attributes)
        {
            pairs.Add(new(key, value.Text));
        }

        return isLiteral ? pairs : Translated(pairs);
    }

    /// <summary>Attributes that become one label are joined by semicolons, in the order of their keys.</summary>
    private static List<KeyValuePair<string, string>> Translated(List<KeyValuePair<string, string>> attributes)
    {
        attributes.Sort((left, right) => string.CompareOrdinal(left.Key, right.Key));
        var pairs = new List<KeyValuePair<string, string>>(attributes.Count);
        foreach (var (key, value) in attributes)
        {
            var name = MetricTranslation.LabelName(key);
            var known = pairs.FindIndex(pair => pair.Key == name);
            if (known >= 0)
            {
                pairs[known] = new(name, $"{pairs[known].Value};{value}");
            }
            else if (name.Length > 0)
            {
                pairs.Add(new(name, value));
            }
        }

        return pairs;
    }

    private static IEnumerable<KeyValuePair<string, string>> Target(ResourceView resource)
    {
        var (service, space, instance) = (string.Empty, string.Empty, string.Empty);
        foreach (var (key, value) in resource.Attributes)
        {
            switch (key)
            {
                case ServiceName:
                    service = value.Text;
                    break;
                case ServiceNamespace:
                    space = value.Text;
                    break;
                case ServiceInstance:
                    instance = value.Text;
                    break;
            }
        }

        if (service.Length > 0)
        {
            yield return new(Job, space.Length > 0 ? $"{space}/{service}" : service);
        }

        if (instance.Length > 0)
        {
            yield return new(Instance, instance);
        }
    }
}
