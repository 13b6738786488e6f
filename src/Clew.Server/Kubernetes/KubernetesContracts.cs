using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Kubernetes;

/// <summary>Answer to <c>POST /api/kubernetes</c>.</summary>
/// <param name="Objects">States stored.</param>
/// <param name="Unchanged">States that told nothing new and were not stored again.</param>
/// <param name="Events">Events stored.</param>
/// <param name="Changes">Changes derived from the states.</param>
/// <param name="Rejected">Objects and events that were left out.</param>
/// <param name="Problems">Why; counts in brackets. Absent when nothing was left out.</param>
public sealed record KubernetesAccepted(int Objects, int Unchanged, int Events, int Changes, int Rejected, IReadOnlyList<string>? Problems);

/// <summary>Answer to <c>GET /api/kubernetes/objects</c>.</summary>
/// <param name="Limit">The limit that applied; as many objects as this mean that there may be more.</param>
public sealed record KubernetesObjectList(IReadOnlyList<KubernetesObjectEntry> Objects, int Limit);

/// <summary>A state of an object.</summary>
public sealed record KubernetesObjectEntry
{
    /// <summary>Since when it looks like this.</summary>
    public required Timestamp Time { get; init; }

    public required string Kind { get; init; }

    public string? Namespace { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    /// <summary>Kind and name of the topmost owner that is known.</summary>
    public string? WorkloadKind { get; init; }

    public string? Workload { get; init; }

    /// <summary>By labels or workload.</summary>
    public string? Service { get; init; }

    /// <summary>Services whose telemetry names this pod.</summary>
    public IReadOnlyList<string>? TelemetryServices { get; init; }

    public string? Node { get; init; }

    public string? Phase { get; init; }

    public bool Deleted { get; init; }

    /// <summary>Everything else, by the names of docs/kubernetes.md.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }
}

/// <summary>Answer to <c>GET /api/kubernetes/events</c>, newest first.</summary>
/// <param name="Limit">The limit that applied.</param>
public sealed record KubernetesEventList(IReadOnlyList<KubernetesEventEntry> Events, int Limit);

/// <summary>An event.</summary>
public sealed record KubernetesEventEntry
{
    /// <summary>When it was last seen.</summary>
    public required Timestamp Time { get; init; }

    public required Timestamp FirstTime { get; init; }

    public required int Count { get; init; }

    public string? Type { get; init; }

    public required string Reason { get; init; }

    public required string Message { get; init; }

    /// <summary>Of the object it is about; likewise namespace, name, workload, service.</summary>
    public string? Kind { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    public string? FieldPath { get; init; }

    public string? Workload { get; init; }

    public string? Service { get; init; }

    public string? Component { get; init; }

    public string? Node { get; init; }

    public required string Uid { get; init; }
}

/// <summary>JSON of clusters.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(KubernetesAccepted))]
[JsonSerializable(typeof(KubernetesObjectList))]
[JsonSerializable(typeof(KubernetesEventList))]
public sealed partial class KubernetesJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters.</summary>
    public static KubernetesJson Readable => Holder.Readable;

    private static class Holder
    {
        public static readonly KubernetesJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
