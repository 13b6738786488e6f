using System.Globalization;
using Clew.Telemetry;

namespace Clew.Analysis.Observations;

/// <summary>A container of a pod as one state of the pod tells it: the fields <c>container.NAME.*</c> and <c>init_container.NAME.*</c> of docs/kubernetes.md.</summary>
/// <param name="Name">Name within the pod.</param>
/// <param name="IsInit">It runs before the others, and must end well.</param>
/// <param name="State">waiting, running or terminated; empty when the kubelet has not said yet.</param>
/// <param name="Reason">One word for the state: CrashLoopBackOff, OOMKilled.</param>
/// <param name="Last">How it ended the time before.</param>
/// <param name="MemoryLimit">As written (256Mi); empty when it has none.</param>
internal sealed record ContainerStatus(string Name, bool IsInit, string State, string Reason, string Message, Termination? Last, int Restarts, string Image, string MemoryLimit)
{
    /// <summary>How it ended, if it is over or was before: the running state's own end first.</summary>
    public Termination? End { get; private init; }

    /// <summary>Every container a state names, by name.</summary>
    public static IReadOnlyList<ContainerStatus> Of(KubernetesObject pod)
    {
        var found = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var key in pod.Fields.Keys)
        {
            var isInit = key.StartsWith("init_container.", StringComparison.Ordinal);
            if (isInit || key.StartsWith("container.", StringComparison.Ordinal))
            {
                var from = isInit ? "init_container.".Length : "container.".Length;
                var to = key.IndexOf('.', from);
                if (to > from)
                {
                    found[key[..to]] = isInit;
                }
            }
        }

        return [.. found.Select(c => Read(pod.Fields, c.Key, c.Value))];
    }

    private static ContainerStatus Read(IReadOnlyDictionary<string, string> fields, string prefix, bool isInit)
    {
        string Get(string field) => fields.GetValueOrDefault($"{prefix}.{field}", "");
        var last = Ended(Get("last.reason"), Get("last.exit_code"), Get("last.message"), Get("last.finished"));
        var state = Get("state");
        return new ContainerStatus(
            prefix[(prefix.IndexOf('.', StringComparison.Ordinal) + 1)..], isInit, state, Get("reason"), Get("message"), last,
            int.TryParse(Get("restarts"), NumberStyles.None, CultureInfo.InvariantCulture, out var restarts) ? restarts : 0, Get("image"), Get("limit.memory"))
        {
            End = state == "terminated" ? Ended(Get("reason"), Get("exit_code"), Get("message"), Get("finished")) : last,
        };
    }

    private static Termination? Ended(string reason, string code, string message, string finished) => reason.Length == 0 && code.Length == 0
        ? null
        : new Termination(
            reason, int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null, message,
            DateTimeOffset.TryParse(finished, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Timestamp.FromDateTimeOffset(time).UnixNanoseconds : 0);
}

/// <summary>How a container ended.</summary>
/// <param name="ExitCode">Of its process; 128 and a signal's number when a signal ended it. Null when untold.</param>
/// <param name="Finished">Nanoseconds since the Unix epoch; 0 when untold.</param>
internal sealed record Termination(string Reason, int? ExitCode, string Message, long Finished);
