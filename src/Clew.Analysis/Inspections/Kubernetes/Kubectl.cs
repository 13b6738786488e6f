using Clew.Analysis.Observations;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Commands with the names of the objects at hand, each name quoted for a shell.</summary>
internal static class Kubectl
{
    /// <param name="space">Empty for what belongs to no namespace.</param>
    public static string In(string space, string command) => space.Length > 0 ? $"kubectl -n {Phrase.Quoted(space)} {command}" : $"kubectl {command}";

    /// <summary>deployment/pay: the workload a state belongs to, or the object itself.</summary>
    public static string Workload(KubernetesObject state) => state.Workload.Length > 0
        ? $"{(state.WorkloadKind.Length > 0 ? state.WorkloadKind : "deployment").ToLowerInvariant()}/{Phrase.Quoted(state.Workload)}"
        : $"{state.Kind.ToLowerInvariant()}/{Phrase.Quoted(state.Name)}";

    /// <summary>Whether a workload keeps revisions that can be gone back to.</summary>
    public static bool HasRevisions(KubernetesObject state) => state.WorkloadKind is "Deployment" or "StatefulSet" or "DaemonSet" || (state.WorkloadKind.Length == 0 && state.Workload.Length > 0);

    public static string RolloutUndo(KubernetesObject state) => In(state.Namespace, $"rollout undo {Workload(state)}");

    public static string Describe(KubernetesObject state) => In(state.Namespace, $"describe {state.Kind.ToLowerInvariant()} {Phrase.Quoted(state.Name)}");

    public static string Logs(KubernetesObject pod, ContainerStatus container) => In(pod.Namespace, $"logs {Phrase.Quoted(pod.Name)} -c {Phrase.Quoted(container.Name)} --previous");

    /// <summary>The command by which the store shows the objects again.</summary>
    public static string Query(World world, KubernetesObject state) => EvidenceQueries.KubernetesObjects(
        world, state.Kind.ToLowerInvariant(), state.Namespace, state.Workload.Length > 0 ? "" : state.Name, state.Workload);
}
