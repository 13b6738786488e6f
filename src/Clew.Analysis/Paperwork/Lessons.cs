using Clew.Analysis.Reports;

namespace Clew.Analysis.Paperwork;

/// <summary>What a kind of cause teaches, whatever the incident. What is done about it now and later are the report's remedies (<see cref="Ranking.Remedies"/>).</summary>
/// <param name="Confirm">What shows that it is this kind again, and nothing else.</param>
/// <param name="Prevent">What would have kept it from happening, or from hurting.</param>
/// <param name="Watch">What an alert should look at, so that the next one is noticed before users tell.</param>
public sealed record CauseLessons(string Confirm, IReadOnlyList<string> Prevent, string Watch);

/// <summary>The craft of operations by kind of cause. <c>{0}</c> stands for the accused service.</summary>
public static class Lessons
{
    public static CauseLessons Of(CauseKind kind) => kind switch
    {
        CauseKind.SlowCode => new(
            "The exclusive time of {0} grew: its callers only wait, and what it calls is as fast as before.",
            ["Compare the durations of a canary with those of the stable version before a rollout goes on.", "Set a deadline on calls of {0} that is shorter than its callers' own."],
            "the 95th percentile of {0}'s operations against its usual value"),
        CauseKind.ResourceSaturation => new(
            "A resource of {0} is at its limit while its traffic is as usual.",
            ["Set requests and limits from measured use, with room to spare.", "Forecast the use of what fills up (disk, memory) and be told days ahead."],
            "use and saturation (waiting, throttling) of {0}'s resources, before the limit"),
        CauseKind.NetworkDelay => new(
            "Time passes between {0} and the other side in neither's work.",
            ["Measure the path itself (round trips, retransmits) and not only requests.", "Give calls on this path a deadline and a bounded number of retries."],
            "the time between client and server spans of calls to and from {0}"),
        CauseKind.NameResolution => new(
            "Look-ups of names take long or fail in {0}; connections to addresses that are known already are fast.",
            ["Run the resolver with more than one instance and a cache on each node.", "Measure look-ups (duration, failures) as a dependency of their own."],
            "duration and failures of name look-ups"),
        CauseKind.PoolExhaustion => new(
            "All connections or threads of the pool in {0} are in use and requests wait for one.",
            ["Bound the wait for a connection, so that requests fail fast.", "Watch connections in use against the size of the pool."],
            "connections in use over the size of {0}'s pool, and the time requests wait for one"),
        CauseKind.Errors => new(
            "Requests fail first in {0}; what it calls answers well.",
            ["Try the failing request in a test against the version before it is rolled out.", "Roll out to a few instances first and stop by error rate."],
            "the error ratio of {0}'s operations"),
        CauseKind.BehaviourChange => new(
            "{0} does other steps for the same requests than before.",
            ["Test the effect of requests, not only their status.", "Compare the steps of a canary's traces with those of the stable version."],
            "the number of calls that a request of {0} makes"),
        CauseKind.ExternalDependency => new(
            "What {0} calls outside answers with errors or late, by its own account.",
            ["Make the feature work in part without the provider.", "Bound retries and give calls a deadline."],
            "errors and duration of calls from {0} to what is outside"),
        CauseKind.Unreachable => new(
            "Calls of {0} do not arrive although the other side is well.",
            ["Test network rules against the calls that services really make before they are applied."],
            "calls of {0} that fail before they are sent"),
        CauseKind.Silence => new(
            "{0} sends nothing any more, and nobody gets an answer of it.",
            ["Run more than one instance, on different machines.", "Let the platform restart what does not answer."],
            "instances of {0} that send telemetry"),
        CauseKind.Traffic => new(
            "{0} gets many more requests than usual; each is as costly as before.",
            ["Limit the rate per client at the entrance.", "Scale by the number of requests in flight."],
            "the request rate of {0} against the same time of other days"),
        CauseKind.DiskFull or CauseKind.SlowDisk => new(
            "{0} cannot write, or waits for its disk: what is left of it, or the time its operations take, says so.",
            ["Give what grows without end a bound, and a disk of its own.", "Rehearse what {0} does when it cannot write."],
            "what is left on the disks of {0}, as a forecast, and the time of their operations"),
        CauseKind.MemoryLeak or CauseKind.OutOfMemory or CauseKind.GarbageCollection => new(
            "The memory of {0} climbs while its traffic does not, or it was killed for it.",
            ["Run {0} under load for hours before a rollout and look whether its memory settles.", "Bound caches and queues by size."],
            "the memory of {0} against its limit, as a forecast, and restarts for want of it"),
        CauseKind.ConnectionLeak or CauseKind.DescriptorExhaustion => new(
            "What {0} holds open climbs and does not fall again when the load does.",
            ["Close on every path, and let the pool tell who holds a connection too long."],
            "connections and files that {0} holds against their limits"),
        CauseKind.SlowStatement or CauseKind.MissingIndex or CauseKind.LockContention or CauseKind.RepeatedStatement => new(
            "The same statements of {0} take longer, wait, or come far more often per request.",
            ["Try a migration or a changed statement against as much data as production has.", "Bound how long a statement and a lock may wait."],
            "time and number of statements per request of {0}"),
        CauseKind.CpuThrottling or CauseKind.NoisyNeighbour or CauseKind.ThreadStarvation => new(
            "Work in {0} waits for processors or threads while its traffic is as usual.",
            ["Set limits from measured use, and keep what blocks off the threads that serve requests."],
            "throttling of {0} and the length of its thread pool's queue"),
        CauseKind.RetryStorm or CauseKind.CircuitOpen or CauseKind.FanOut or CauseKind.QueueBacklog => new(
            "{0} makes more calls per request than usual, or falls behind what it is sent.",
            ["Give retries a budget with growing, scattered pauses.", "Bound queues, and refuse early."],
            "calls per request of {0}, and the age of what it has not worked off"),
        CauseKind.Certificate => new(
            "Calls fail on the certificate of {0}, and only those.",
            ["Renew certificates by machine, and try the new one before the old one ends."],
            "days until the certificates of {0} expire"),
        CauseKind.BadRevision => new(
            "Instances of {0} of one revision are worse than those beside them.",
            ["Compare a new revision with the one beside it before it takes more traffic."],
            "errors and durations of {0} by version"),
        >= CauseKind.ImagePull and <= CauseKind.QuotaExceeded => new(
            "The cluster itself says what keeps pods of {0} from running or being reached.",
            ["Try a rollout in an environment with the same policies, quotas and registries.", "Let a rollout stop by itself when new pods do not become ready."],
            "pods of {0} that are not ready, restarts, and warnings of the cluster about them"),
        _ => new(
            "The evidence of this incident is there again: the queries above show it.",
            ["Have a test or a check that fails while this is so."],
            "what the evidence of this incident counts, in {0}"),
    };
}
