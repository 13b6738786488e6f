using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>
/// What helps against each kind of cause: what stops it now, what shows that it stopped, what keeps it from coming back. Commands carry the real names;
/// what only the reader can know stands in angle brackets.
/// </summary>
internal static class Remedies
{
    public static IReadOnlyList<Remedy> Of(WorldView view, Cause cause, Suspect suspect)
    {
        if (cause.Kind == CauseKind.None)
        {
            return [];
        }

        var names = new Named(
            Phrase.Quoted(cause.Service), cause.Instance is { } instance ? Phrase.Quoted(instance) : "<pod>",
            suspect.Findings.Select(f => f.Peer).FirstOrDefault(p => p.Length > 0 && cause.Place?.Kind != PlaceKind.Metric) is { } peer ? Phrase.Quoted(peer) : "<peer>",
            Node(view, suspect));
        var remedies = new List<Remedy>();
        if (cause.Change is { } change)
        {
            remedies.Add(Undo(change, cause));
        }

        // What a finding itself advises names the objects at hand; the general advice of its kind stands in where there is none.
        var fixes = suspect.Findings.Where(f => f.Weight >= 0.3 * suspect.Findings[0].Weight).SelectMany(f => f.Fixes).Distinct().Take(Limits.MaxFixes).ToArray();
        remedies.AddRange(fixes.Select(f => new Remedy("now", f.Text, f.Command)));
        var isToldByFindings = fixes.Length > 0 && cause.Kind is >= CauseKind.RetryStorm and <= CauseKind.QuotaExceeded;
        remedies.AddRange(ByKind(cause.Kind, cause.Service, names).Where(remedy => !isToldByFindings || remedy.When != "now"));

        remedies.Insert(remedies.FindLastIndex(r => r.When == "now") + 1, new Remedy(
            "verify", "Ask again in some minutes, over the time after the remedy: the verdict should be NO_INCIDENT.", $"clew investigate --service {names.Service} --since 5m"));
        if (cause.Change is not null)
        {
            remedies.Add(new Remedy("later", $"Let the next change of {cause.Service} reach few requests first and compare them with the others before all get it."));
        }

        return remedies;
    }

    private static Remedy Undo(SuspectChange change, Cause cause)
    {
        var target = Phrase.Quoted(change.Target.Length > 0 ? change.Target : cause.Service);
        var revision = change.Revision is { Length: > 0 } r ? Phrase.Quoted(r) : "";
        return change.Kind switch
        {
            "flag" => new Remedy("now", $"Turn the flag back: \"{change.Summary}\"."),
            "commit" when revision.Length > 0 => new Remedy("now", $"Roll {cause.Service} back to before commit {change.Revision}, or revert it.", $"git revert --no-edit {revision}"),
            "deploy" or "rollout" or "commit" => new Remedy("now", $"Roll {change.Target} back to what ran before \"{change.Summary}\".", $"kubectl rollout undo deployment/{target}"),
            "status" => new Remedy("now", $"Follow the provider's own account: \"{change.Summary}\"."),
            _ => new Remedy("now", $"Undo the {change.Kind} change \"{change.Summary}\"."),
        };
    }

