using System.Globalization;
using Clew.Analysis.Worlds;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Investigations;

/// <summary>Loads what was known of the cluster: the states before and during the window, and its events.</summary>
internal static class KubernetesLoader
{
    /// <summary>Kinds whose states inspections understand. Of config maps, secrets and services only changes are of interest, and those are read as changes.</summary>
    private static readonly string[] Kinds =
        ["Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "HorizontalPodAutoscaler", "NetworkPolicy", "Node", "PersistentVolumeClaim", "ResourceQuota"];

    /// <summary>Reads the states of the look-back and the window, what the others were in before, and the events.</summary>
    /// <param name="truncations">Told what was left out.</param>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public static async Task<WorldKubernetes> LoadAsync(
        ITelemetryReader store, InvestigationScope scope, InvestigationLimits limits, List<string> truncations, CancellationToken cancellation)
    {
        var from = scope.Window.Start - limits.KubernetesLookBack;
        var lately = new TimeRange(from, scope.Window.End);
        var history = await store.FindKubernetesObjectsAsync(
            new KubernetesObjectQuery(scope.Tenant, lately, limits.KubernetesStates) { Kinds = Kinds, IsHistory = true }, cancellation);
        var before = await store.FindKubernetesObjectsAsync(
            new KubernetesObjectQuery(scope.Tenant, new TimeRange(TimeRange.All.Start, from), limits.KubernetesStates) { Kinds = Kinds }, cancellation);
        var events = await store.FindKubernetesEventsAsync(new KubernetesEventQuery(scope.Tenant, lately, limits.KubernetesEvents), cancellation);
        Truncated(truncations, history.Count + before.Count, limits.KubernetesStates, "states of Kubernetes objects");
        Truncated(truncations, events.Count, limits.KubernetesEvents, "Kubernetes events");
        return new WorldKubernetes
        {
            Objects =
            [
                .. before.Where(o => !o.IsDeleted).Concat(history)
                    .OrderBy(o => o.Time).ThenBy(o => o.Version).ThenBy(o => o.Kind, StringComparer.Ordinal).ThenBy(o => o.Uid, StringComparer.Ordinal),
            ],
            Events = [.. events.OrderBy(e => e.Time).ThenBy(e => e.Uid, StringComparer.Ordinal)],
        };
    }

    private static void Truncated(List<string> truncations, int count, int limit, string what)
    {
        if (count >= limit)
        {
            truncations.Add(string.Create(CultureInfo.InvariantCulture, $"Only {limit} {what} were read, the newest."));
        }
    }
}
