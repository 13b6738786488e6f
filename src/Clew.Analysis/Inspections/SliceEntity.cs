using Clew.Analysis.Observations;
using Clew.Analysis.Strata;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>Whom a slice of requests names: a version or a process of a service, a machine, a zone, a tenant or user. Most attributes name nobody.</summary>
internal static class SliceEntity
{
    /// <returns>Null when the attribute names nobody; the instance is -1 unless it is one of the service's.</returns>
    public static (int Entity, int Instance)? Of(WorldView view, WorldStratum stratum, string value)
    {
        if (value is SliceCondition.MissingValue or StratumColumn.Rare || stratum.Column.IsNumeric)
        {
            return null;
        }

        var key = stratum.Attribute.ToLowerInvariant();
        if (stratum is { IsResource: true, Service: >= 0 })
        {
            var service = stratum.Service;
            switch (key)
            {
                case "service.version" or "service.instance.id" or "k8s.pod.name" or "container.id" or "k8s.pod.uid" or "container.image.tag" or "deployment.revision":
                    return (service, Instance(view.World, service, value));
                case "k8s.node.name":
                    return (view.EntityOf(EntityKind.Node, value, service), -1);
                case "host.name":
                    // In a pod the host is the pod.
                    return Instance(view.World, service, value) is >= 0 and var instance ? (service, instance) : (view.EntityOf(EntityKind.Node, value, service), -1);
                case "k8s.cluster.name":
                    return (view.EntityOf(EntityKind.Cluster, value, service), -1);
                case "cloud.availability_zone" or "cloud.region" or "zone" or "region" or "topology.kubernetes.io/zone" or "topology.kubernetes.io/region":
                    return (view.EntityOf(EntityKind.Network, $"{(key.Contains("zone", StringComparison.Ordinal) ? "zone" : "region")} {value}", service), -1);
            }
        }

        var named = key switch
        {
            _ when key.Contains("tenant", StringComparison.Ordinal) => "tenant",
            "enduser.id" or "user.id" or "user.name" or "user" => "user",
            "client.address" => "client",
            _ when key.EndsWith("customer.id", StringComparison.Ordinal) || key.EndsWith("account.id", StringComparison.Ordinal) => key.Split('.')[^2],
            _ => null,
        };
        return named is null ? null : (view.EntityOf(EntityKind.Actor, $"{named} {value}"), -1);
    }

    /// <summary>The one instance of this name, or of this version when only one has it; -1 otherwise.</summary>
    private static int Instance(World world, int service, string value)
    {
        var found = Enumerable.Range(0, world.Instances.Count).Where(i => world.Instances[i].Service == service && (world.Instances[i].Name == value || world.Instances[i].Version == value)).Take(2).ToArray();
        return found.Length == 1 ? found[0] : -1;
    }
}
