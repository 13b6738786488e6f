using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Containers that wait for an image that cannot be pulled, and why: it does not exist, the registry refuses or cannot be reached.</summary>
internal sealed class ImagePullInspection() : PodInspection(FindingKind.ImagePullFails)
{
    /// <summary>The kubelet's words for it.</summary>
    private static readonly string[] Reasons = ["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable", "ImageInspectError", "SignatureValidationFailed"];

    protected override bool IsBad(ClusterView cluster, KubernetesObject pod) => cluster.Containers(pod).Any(IsWaiting);

    protected override Told Tell(WorldView view, PodTrouble trouble)
    {
        var state = trouble.State;
        var container = view.Cluster.Containers(state).First(IsWaiting);
        var told = Latest(view, trouble, "Failed");
        var message = told is { } e && e.Message.Contains("pull", StringComparison.OrdinalIgnoreCase) ? e.Message : container.Message;
        var (why, fix) = Why(view, state, container, message);
        var fixes = new List<NextStep>();
        if (Kubectl.HasRevisions(state))
        {
            fixes.Add(new NextStep($"Go back to the revision of {state.Workload} before.", Kubectl.RolloutUndo(state)));
        }

        fixes.Add(fix);
        return new Told(
            $"{trouble.Named} cannot start: container {container.Name} waits for image {container.Image} ({container.Reason}{(message.Length > 0 ? $": {Shortened(message)}" : "")}). {why}",
            fixes, told?.Count ?? 1);
    }

    private static (string Why, NextStep Fix) Why(WorldView view, KubernetesObject state, ContainerStatus container, string message)
    {
        bool Says(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (message.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }

        if (Says("toomanyrequests", "rate limit"))
        {
            return ("The registry limits how often it is asked.", new NextStep("Pull with credentials that have a higher limit, or from a mirror.", ServiceAccount(state)));
        }

        if (Says("unauthorized", "authentication required", "403", "no basic auth", "access denied", "denied:"))
        {
            return ("The registry does not accept the credentials, or the image is not there for them.", new NextStep("See which pull secrets the pod uses, and renew them.", ServiceAccount(state)));
        }

        if (Says("no such host", "timeout", "connection refused", "dial tcp", "TLS handshake", "x509"))
        {
            return ("The registry cannot be reached from the node.", new NextStep($"See whether node {state.Node} reaches the registry, and whether its address is right.", Kubectl.Describe(state)));
        }

        var before = ImageBefore(view.Cluster, state, container);
        var set = new NextStep(
            before.Length > 0 ? $"Set the image that was there before, {before}, until the right one is known." : "Set an image that exists.",
            Kubectl.In(state.Namespace, $"set image {Kubectl.Workload(state)} {Phrase.Quoted(container.Name)}={Phrase.Quoted(before.Length > 0 ? before : "IMAGE")}"));
        return Says("not found", "manifest unknown", "does not exist", "no such image") || container.Reason == "InvalidImageName"
            ? ("There is no such image or tag.", set)
            : ("The image may not exist, or its registry refuses.", set);
    }

    private static string ImageBefore(ClusterView cluster, KubernetesObject state, ContainerStatus container)
    {
        var others = cluster.PodsOf(state.Namespace, state.Workload).SelectMany(p => p.States)
            .Concat(cluster.Find(state.WorkloadKind, state.Namespace, state.Workload)?.States ?? []);
        return others.SelectMany(s => cluster.Containers(s).Select(c => (s.Time, Container: c)))
            .Where(c => c.Container.Name == container.Name && c.Container.Image.Length > 0 && c.Container.Image != container.Image)
            .OrderByDescending(c => c.Time).ThenBy(c => c.Container.Image, StringComparer.Ordinal).Select(c => c.Container.Image).FirstOrDefault("");
    }

    private static string ServiceAccount(KubernetesObject state) => Kubectl.In(state.Namespace,
        $"get serviceaccount {Phrase.Quoted(state.Fields.GetValueOrDefault("service_account", "default"))} -o jsonpath='{{.imagePullSecrets}}'");

    private static bool IsWaiting(ContainerStatus container) => Reasons.Contains(container.Reason);
}