    /// <summary>One arm per kind.</summary>
    private static Remedy[] ByKind(CauseKind kind, string service, Named n) => kind switch
    {
        CauseKind.SlowCode =>
        [
            new("now", $"Spread {service}'s load over more instances while the slow place is found.", $"kubectl scale deployment/{n.Service} --replicas=<more>"),
            new("later", $"Profile {service} at the place named, and set a latency objective with an alert on it."),
        ],
        CauseKind.ResourceSaturation =>
        [
            new("now", $"See what {service} and its neighbours use, and give it more or move it away from them.", $"kubectl top pod --containers | grep {n.Service}"),
            new("now", $"Take work off the machine {n.Node}.", $"kubectl cordon {n.Node}"),
            new("later", "Set requests and limits from measured use, and alert before the limit is reached (forecast, not threshold)."),
        ],
        CauseKind.NetworkDelay =>
        [
            new("now", $"Start {service} on another machine; a delay that stays behind is the machine's or its link's.", $"kubectl delete pod {n.Instance}"),
            new("now", "Look for delay and loss on the pod's interface and for policies and sidecars that changed.", $"kubectl exec {n.Instance} -- sh -c 'tc qdisc show; cat /proc/net/snmp'"),
            new("later", "Measure the time between client and server spans per edge and alert on it; give calls deadlines shorter than the callers' own."),
        ],
        CauseKind.NameResolution =>
        [
            new("now", "Ask the resolver directly, and the one it forwards to.", $"kubectl exec {n.Instance} -- nslookup {n.Peer}"),
            new("now", "Roll the resolver's configuration back and restart it.", "kubectl -n kube-system rollout undo deployment/coredns"),
            new("later", "Cache answers near the callers, and alert on resolution time."),
        ],
        CauseKind.PoolExhaustion =>
        [
            new("now", "See who holds connections, and for how long.", "psql -c \"select state, wait_event_type, count(*), max(now() - state_change) from pg_stat_activity group by 1, 2 order by 3 desc\""),
            new("now", $"Restart the instances of {service} that hold them, one by one.", $"kubectl rollout restart deployment/{n.Service}"),
            new("later", "Bound how long a connection may be held, time out waiting for one sooner than the callers give up, and alert on use above 80 %."),
        ],
        CauseKind.Errors =>
        [
            new("now", $"Read what {service} says at the place named.", $"clew logs --service {n.Service} --severity error --since 15m"),
            new("later", "Write a test that fails as the failing request did, and an alert on this error's signature."),
        ],
        CauseKind.BehaviourChange =>
        [
            new("now", $"Compare what runs with what ran: image, configuration and flags of {service}.", $"kubectl rollout history deployment/{n.Service}"),
            new("later", "Write a test for the step that no longer follows; such changes raise no error by themselves, so alert on the step's rate."),
        ],
        CauseKind.ExternalDependency =>
        [
            new("now", $"Turn to the fallback or second provider for {n.Peer}, or answer without it; stop retrying at full rate."),
            new("now", $"Ask {n.Peer} from here, to tell its failure from an unreachable one.", $"curl -sS -o /dev/null -w '%{{http_code}} %{{time_total}}\\n' https://{n.Peer}/"),
            new("later", $"Put a circuit breaker and a deadline around calls to {n.Peer}, and record its status page as changes of kind status (docs/changes.md)."),
        ],
        CauseKind.Unreachable =>
        [
            new("now", $"Try the way from {service} to {n.Peer}.", $"kubectl exec {n.Instance} -- curl -sv --max-time 5 http://{n.Peer}/"),
            new("now", "List the network policies that could deny it.", "kubectl get networkpolicy --all-namespaces"),
            new("later", "Test the paths between services after each change of policies, routes or certificates."),
        ],
        CauseKind.Silence =>
        [
            new("now", $"See whether {service} runs and why it may not.", $"kubectl get pods,events | grep {n.Service}"),
            new("later", $"Alert when {service} is called and sends nothing."),
        ],
        CauseKind.Traffic =>
        [
            new("now", $"Scale {service} or limit what comes in.", $"kubectl scale deployment/{n.Service} --replicas=<more>"),
            new("later", "Limit the rate per client at the entry, and size for the peak that was seen."),
        ],
        CauseKind.ImagePull =>
        [
            new("now", $"See which image {service} asks for and what the registry answers.", $"kubectl describe pod {n.Instance}"),
            new("now", "Go back to the image before.", $"kubectl rollout undo deployment/{n.Service}"),
            new("later", "Let the pipeline pull the image it is about to deploy, with the cluster's own credentials."),
        ],
        CauseKind.CrashLoop or CauseKind.ProbeFailure or CauseKind.RolloutStuck =>
        [
            new("now", $"Read what {service} wrote before it ended.", $"kubectl logs {n.Instance} --previous --tail=100"),
            new("now", "Go back to the revision before.", $"kubectl rollout undo deployment/{n.Service}"),
            new("later", "Let a rollout stop by itself when new pods do not become ready, and try start-up in the pipeline."),
        ],
        CauseKind.OutOfMemory =>
        [
            new("now", $"Give {service} more memory for as long as the leak or peak is looked for.", $"kubectl set resources deployment/{n.Service} --limits=memory=<more>"),
            new("later", "Take a heap profile at half the limit, and alert on a forecast of when the limit will be reached."),
        ],
        CauseKind.Unschedulable or CauseKind.QuotaExceeded =>
        [
            new("now", $"Read why no node takes {service}.", "kubectl get events --field-selector reason=FailedScheduling"),
            new("later", "Alert on pods that wait to be scheduled, and keep room for a rollout's surge."),
        ],
        CauseKind.ConfigurationMissing =>
        [
            new("now", $"See what {service} refers to and create it.", $"kubectl describe pod {n.Instance}"),
            new("later", "Check references before a rollout (a dry run against the server)."),
        ],
        CauseKind.Eviction or CauseKind.NodeTrouble =>
        [
            new("now", "See what the node is short of, and keep new pods off it.", $"kubectl describe node {n.Service}"),
            new("now", "Move its pods.", $"kubectl drain {n.Service} --ignore-daemonsets --delete-emptydir-data"),
            new("later", "Give every pod requests and limits, and reserve resources for the system."),
        ],
        CauseKind.AutoscalingLimit or CauseKind.ColdStart =>
        [
            new("now", $"See what the autoscaler of {service} wants and may.", $"kubectl describe hpa {n.Service}"),
            new("later", "Scale on what runs short first, keep a reserve for the time an instance needs to start, and warm it before it takes traffic."),
        ],
        CauseKind.NetworkPolicy =>
        [
            new("now", "Read the policies that could refuse it.", "kubectl get networkpolicy --all-namespaces -o yaml"),
            new("later", "Test the paths that are needed after each change of policies."),
        ],
        CauseKind.DiskFull =>
        [
            new("now", $"See what fills the disk of {service}, and make room.", $"kubectl exec {n.Instance} -- df -h"),
            new("later", $"Bound and rotate what {service} writes, and alert on a forecast of a full disk, days ahead."),
        ],
        CauseKind.SlowDisk =>
        [
            new("now", $"See what else uses the disk of {service}.", $"kubectl exec {n.Instance} -- cat /proc/pressure/io"),
            new("later", $"Give {service} a disk of its own or a faster one, and alert on the time its operations take."),
        ],
        CauseKind.MemoryLeak or CauseKind.GarbageCollection =>
        [
            new("now", $"Restart the instances of {service} one by one: it gives the memory back for a while.", $"kubectl rollout restart deployment/{n.Service}"),
            new("later", $"Compare two heap snapshots of {service} under load, and alert on a forecast of when its memory meets the limit."),
        ],
        CauseKind.ConnectionLeak or CauseKind.DescriptorExhaustion =>
        [
            new("now", $"Restart the instances of {service} one by one: it gives connections and files back for a while.", $"kubectl rollout restart deployment/{n.Service}"),
            new("later", $"Close what {service} opens on every path, errors included; let the pool tell who holds one too long, and alert on use that does not fall with the load."),
        ],
        CauseKind.ThreadStarvation =>
        [
            new("now", $"Add instances of {service} while its blocking call is found.", $"kubectl scale deployment/{n.Service} --replicas=<more>"),
            new("later", $"Make the blocking call of {service} asynchronous or give it threads of its own; alert on the length of the thread pool's queue."),
        ],
        CauseKind.CpuThrottling or CauseKind.NoisyNeighbour =>
        [
            new("now", $"See what {service} and its neighbours use, and give it room.", $"kubectl top pod --containers | grep {n.Service}"),
            new("later", "Set requests and limits from measured use, and alert on throttling, not on use alone."),
        ],
        CauseKind.SlowStatement or CauseKind.MissingIndex or CauseKind.LockContention or CauseKind.RepeatedStatement =>
        [
            new("now", $"See what runs and waits in the database behind {service}.", "psql -c \"select pid, state, wait_event_type, now() - query_start as since, left(query, 80) from pg_stat_activity where state <> 'idle' order by since desc limit 20\""),
            new("later", "Test the statements of a change against data of production's size, and alert on time per statement (pg_stat_statements)."),
        ],
        CauseKind.RetryStorm or CauseKind.CircuitOpen or CauseKind.FanOut or CauseKind.QueueBacklog =>
        [
            new("now", $"Shed or slow down what {service} sends until it has caught up."),
            new("later", $"Bound the retries and the calls per request of {service} by a budget, with growing and scattered pauses, and alert on calls per request."),
        ],
        CauseKind.Certificate =>
        [
            new("now", $"See which certificate is served and until when.", $"openssl s_client -connect {n.Peer}:443 </dev/null | openssl x509 -noout -dates -subject"),
            new("later", "Renew certificates by machine, and alert 21 days before one expires."),
        ],
        CauseKind.BadRevision =>
        [
            new("now", $"Take the traffic off the new revision of {service}.", $"kubectl rollout undo deployment/{n.Service}"),
            new("later", "Let a rollout stop by itself when the new revision fails more or takes longer than the one beside it."),
        ],
        CauseKind.MetricAnomaly =>
        [
            new("now", $"Look at {service}'s metrics, logs and slow requests around the onset.", $"clew traces --service {n.Service} --since 30m"),
            new("later", $"Trace the requests of {service}, so that next time the place inside can be told."),
        ],
        _ =>
        [
            new("now", $"Look at {service}'s metrics, logs and slow requests around the onset.", $"clew traces --service {n.Service} --since 30m"),
            new("later", $"Follow the evidence to what changed in {service}, correct it, and have a check that fails while it is so."),
        ],
    };

    private static string Node(WorldView view, Suspect suspect)
    {
        var instance = suspect.Findings.Select(f => f.Instance).FirstOrDefault(i => i >= 0, -1);
        return instance >= 0 && view.World.Instances[instance].Node.Length > 0 ? Phrase.Quoted(view.World.Instances[instance].Node) : "<node>";
    }

    private sealed record Named(string Service, string Instance, string Peer, string Node);
}
