using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Containers that were killed because memory ran out: at their own limit, or because their node had none left.</summary>
internal sealed class OutOfMemoryInspection() : PodInspection(FindingKind.OutOfMemory)
{
    protected override bool IsBad(ClusterView cluster, KubernetesObject pod) => cluster.Containers(pod).Any(IsKilled);

    protected override bool Matters(WorldView view, ClusterObject pod, Spell spell) =>
        view.Cluster.Containers(spell.State).Any(c => IsKilled(c) && (c.End!.Finished == 0 || c.End.Finished >= view.World.Window.Start - LookBack(view)));

    protected override int EntityOf(WorldView view, KubernetesObject pod) => IsOfNode(view, pod) && pod.Node.Length > 0 ? view.Cluster.EntityOfNode(pod.Node) : view.Cluster.EntityOf(pod);

    protected override long OnsetOf(PodTrouble trouble) => trouble.Pods.SelectMany(p => p.Pod.States).SelectMany(ContainerStatus.Of)
        .Where(c => IsKilled(c) && c.End!.Finished > 0).Select(c => c.End!.Finished).DefaultIfEmpty(trouble.Since).Min();

    protected override Told Tell(WorldView view, PodTrouble trouble)
    {
        var state = trouble.State;
        var container = view.Cluster.Containers(state).First(IsKilled);
        var times = trouble.Pods.Sum(p => p.Pod.States.SelectMany(view.Cluster.Containers).Where(c => IsKilled(c)).Select(c => (c.Name, c.End!.Finished)).Distinct().Count());
        var killed = $"{trouble.Named}: container {container.Name} was killed because memory ran out (OOMKilled, exit code 137), {Phrase.Count(times, "time")}";
        if (IsOfNode(view, state))
        {
            return new Told(
                $"{killed}. Node {state.Node} itself had no memory left{(container.MemoryLimit.Length == 0 ? "; the container has no limit of its own" : "")}.",
                [
                    new NextStep($"See what uses the memory of {state.Node}.", $"kubectl describe node {Phrase.Quoted(state.Node)}"),
                    new NextStep("Move pods away while you look.", $"kubectl cordon {Phrase.Quoted(state.Node)}"),
                ],
                times);
        }

        return new Told(
            $"{killed}. {(container.MemoryLimit.Length > 0 ? $"Its own limit is {container.MemoryLimit}" : "No limit of its own is known")}.",
            [
                new NextStep(
                    $"Raise the memory limit of {container.Name} as mitigation{(container.MemoryLimit.Length > 0 ? $"; it is {container.MemoryLimit} now" : "")}.",
                    Kubectl.In(state.Namespace, $"set resources {Kubectl.Workload(state)} -c {Phrase.Quoted(container.Name)} --limits=memory={Phrase.Quoted(Doubled(container.MemoryLimit))}")),
                new NextStep("Read what it did before it was killed.", Kubectl.Logs(state, container)),
            ],
            times);
    }

    /// <summary>The node, not the container, ran out: it says so, or the container has no limit that it could have met.</summary>
    private static bool IsOfNode(WorldView view, KubernetesObject pod) =>
        view.Cluster.Events.Any(e => e.Reason == "SystemOOM" && (e.Node == pod.Node || e.Name == pod.Node))
        || (view.Cluster.Find("Node", "", pod.Node)?.Bad(view.World.Window, n => n.Fields.GetValueOrDefault("condition.MemoryPressure", "").StartsWith("True", StringComparison.Ordinal)) is not null
            && view.Cluster.Containers(pod).Where(IsKilled).All(c => c.MemoryLimit.Length == 0));

    private static bool IsKilled(ContainerStatus container) => container.End?.Reason == "OOMKilled";

    private static long LookBack(WorldView view) => view.World.Baseline.Count > 0 ? view.World.Window.Start - view.World.Baseline[0].Start : 0;

    private static string Doubled(string quantity)
    {
        var digits = quantity.TakeWhile(char.IsAsciiDigit).Count();
        return digits is > 0 and < 10 ? Phrase.Text($"{2 * long.Parse(quantity.AsSpan(0, digits), System.Globalization.CultureInfo.InvariantCulture)}{quantity[digits..]}") : "LIMIT";
    }
}
