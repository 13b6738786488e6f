using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Containers that end and are started again: how they end, what they said last, and whether a probe ended them. Memory is another inspection's.</summary>
internal sealed class CrashLoopInspection() : PodInspection(FindingKind.ContainerCrashes)
{
    protected override bool IsBad(ClusterView cluster, KubernetesObject pod) => cluster.Containers(pod).Any(c => IsCrashing(c) || c.Restarts > 0);

    protected override double MinSeconds(Rule rule) => 0;

    protected override bool Matters(WorldView view, ClusterObject pod, Spell spell) => Worst(view, pod) is not null;

    protected override long OnsetOf(PodTrouble trouble) => trouble.Pods.Min(p =>
        p.Pod.States.Where(s => ContainerStatus.Of(s).Any(IsCrashing)).Select(s => s.Time.UnixNanoseconds).DefaultIfEmpty(p.Spell.State.Time.UnixNanoseconds).Min());

    protected override Told Tell(WorldView view, PodTrouble trouble)
    {
        var state = trouble.State;
        var (container, restarts) = Worst(view, trouble.Pods[0].Pod)!.Value;
        var end = container.End;
        var probe = Latest(view, trouble, "Killing") is { } killing && killing.Message.Contains("probe", StringComparison.OrdinalIgnoreCase) ? killing : null;
        var said = end?.Message is { Length: > 0 } message ? message : LastError(view, trouble.Entity);
        var fixes = new List<NextStep> { new($"Read what container {container.Name} wrote before it ended.", Kubectl.Logs(state, container)) };
        if (Kubectl.HasRevisions(state))
        {
            fixes.Add(new NextStep($"Go back to the revision of {state.Workload} before, if it began with a new one.", Kubectl.RolloutUndo(state)));
        }

        return new Told(
            Phrase.Text($"{trouble.Named}: {(container.IsInit ? "init container" : "container")} {container.Name} {(container.Reason == "CrashLoopBackOff" ? "is in CrashLoopBackOff" : "keeps ending")}, {restarts} restarts in the window and before it, {container.Restarts} in all; ")
                + (end?.ExitCode is { } code ? Phrase.Text($"it last ended with exit code {code} ({Meaning(code)})") : "how it ends is not known")
                + (probe is not null ? $", ended by a probe ({Shortened(probe.Message)})" : "")
                + (said.Length > 0 ? $". It last said: {Shortened(said)}" : "") + ".",
            fixes, Math.Max(1, restarts));
    }

    /// <summary>What an exit code means: a shell's habits, and 128 and the number of the signal that ended it.</summary>
    private static string Meaning(int code) => code switch
    {
        0 => "it ended by itself, as if its work were done",
        126 => "its command cannot be executed",
        127 => "its command was not found",
        132 => "SIGILL: an instruction this processor does not know",
        134 => "SIGABRT: it gave itself up",
        135 => "SIGBUS",
        137 => "SIGKILL: killed, after a grace period or for memory",
        139 => "SIGSEGV: it touched memory that is not its own",
        143 => "SIGTERM: asked to end",
        > 128 and < 160 => Phrase.Text($"signal {code - 128}"),
        _ => "an error of the program",
    };

    /// <summary>The container that restarted most since the window's start and before it in the look-back, and how often. Null when none did often enough.</summary>
    private static (ContainerStatus Container, int Restarts)? Worst(WorldView view, ClusterObject pod)
    {
        var window = view.World.Window;
        var cluster = view.Cluster;
        var rule = Rules.Of(FindingKind.ContainerCrashes);
        (ContainerStatus Container, int Restarts)? worst = null;
        foreach (var container in cluster.Containers(pod.Last))
        {
            var first = pod.States.SelectMany(cluster.Containers).First(c => c.Name == container.Name);
            var restarts = container.Restarts - (pod.States.Count > 1 ? first.Restarts : 0);
            var isLooping = pod.States.Any(s => s.Time.UnixNanoseconds >= window.Start && cluster.Containers(s).Any(c => c.Name == container.Name && IsCrashing(c)))
                || (pod.At(window.Start) is { } before && cluster.Containers(before).Any(c => c.Name == container.Name && IsCrashing(c)));
            var endedLately = container.End?.Finished is null or 0 || container.End.Finished >= window.Start;
            if (!IsOutOfMemory(container) && (isLooping || (restarts >= rule.Absolute && endedLately)) && (worst is null || restarts > worst.Value.Restarts))
            {
                worst = (container, restarts);
            }
        }

        return worst;
    }

    /// <summary>The newest kind of error that the service logs in the window and did not log before.</summary>
    private static string LastError(WorldView view, int entity) => view.World.LogRates
        .Where(r => r.Service == entity && r.Counts[0] > 0 && r.Counts.Skip(1).All(c => c == 0) && view.World.Templates[r.Template] is { Severity: >= WorldTemplate.ErrorSeverity })
        .OrderByDescending(r => view.World.Templates[r.Template].Severity).ThenByDescending(r => r.Counts[0]).ThenBy(r => r.Template)
        .Select(r => Phrase.Template(view.World.Templates[r.Template])).FirstOrDefault("");

    private static bool IsCrashing(ContainerStatus container) => container.Reason is "CrashLoopBackOff" || (container.State == "terminated" && container.Reason is "Error" or "StartError" or "ContainerCannotRun");

    private static bool IsOutOfMemory(ContainerStatus container) => container.Reason == "OOMKilled" || container.Last?.Reason == "OOMKilled";
}
