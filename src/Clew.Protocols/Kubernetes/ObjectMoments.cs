using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Kubernetes;

/// <summary>The moments that an object tells of itself.</summary>
internal static class ObjectMoments
{
    /// <summary>Members that say when something of the object changed. Heartbeats and probes are not among them: they change all the time and say nothing.</summary>
    private static readonly HashSet<string> Names =
    [
        "creationTimestamp", "time", "lastTransitionTime", "lastUpdateTime", "startedAt", "finishedAt", "startTime", "completionTime", "lastScheduleTime", "lastScaleTime",
        "lastSuccessfulTime",
    ];

    /// <summary>The newest of them in metadata and status; of a deleted object also when it was to be deleted. Null when there is none.</summary>
    public static Timestamp? Newest(JsonElement item, bool isDeleted)
    {
        var metadata = item.At("metadata");
        long? newest = null;
        Note(metadata.At("creationTimestamp"), ref newest);
        foreach (var entry in metadata.At("managedFields").Items())
        {
            Note(entry.At("time"), ref newest);
        }

        Note(item.At("spec", "template").At("metadata", "annotations").At("kubectl.kubernetes.io/restartedAt"), ref newest);
        if (isDeleted)
        {
            Note(metadata.At("deletionTimestamp"), ref newest);
        }

        Walk(item.At("status"), ref newest);
        return newest is { } time ? new Timestamp(time) : null;
    }

    /// <summary>RFC 3339 as Kubernetes writes it, with or without fractions of a second.</summary>
    public static Timestamp? Read(JsonElement value)
    {
        long? time = null;
        Note(value, ref time);
        return time is { } found ? new Timestamp(found) : null;
    }

    private static void Walk(JsonElement element, ref long? newest)
    {
        foreach (var member in element.Members())
        {
            if (Names.Contains(member.Name))
            {
                Note(member.Value, ref newest);
            }

            Walk(member.Value, ref newest);
        }

        foreach (var item in element.Items())
        {
            Walk(item, ref newest);
        }
    }

    private static void Note(JsonElement value, ref long? newest)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: >= 20 and < 40 } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            && moment.Year is > 1970 and < 2262)
        {
            var time = Timestamp.FromDateTimeOffset(moment).UnixNanoseconds;
            newest = newest is { } known ? Math.Max(known, time) : time;
        }
    }
}
