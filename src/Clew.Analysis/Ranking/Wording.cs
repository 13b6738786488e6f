using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>How a kind of cause is put in words: data, beside the thresholds in <see cref="Inspections.Rules"/>.</summary>
/// <param name="Summary">{0} is the service, {1} the operation or what it calls.</param>
/// <param name="Next">What to do about it.</param>
internal sealed record Words(string Summary, string Next);

internal static class Wording
{
    public static Words Of(CauseKind kind) => kind switch
    {
        CauseKind.SlowCode => new("{0} takes longer in its own work{1}.", "Compare a slow and a usual request of {0}, and profile it."),
        CauseKind.ResourceSaturation => new("{0} runs short of a resource{1}.", "Look at what shares the machine with {0}, at its limits, and at what it does more of."),
        CauseKind.NetworkDelay => new("The way to {0} is slow: time passes between it and its callers, in neither's work{1}.", "Check what lies on the way to {0}: the network of its pod and node, policies, sidecars, packet loss, and whether it accepts connections late."),
        CauseKind.NameResolution => new("Name resolution at {0} is slow or fails{1}.", "Check the resolver and where it forwards to; roll its last change back."),
        CauseKind.PoolExhaustion => new("{0} has no free connection left{1}.", "Find out who holds the connections of {0} and why so long; raise the limit only then."),
        CauseKind.Errors => new("Failures start in {0}{1}.", "Read the error of {0} in the failing trace and its logs."),
        CauseKind.BehaviourChange => new("{0} does something else than before for the same requests{1}.", "Compare what {0} does now and before, step by step; look at its last deploy and its configuration."),
        CauseKind.ExternalDependency => new("What {0} depends on outside fails{1}.", "Contact the provider; switch to a fallback."),
        CauseKind.Unreachable => new("{0} cannot reach what it calls{1}.", "Check name resolution, routes and policies between {0} and the other side."),
        CauseKind.Silence => new("{0} fell silent{1}.", "Check whether {0} still runs and can be reached."),
        CauseKind.Traffic => new("{0} gets much more traffic than usual{1}.", "Find out who sends it; limit or scale."),
        CauseKind.RetryStorm => new("{0} multiplies its calls by retries{1}.", "Limit the retries of {0}: a budget, growing and scattered pauses."),
        CauseKind.CircuitOpen => new("A circuit breaker of {0} is open{1}.", "Look at what {0} has given up; the breaker closes when that is well."),
        CauseKind.FanOut => new("{0} makes more calls per request than before{1}.", "Compare what {0} asks for now and before; ask for many things at once."),
        CauseKind.QueueBacklog => new("{0} falls behind its messages{1}.", "See why {0} takes longer per message, or add consumers."),
        CauseKind.Certificate => new("The certificate of {0} is refused{1}.", "Renew or correct the certificate of {0}."),
        CauseKind.PathBlocked => new("The way from {0} to one of those it calls is blocked{1}.", "Check what stands on that path only: policies, rules, sidecars, the node of {0}."),
        CauseKind.SlowStatement => new("A statement of {0} takes longer itself{1}.", "Look at the statement's plan, its indexes and locks in {0}."),
        CauseKind.RepeatedStatement => new("{0} makes one query for each row of another{1}.", "Let {0} fetch with one statement what it fetches in a loop."),
        CauseKind.MissingIndex => new("{0} reads whole tables{1}.", "Look for an index in {0} that is missing or no longer used."),
        CauseKind.LockContention => new("Transactions in {0} wait for one another{1}.", "Find the transaction in {0} that holds the locks; end it, then make it shorter."),
        CauseKind.ConnectionLeak => new("{0} does not give connections back{1}.", "Restart {0} as mitigation, and find the path on which a connection is not closed."),
        CauseKind.CpuThrottling => new("{0} is held back at its processor limit{1}.", "Raise the processor limit of {0}, then see what it does more of."),
        CauseKind.MemoryLeak => new("The memory of {0} only grows{1}.", "Restart {0} as mitigation, and compare two heap snapshots."),
        CauseKind.GarbageCollection => new("{0} spends its time collecting garbage{1}.", "See whether the heap of {0} is nearly full, or what it allocates more of."),
        CauseKind.DiskFull => new("A disk of {0} is full or will be soon{1}.", "Make room on {0}, then find what writes so much."),
        CauseKind.SlowDisk => new("A disk of {0} is slow{1}.", "See what else uses the disk of {0}."),
        CauseKind.PacketLoss => new("Packets of {0} are lost{1}.", "Check links and limits of the network of {0}."),
        CauseKind.DescriptorExhaustion => new("{0} has no file descriptors left{1}.", "Restart {0} as mitigation, and see what it keeps open."),
        CauseKind.ThreadStarvation => new("Work in {0} waits for threads{1}.", "See in {0} what its threads block on."),
        CauseKind.NoisyNeighbour => new("{0} takes what others on its machine need{1}.", "Move or limit {0}."),
        CauseKind.BadRevision => new("The new revision of {0} is worse than the one beside it{1}.", "Send no traffic to the new revision of {0}."),
        CauseKind.ImagePull => new("{0} cannot start: an image cannot be pulled{1}.", "Correct the image of {0}, or the credentials for its registry; go back to the revision before."),
        CauseKind.CrashLoop => new("{0} ends again and again{1}.", "Read what {0} wrote before it ended; go back to the revision before."),
        CauseKind.OutOfMemory => new("{0} was killed because memory ran out{1}.", "Compare what {0} uses with its limit: raise it as mitigation, then look for what grows."),
        CauseKind.Unschedulable => new("{0} finds no node to run on{1}.", "Give {0} room: nodes, smaller requests, or rules that fit the nodes there are."),
        CauseKind.ConfigurationMissing => new("{0} cannot start: a configuration or secret is missing{1}.", "Create what {0} refers to, or correct the reference."),
        CauseKind.Eviction => new("{0} puts pods off{1}.", "Relieve {0}, and give the pods requests that say what they need."),
        CauseKind.ProbeFailure => new("Probes of {0} fail{1}.", "Find out why {0} does not answer its probes in time before the probes are loosened."),
        CauseKind.RolloutStuck => new("A new revision of {0} does not become available{1}.", "Go back to the revision of {0} before."),
        CauseKind.AutoscalingLimit => new("The autoscaler of {0} can do no more{1}.", "Raise the maximum of {0} if the nodes have room, and find out what the load is."),
        CauseKind.ColdStart => new("Fresh instances of {0} are slow{1}.", "Warm {0} up before it takes traffic: readiness, caches, pools."),
        CauseKind.NetworkPolicy => new("{0} refuses traffic that is needed{1}.", "Take back the last change of {0}, or allow the refused path."),
        CauseKind.NodeTrouble => new("Node {0} is unwell{1}.", "Move the pods off {0}, then look at the machine."),
        CauseKind.QuotaExceeded => new("A quota refuses pods of {0}{1}.", "Raise the quota, or free what uses it."),
        CauseKind.Intrusion => new("{0} got in where it should not have{1}.", "Lock the account {0} used, end its sessions, block it, and read what it did afterwards."),
        CauseKind.MetricAnomaly => new("A metric of {0} moved{1}.", "Look at {0}'s metrics and logs around the onset."),
        _ => new("Nothing speaks against {0}.", "Nothing to do."),
    };

    /// <summary>Kinds that say more than others: named first when their evidence is nearly as strong.</summary>
    public static double Specificity(CauseKind kind) => kind switch
    {
        CauseKind.NameResolution => 2.0,
        CauseKind.SlowStatement or CauseKind.BadRevision => 2.0,
        >= CauseKind.Certificate and <= CauseKind.NoisyNeighbour => 1.5,
        >= CauseKind.ImagePull and <= CauseKind.QuotaExceeded => 1.6,
        CauseKind.ResourceSaturation => 1.6,
        CauseKind.NetworkDelay => 1.2,
        CauseKind.Errors => 1.0,
        CauseKind.BehaviourChange => 1.1,
        CauseKind.SlowCode => 1.0,
        CauseKind.PoolExhaustion => 0.9,
        CauseKind.Unreachable => 0.9,
        _ => 0.8,
    };
}
