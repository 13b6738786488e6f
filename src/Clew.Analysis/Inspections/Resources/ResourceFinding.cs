using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.Resources;

/// <summary>Whom a series of a resource speaks for, and how it is called in a sentence.</summary>
internal static class ResourceFinding
{
    /// <summary>The service that sent it, or the machine: by <c>k8s.node.name</c>, <c>node</c>, <c>instance</c> or <c>host.name</c> among its attributes. -1 when nobody is named.</summary>
    public static int EntityOf(WorldView view, WorldSeries series)
    {
        if (series.Service >= 0)
        {
            return series.Service;
        }

        foreach (var attribute in series.Attributes.Split(','))
        {
            foreach (var key in (ReadOnlySpan<string>)["k8s.node.name=", "node=", "host.name=", "instance="])
            {
                if (attribute.StartsWith(key, StringComparison.Ordinal) && attribute.Length > key.Length)
                {
                    return view.Cluster.EntityOfNode(attribute[key.Length..].Split(':')[0]);
                }
            }
        }

        return -1;
    }

    /// <summary>Name and attributes of the series, and whose it is.</summary>
    public static string Named(WorldView view, WorldSeries series, int entity)
    {
        var instance = view.InstanceName(series.Instance);
        return $"{series.Name}{(series.Attributes.Length > 0 ? $" ({series.Attributes})" : "")} of {(instance.Length > 0 && instance != view.EntityName(entity) ? instance : view.EntityName(entity))}";
    }

    public static Finding Make(WorldView view, FindingKind kind, WorldSeries series, int entity, double strength, double significance, double usual, double now, long onset, int observations, string statement, params NextStep[] fixes) => new()
    {
        Kind = kind,
        Entity = entity,
        Instance = series.Instance,
        Peer = series.Name,
        Place = new CausePlace(PlaceKind.Metric, series.Name, statement),
        Strength = strength,
        Significance = significance,
        Change = new Comparison(usual, now, series.Unit),
        Onset = onset,
        Observations = observations,
        Statement = statement,
        Fixes = fixes,
    };
}
