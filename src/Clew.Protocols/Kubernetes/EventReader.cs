using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Kubernetes;

/// <summary>Events of core/v1 (involvedObject, count, lastTimestamp) and of events.k8s.io/v1 (regarding, series, deprecated… for what was renamed).</summary>
internal static class EventReader
{
    /// <returns>Null when it does not say what happened to what.</returns>
    public static KubernetesEvent? Read(JsonElement item, Timestamp now, KubernetesLimits limits, TextCut cut)
    {
        var metadata = item.At("metadata");
        var about = item.At("involvedObject").ValueKind == JsonValueKind.Object ? item.At("involvedObject") : item.At("regarding");
        var reason = item.TextAt("reason");
        if (reason.Length == 0 || about.TextAt("kind").Length == 0)
        {
            return null;
        }

        var series = item.At("series");
        var made = ObjectMoments.Read(metadata.At("creationTimestamp"));
        var last = ObjectMoments.Read(series.At("lastObservedTime")) ?? First(item, "lastTimestamp", "deprecatedLastTimestamp", "eventTime") ?? made ?? First(item, "firstTimestamp") ?? now;
        var first = First(item, "firstTimestamp", "deprecatedFirstTimestamp", "eventTime") ?? made ?? last;
        var source = item.At("source").ValueKind == JsonValueKind.Object ? item.At("source") : item.At("deprecatedSource");
        var count = new[] { series.IntAt("count"), item.IntAt("count"), item.IntAt("deprecatedCount"), 1 }.Max();
        var message = item.TextAt("message") is { Length: > 0 } text ? text : item.TextAt("note");
        return new KubernetesEvent
        {
            Time = last,
            FirstTime = first < last ? first : last,
            Uid = metadata.TextAt("uid") is { Length: > 0 } uid ? uid : $"{about.TextAt("namespace")}/{about.TextAt("kind")}/{about.TextAt("name")}/{reason}/{first}",
            Version = ulong.TryParse(metadata.TextAt("resourceVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0,
            Type = Name(item.TextAt("type")),
            Reason = Name(reason),
            Message = cut.Cut(message, limits.MaxMessageLength),
            Count = count,
            Kind = Name(about.TextAt("kind")),
            Namespace = Name(about.TextAt("namespace") is { Length: > 0 } space ? space : metadata.TextAt("namespace")),
            Name = Name(about.TextAt("name")),
            ObjectUid = Name(about.TextAt("uid")),
            FieldPath = Name(about.TextAt("fieldPath")),
            Component = Name(source.TextAt("component") is { Length: > 0 } component ? component
                : item.TextAt("reportingController") is { Length: > 0 } controller ? controller : item.TextAt("reportingComponent")),
            Node = Name(source.TextAt("host") is { Length: > 0 } host ? host : about.TextAt("kind") == "Node" ? about.TextAt("name") : ""),
        };

        string Name(string name) => cut.Cut(name, limits.MaxNameLength);
    }

    private static Timestamp? First(JsonElement item, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (ObjectMoments.Read(item.At(name)) is { } moment)
            {
                return moment;
            }
        }

        return null;
    }
}
