using System.Text.RegularExpressions;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Pods that cannot start because a config map, a secret or a key of one is not there, or a volume of one cannot be mounted.</summary>
internal sealed partial class ConfigurationMissingInspection() : PodInspection(FindingKind.ConfigurationMissing)
{
    protected override bool IsBad(ClusterView cluster, KubernetesObject pod) => cluster.Containers(pod).Any(IsBroken)
        || (pod.Phase == "Pending" && cluster.Events.Any(e => e.Reason == "FailedMount" && e.Kind == "Pod" && e.Name == pod.Name && e.Namespace == pod.Namespace && IsAboutConfiguration(e.Message)));

    protected override Told Tell(WorldView view, PodTrouble trouble)
    {
        var state = trouble.State;
        var container = view.Cluster.Containers(state).FirstOrDefault(IsBroken);
        var happened = Latest(view, trouble, "FailedMount", "Failed");
        var message = container?.Message is { Length: > 0 } said ? said : happened?.Message ?? "";
        var match = Missing().Match(message);
        var kind = match.Groups["kind"].Value.ToLowerInvariant() is "secret" ? "secret" : "configmap";
        var name = match.Groups["name"].Value;
        var fixes = new List<NextStep>();
        if (name.Length > 0)
        {
            fixes.Add(new NextStep($"See whether {kind} {name} is there; create it, or correct the reference.", Kubectl.In(state.Namespace, $"get {kind} {Phrase.Quoted(name)}")));
        }

        if (Kubectl.HasRevisions(state))
        {
            fixes.Add(new NextStep($"Go back to the revision of {state.Workload} before, if it did not need it.", Kubectl.RolloutUndo(state)));
        }

        fixes.Add(new NextStep("Read what the kubelet says of the pod.", Kubectl.Describe(state)));
        return new Told(
            $"{trouble.Named} cannot start{(name.Length > 0 ? $": {kind} {name} is missing or lacks what is asked of it" : "")} ({container?.Reason ?? happened?.Reason ?? "FailedMount"}{(message.Length > 0 ? $": {Shortened(message)}" : "")}).",
            fixes, happened?.Count ?? 1);
    }

    private static bool IsBroken(ContainerStatus container) => container.Reason is "CreateContainerConfigError" or "CreateContainerError" && IsAboutConfiguration(container.Message);

    private static bool IsAboutConfiguration(string message) => message.Length == 0 || Missing().IsMatch(message);

    /// <summary>configmap "x" not found · secret "x" not found · couldn't find key k in Secret ns/x · references non-existent config key.</summary>
    [GeneratedRegex("""(?<kind>configmap|secret)s?\s+"?(?:[^\s"/]+/)?(?<name>[^\s"/]+)"?|non-existent (?:config|secret) key""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Missing();
}
