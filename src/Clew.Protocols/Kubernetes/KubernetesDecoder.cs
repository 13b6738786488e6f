using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Kubernetes;

/// <summary>
/// Reads the JSON of Kubernetes' API as <c>kubectl get … -o json</c>, <c>--watch</c>, <c>--watch --output-watch-events</c> and the API server
/// write it: single objects, lists of one or of mixed kinds, watch events, and any number of these one after the other.
/// </summary>
/// <remarks>
/// Of an object that is not as it should be only that object is left out, counted with the reason. Bytes that are not JSON fail the whole
/// request. Values of secrets, config maps, environment variables and annotations are never read.
/// </remarks>
/// <param name="cut">For texts beyond the limits.</param>
public sealed class KubernetesDecoder(KubernetesLimits limits, TextCut cut)
{
    /// <summary>Reads everything in <paramref name="json"/> into the batch.</summary>
    public DecodeResult Decode(ReadOnlySpan<byte> json, KubernetesObservation observed, KubernetesBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = limits.MaxDepth });
        try
        {
            while (reader.Read())
            {
                ReadValue(ref reader, observed, batch);
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is no Unicode, such as half of a surrogate pair.
            batch.Clear();
            return DecodeResult.Malformed($"not JSON: {wrong.Message}", reader.BytesConsumed);
        }

        return new DecodeResult
        {
            Status = DecodeStatus.Ok,
            Accepted = batch.Objects.Count + batch.Events.Count,
            Rejected = batch.Rejected,
            RejectionReasons = [.. batch.Issues.Select(issue => new CountedReason(issue.Key, issue.Value))],
        };
    }

    private void ReadValue(ref Utf8JsonReader reader, KubernetesObservation observed, KubernetesBatch batch)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadValue(ref reader, observed, batch);
                }

                break;
            case JsonTokenType.StartObject:
                ReadDocument(ref reader, observed, batch);
                break;
            default:
                batch.Reject("not an object");
                reader.Skip();
                break;
        }
    }

    /// <summary>Looks at the outermost members first: lists are too long to be taken apart as one document.</summary>
    private void ReadDocument(ref Utf8JsonReader reader, KubernetesObservation observed, KubernetesBatch batch)
    {
        var outline = Outline.Of(reader);
        if (outline.HasItems && outline.Kind.EndsWith("List", StringComparison.Ordinal))
        {
            ReadList(ref reader, outline.Kind, observed, batch);
            return;
        }

        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (outline.Type.Length > 0 && root.At("object") is { ValueKind: JsonValueKind.Object } watched)
        {
            ReadWatched(outline.Type, watched, observed, batch);
            return;
        }

        ReadItem(root, KindOf(root, observed.Kind), isDeleted: false, observed with { IsLive = false }, batch);
    }

    private void ReadList(ref Utf8JsonReader reader, string listKind, KubernetesObservation observed, KubernetesBatch batch)
    {
        var kind = listKind == "List" ? "" : listKind[..^"List".Length];
        var version = "";
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isItems = reader.ValueTextEquals("items"u8);
            var isMetadata = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (isItems && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    using var item = JsonDocument.ParseValue(ref reader);
                    ReadItem(item.RootElement, KindOf(item.RootElement, kind), isDeleted: false, observed with { IsLive = false }, batch);
                }
            }
            else if (isMetadata)
            {
                using var metadata = JsonDocument.ParseValue(ref reader);
                version = metadata.RootElement.TextAt("resourceVersion");
                batch.Continue = metadata.RootElement.TextAt("continue");
            }
            else
            {
                reader.Skip();
            }
        }

        // A watch goes on from the version of the list, which is later than that of any item.
        batch.ResourceVersion = version.Length > 0 ? version : batch.ResourceVersion;
    }

    private static string KindOf(JsonElement item, string? otherwise) => item.TextAt("kind") is { Length: > 0 } own ? own : otherwise ?? "";

    private void ReadWatched(string type, JsonElement watched, KubernetesObservation observed, KubernetesBatch batch)
    {
        switch (type)
        {
            case "ADDED":
                ReadItem(watched, KindOf(watched, observed.Kind), isDeleted: false, observed with { IsLive = false }, batch);
                break;
            case "MODIFIED":
                ReadItem(watched, KindOf(watched, observed.Kind), isDeleted: false, observed, batch);
                break;
            case "DELETED":
                ReadItem(watched, KindOf(watched, observed.Kind), isDeleted: true, observed, batch);
                break;
            case "BOOKMARK":
                batch.ResourceVersion = watched.At("metadata").TextAt("resourceVersion");
                break;
            case "ERROR":
                ReadFailure(watched, batch);
                break;
            default:
                batch.Reject("a watch event of a type that is not known");
                break;
        }
    }

    private void ReadItem(JsonElement item, string kind, bool isDeleted, KubernetesObservation observed, KubernetesBatch batch)
    {
        if (batch.Objects.Count + batch.Events.Count >= limits.MaxObjects)
        {
            batch.Reject($"more than {limits.MaxObjects.ToString(CultureInfo.InvariantCulture)} objects in one request (max_objects)");
            return;
        }

        try
        {
            ReadKnown(item, kind, isDeleted, observed, batch);
        }
        catch (InvalidOperationException)
        {
            batch.Reject("a text that is no Unicode");
        }
    }

    private void ReadKnown(JsonElement item, string kind, bool isDeleted, KubernetesObservation observed, KubernetesBatch batch)
    {
        if (kind == "Status")
        {
            ReadFailure(item, batch);
            return;
        }

        var metadata = item.At("metadata");
        var version = metadata.TextAt("resourceVersion");
        if (version.Length > 0)
        {
            batch.ResourceVersion = version;
        }

        if (kind == "Table")
        {
            batch.Reject("a table for people, not objects; ask kubectl for -o json");
        }
        else if (kind.Length == 0 || metadata.TextAt("name").Length == 0)
        {
            batch.Reject("no kind or no metadata.name");
        }
        else if (new[] { kind, metadata.TextAt("name"), metadata.TextAt("namespace"), metadata.TextAt("uid") }.Any(text => text.Length > limits.MaxNameLength))
        {
            batch.Reject($"a name of more than {limits.MaxNameLength.ToString(CultureInfo.InvariantCulture)} characters (max_name_length)");
        }
        else if (kind == "Event")
        {
            // A deleted event has only been forgotten: what it told still happened.
            if (EventReader.Read(item, observed.Now, limits, cut) is { } happened)
            {
                batch.Events.Add(happened);
            }
            else
            {
                batch.Reject("an event without a reason or without its object");
            }
        }
        else
        {
            batch.Objects.Add(ReadState(item, kind, metadata, version, isDeleted, observed));
        }
    }

    private KubernetesObject ReadState(JsonElement item, string kind, JsonElement metadata, string version, bool isDeleted, KubernetesObservation observed)
    {
        var fields = new ObjectFields(limits, cut);
        fields.Set("cluster", observed.Cluster ?? "");
        StateFields.Read(kind, item, fields);
        var (workloadKind, workload) = KubernetesOwner.WorkloadOf(kind, item);
        var name = metadata.TextAt("name");
        var space = metadata.TextAt("namespace");
        return new KubernetesObject
        {
            Time = observed.IsLive ? observed.Now : ObjectMoments.Newest(item, isDeleted) ?? observed.Now,
            Uid = metadata.TextAt("uid") is { Length: > 0 } uid ? uid : $"{kind}/{space}/{name}",
            Version = ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
            Kind = kind,
            Namespace = space,
            Name = name,
            WorkloadKind = Name(workloadKind),
            Workload = Name(workload),
            Service = Name(KubernetesOwner.ServiceOf(kind, item, workload)),
            Node = Name(kind == "Node" ? name : item.At("spec").TextAt("nodeName")),
            Phase = Name(Phase(kind, item)),
            IsDeleted = isDeleted,
            Fields = fields.Values,
        };
    }

    private string Name(string text) => cut.Cut(text, limits.MaxNameLength);

    /// <summary>One word for how it is: the phase, for nodes whether they are ready, for workloads whether all replicas are.</summary>
    private static string Phase(string kind, JsonElement item)
    {
        var status = item.At("status");
        if (status.TextAt("phase") is { Length: > 0 } phase)
        {
            return item.At("metadata", "deletionTimestamp").ValueKind == JsonValueKind.String ? "Terminating" : phase;
        }

        if (kind == "Node")
        {
            var ready = status.At("conditions").Items().FirstOrDefault(condition => condition.TextAt("type") == "Ready").TextAt("status");
            return ready switch { "True" => "Ready", "" => "", _ => "NotReady" };
        }

        if (kind is "Deployment" or "StatefulSet" or "ReplicaSet" or "Rollout")
        {
            var desired = item.At("spec").At("replicas").ValueKind == JsonValueKind.Number ? item.At("spec").IntAt("replicas") : 1;
            return desired == 0 ? "ScaledToZero" : status.IntAt("readyReplicas") >= desired ? "Ready" : "NotReady";
        }

        return kind == "DaemonSet" ? (status.IntAt("numberReady") >= status.IntAt("desiredNumberScheduled") ? "Ready" : "NotReady")
            : kind == "Job" ? status.At("conditions").Items().LastOrDefault(condition => condition.TextAt("status") == "True").TextAt("type")
            : "";
    }

    private void ReadFailure(JsonElement status, KubernetesBatch batch) => batch.Failure = new KubernetesFailure(
        status.IntAt("code"), cut.Cut(status.TextAt("reason"), limits.MaxNameLength), cut.Cut(status.TextAt("message"), limits.MaxMessageLength));

    /// <summary>The outermost members by which a document is known.</summary>
    private readonly record struct Outline(string Kind, string Type, bool HasItems)
    {
        /// <param name="reader">A copy: the caller's stays where it is.</param>
        public static Outline Of(Utf8JsonReader reader)
        {
            string kind = "", type = "";
            var hasItems = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isKind = reader.ValueTextEquals("kind"u8);
                var isType = reader.ValueTextEquals("type"u8);
                var isItems = reader.ValueTextEquals("items"u8);
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && (isKind || isType))
                {
                    (kind, type) = isKind ? (reader.GetString()!, type) : (kind, reader.GetString()!);
                }

                hasItems |= isItems && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null;
                reader.Skip();
            }

            return new Outline(kind, type, hasItems);
        }
    }
}
