using Clew.Telemetry;

namespace Clew.Server.Redaction;

/// <summary>Records, text by text.</summary>
internal static class RecordRedaction
{
    public static ChangeRecord Redact(this TextRedactor redactor, ChangeRecord change) => change with
    {
        Id = redactor.Redact(change.Id),
        Kind = redactor.Redact(change.Kind),
        Service = redactor.Redact(change.Service),
        Summary = redactor.Redact(change.Summary),
        Version = redactor.Redact(change.Version),
        Author = redactor.Redact(change.Author),
        Link = redactor.Redact(change.Link),
        Attributes = redactor.Redact(change.Attributes),
    };

    public static KubernetesObject Redact(this TextRedactor redactor, KubernetesObject state) => state with
    {
        Uid = redactor.Redact(state.Uid),
        Kind = redactor.Redact(state.Kind),
        Namespace = redactor.Redact(state.Namespace),
        Name = redactor.Redact(state.Name),
        WorkloadKind = redactor.Redact(state.WorkloadKind),
        Workload = redactor.Redact(state.Workload),
        Service = redactor.Redact(state.Service),
        Node = redactor.Redact(state.Node),
        Phase = redactor.Redact(state.Phase),
        Fields = redactor.Redact(state.Fields),
    };

    public static KubernetesEvent Redact(this TextRedactor redactor, KubernetesEvent happened) => happened with
    {
        Uid = redactor.Redact(happened.Uid),
        Type = redactor.Redact(happened.Type),
        Reason = redactor.Redact(happened.Reason),
        Message = redactor.Redact(happened.Message),
        Kind = redactor.Redact(happened.Kind),
        Namespace = redactor.Redact(happened.Namespace),
        Name = redactor.Redact(happened.Name),
        ObjectUid = redactor.Redact(happened.ObjectUid),
        FieldPath = redactor.Redact(happened.FieldPath),
        Component = redactor.Redact(happened.Component),
        Node = redactor.Redact(happened.Node),
        Workload = redactor.Redact(happened.Workload),
        Service = redactor.Redact(happened.Service),
    };

    public static AlertRecord Redact(this TextRedactor redactor, AlertRecord alert) => alert with
    {
        Fingerprint = redactor.Redact(alert.Fingerprint),
        Source = redactor.Redact(alert.Source),
        Name = redactor.Redact(alert.Name),
        Severity = redactor.Redact(alert.Severity),
        Service = redactor.Redact(alert.Service),
        Summary = redactor.Redact(alert.Summary),
        Link = redactor.Redact(alert.Link),
        Labels = redactor.Redact(alert.Labels),
        Annotations = redactor.Redact(alert.Annotations),
    };

    /// <summary>Keys as texts, values by their keys. Of keys that become the same the last one stays.</summary>
    private static Dictionary<string, string> Redact(this TextRedactor redactor, IReadOnlyDictionary<string, string> texts)
    {
        var clean = new Dictionary<string, string>(texts.Count, StringComparer.Ordinal);
        foreach (var (key, value) in texts)
        {
            clean[redactor.Redact(key)] = redactor.Redact(key, value);
        }

        return clean;
    }
}
