using Clew.Analysis.Observations;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>How much a state of the cluster matters: whether it is new, and how much of a workload it concerns.</summary>
internal static class ClusterStrength
{
    /// <summary>Standard deviations by convention: a state that the baseline did not know is a fact, not a sample.</summary>
    public const double New = 6;

    /// <summary>Trouble that began earlier than this before the window is less likely what the window is about.</summary>
    private const long Recent = 1_800_000_000_000;

    /// <summary>What trouble counts that began earlier, and still after the baseline's start.</summary>
    private const double Older = 0.6;

    /// <summary>What trouble counts that costs no capacity: the old revision still serves in full.</summary>
    private const double Spare = 0.4;

    /// <summary>0 for what was there throughout the baseline, when all was well; 1 for what began lately.</summary>
    public static double Recency(World world, long since) =>
        world.Baseline.Count > 0 && since < Math.Min(world.Baseline[0].Start, world.Window.Start - Recent) ? 0 : since >= world.Window.Start - Recent ? 1 : Older;

    /// <summary>Half for one of many pods, all for all of them.</summary>
    public static double Extent(int affected, int of) => 0.5 + (0.5 * Math.Min(1, affected / (double)Math.Max(1, Math.Max(affected, of))));

    /// <summary>Less when the workload says that all replicas it wants are available.</summary>
    public static double Capacity(ClusterView cluster, KubernetesObject state)
    {
        if (state.Workload.Length == 0 || cluster.Find(state.WorkloadKind, state.Namespace, state.Workload) is not { } workload)
        {
            return 1;
        }

        var fields = workload.Last.Fields;
        return int.TryParse(fields.GetValueOrDefault("replicas.desired"), out var desired) && int.TryParse(fields.GetValueOrDefault("replicas.available"), out var available)
            && desired > 0 && available >= desired ? Spare : 1;
    }
}
