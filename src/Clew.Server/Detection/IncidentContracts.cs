using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Detection;

/// <summary>Answer to <c>GET /api/incidents</c>, those that began last first.</summary>
/// <param name="Limit">The limit that applied; as many incidents as this mean that there may be more.</param>
public sealed record IncidentList(IReadOnlyList<IncidentEntry> Incidents, int Limit);

/// <summary>An incident that was noticed without being told.</summary>
public sealed record IncidentEntry
{
    /// <summary>Names it.</summary>
    public required string Id { get; init; }

    /// <summary>open or closed.</summary>
    public required string Status { get; init; }

    /// <summary>When the trouble began.</summary>
    public required Timestamp Onset { get; init; }

    /// <summary>When it was noticed.</summary>
    public required Timestamp NoticedAt { get; init; }

    /// <summary>When the last sign of it was seen; absent while it lasts.</summary>
    public Timestamp? EndsAt { get; init; }

    /// <summary>critical when requests from outside suffer, else warning.</summary>
    public required string Severity { get; init; }

    /// <summary>Where it was noticed, which is not where it comes from.</summary>
    public required string Service { get; init; }

    /// <summary>The worst symptom, as a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The worst symptoms as sentences, those of entries first.</summary>
    public required IReadOnlyList<string> Symptoms { get; init; }

    /// <summary>What the investigation says: CONFIRMED, LIKELY, INCONCLUSIVE; absent until it is done.</summary>
    public string? Verdict { get; init; }

    /// <summary>The investigation's sentence.</summary>
    public string? Headline { get; init; }

    /// <summary>Names the report at <c>GET /api/investigations/{id}</c>; absent when none is remembered.</summary>
    public string? Investigation { get; init; }

    /// <summary>The service that the investigation accuses.</summary>
    public string? Cause { get; init; }

    /// <summary>The change that fits.</summary>
    public string? Change { get; init; }
}

/// <summary>JSON of incidents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(IncidentList))]
public sealed partial class IncidentJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters.</summary>
    public static IncidentJson Readable => Holder.Readable;

    private static class Holder
    {
        public static readonly IncidentJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
