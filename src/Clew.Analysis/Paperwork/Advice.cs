using Clew.Analysis.Reports;

namespace Clew.Analysis.Paperwork;

/// <summary>What is done about a kind of cause, whatever the incident.</summary>
/// <param name="Confirm">What shows that it is this kind again, and nothing else.</param>
/// <param name="Mitigate">What stops the harm now, the quickest first.</param>
/// <param name="Fix">What removes the cause.</param>
/// <param name="Prevent">What would have kept it from happening, or from hurting.</param>
/// <param name="Watch">What an alert should look at, so that the next one is noticed before users tell.</param>
public sealed record CauseAdvice(string Confirm, IReadOnlyList<string> Mitigate, IReadOnlyList<string> Fix, IReadOnlyList<string> Prevent, string Watch);

/// <summary>The craft of operations by kind of cause. <c>{0}</c> stands for the accused service.</summary>
public static class Advice
{
    public static CauseAdvice Of(CauseKind kind) => kind switch
    {
        CauseKind.SlowCode => new(
            "The exclusive time of {0} grew: its callers only wait, and what it calls is as fast as before.",
            ["Take back the last change of {0}.", "Add instances of {0}, if its processors are busy.", "Shed or delay the requests that use the slow operation."],
            ["Profile the slow operation of {0} and compare it with the version before."],
            ["Compare the durations of a canary with those of the stable version before a rollout goes on.", "Set a deadline on calls of {0} that is shorter than its callers' own."],
            "the 95th percentile of {0}'s operations against its usual value"),
        CauseKind.ResourceSaturation => new(
            "A resource of {0} is at its limit while its traffic is as usual.",
            ["Give {0} more of the resource, or more instances.", "Move what shares the machine with it elsewhere.", "Shed load that can wait."],
            ["Find what uses the resource: a profile for the processor, a heap dump for memory, a list of the largest files for the disk."],
            ["Set requests and limits from measured use, with room to spare.", "Forecast the use of what fills up (disk, memory) and be told days ahead."],
            "use and saturation (waiting, throttling) of {0}'s resources, before the limit"),
        CauseKind.NetworkDelay => new(
            "Time passes between {0} and the other side in neither's work.",
            ["Move traffic away from the path: another zone, node or instance.", "Take back the last change of the network, mesh or proxies on this path."],
            ["Look for retransmits, packet loss and full queues on the path."],
            ["Measure the path itself (round trips, retransmits) and not only requests.", "Give calls on this path a deadline and a bounded number of retries."],
            "the time between client and server spans of calls to and from {0}"),
        CauseKind.NameResolution => new(
            "Look-ups of names take long or fail in {0}; connections to addresses that are known already are fast.",
            ["Take back the last change of the resolver.", "Point {0} at another resolver, or restart the resolver.", "Raise the time that answers are cached, if that is possible."],
            ["Mend the resolver or what it depends on, and its capacity."],
            ["Run the resolver with more than one instance and a cache on each node.", "Measure look-ups (duration, failures) as a dependency of their own."],
            "duration and failures of name look-ups"),
        CauseKind.PoolExhaustion => new(
            "All connections or threads of the pool in {0} are in use and requests wait for one.",
            ["Restart instances whose pool is stuck.", "Enlarge the pool, as far as the other side can bear it.", "Stop the requests that hold a connection longest."],
            ["Find who holds connections: slow statements, transactions left open, connections that are never returned."],
            ["Bound the wait for a connection, so that requests fail fast.", "Watch connections in use against the size of the pool."],
            "connections in use over the size of {0}'s pool, and the time requests wait for one"),
        CauseKind.Errors => new(
            "Requests fail first in {0}; what it calls answers well.",
            ["Take back the last change of {0}.", "Switch the failing feature off, if it has a switch.", "Send the traffic to instances or versions that do not fail."],
            ["Mend what the error says, with a test that failed before."],
            ["Try the failing request in a test against the version before it is rolled out.", "Roll out to a few instances first and stop by error rate."],
            "the error ratio of {0}'s operations"),
        CauseKind.BehaviourChange => new(
            "{0} does other steps for the same requests than before.",
            ["Take back the last change of {0}, or its flag or configuration."],
            ["Compare a trace of now with one of before, step by step (clew diff)."],
            ["Test the effect of requests, not only their status.", "Compare the steps of a canary's traces with those of the stable version."],
            "the number of calls that a request of {0} makes"),
        CauseKind.ExternalDependency => new(
            "What {0} calls outside answers with errors or late, by its own account.",
            ["Switch to the fallback or the second provider.", "Open the circuit breaker, so that requests fail fast.", "Tell the provider, with a trace id and the time."],
            ["Agree with the provider on what went wrong, and wait for its repair."],
            ["Make the feature work in part without the provider.", "Bound retries and give calls a deadline."],
            "errors and duration of calls from {0} to what is outside"),
        CauseKind.Unreachable => new(
            "Calls of {0} do not arrive although the other side is well.",
            ["Take back the last change of routes, firewalls and network policies on the path.", "Check from an instance of {0} whether name, address and port answer."],
            ["Correct the rule or route that blocks the path."],
            ["Test network rules against the calls that services really make before they are applied."],
            "calls of {0} that fail before they are sent"),
        CauseKind.Silence => new(
            "{0} sends nothing any more, and nobody gets an answer of it.",
            ["Look whether its process runs and why it ended; restart it.", "Send traffic to the instances that are left."],
            ["Remove what ended it or keeps it from starting."],
            ["Run more than one instance, on different machines.", "Let the platform restart what does not answer."],
            "instances of {0} that send telemetry"),
        CauseKind.Traffic => new(
            "{0} gets many more requests than usual; each is as costly as before.",
            ["Limit the sender, or all beyond what the system bears.", "Add instances."],
            ["Find the sender by its attributes, and agree on a rate or stop it."],
            ["Limit the rate per client at the entrance.", "Scale by the number of requests in flight."],
            "the request rate of {0} against the same time of other days"),
        _ => new(
            "The evidence of this incident is there again: the queries below show it.",
            ["Take back the last change on the path of {0}.", "Move traffic away from what is affected."],
            ["Follow the evidence to what changed in {0} and correct it."],
            ["Have a test or a check that fails while this is so."],
            "what the evidence of this incident counts, in {0}"),
    };
}
