using Clew.Analysis.Observations;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Says when the cluster's side is dark: services run as pods, and nothing is known of the cluster.</summary>
internal sealed class ClusterCoverage : IInspection
{
    public string Name => "kubernetes";

    public void Inspect(WorldView view, Findings findings)
    {
        if (view.Cluster.IsEmpty)
        {
            findings.AddUnknown(Name, null, "Nothing is known of a cluster: no states of pods, workloads and nodes, and no events (docs/kubernetes.md).");
        }
    }
}
