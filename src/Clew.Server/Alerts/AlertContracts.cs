using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Alerts;

/// <summary>Answer to <c>GET /api/alerts</c>, those that began last first.</summary>
/// <param name="Limit">The limit that applied; as many alerts as this mean that there may be more.</param>
public sealed record AlertList(IReadOnlyList<AlertEntry> Alerts, int Limit);

/// <summary>One firing of an alert.</summary>
public sealed record AlertEntry
{
    /// <summary>firing or resolved.</summary>
    public required string Status { get; init; }

    public required Timestamp StartsAt { get; init; }

    /// <summary>Absent while it fires.</summary>
    public Timestamp? EndsAt { get; init; }

    /// <summary>When this was told.</summary>
    public required Timestamp UpdatedAt { get; init; }

    /// <summary>Name of the rule, or title of the incident.</summary>
    public required string Name { get; init; }

    /// <summary>Who told: alertmanager, grafana, pagerduty, opsgenie, …</summary>
    public required string Source { get; init; }

    /// <summary>Names the alert within its source.</summary>
    public required string Fingerprint { get; init; }

    public string? Severity { get; init; }

    public string? Service { get; init; }

    public string? Summary { get; init; }

    public string? Link { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
}

/// <summary>JSON of alerts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(AlertList))]
public sealed partial class AlertJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters.</summary>
    public static AlertJson Readable => Holder.Readable;

    private static class Holder
    {
        public static readonly AlertJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
