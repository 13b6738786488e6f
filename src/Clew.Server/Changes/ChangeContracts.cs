using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Changes;

/// <summary>
/// A change as it is sent to and read from <c>/api/changes</c>. Members beyond the named ones are kept as attributes; a sender's "title" and
/// "target" stand in for summary and service.
/// </summary>
public sealed record ChangeDocument
{
    /// <summary>Made on arrival when absent. Sending the same id, time and service again replaces the record.</summary>
    public string? Id { get; init; }

    /// <summary>When it took effect, RFC 3339 or a number since 1970; now when absent.</summary>
    public JsonElement? Time { get; init; }

    /// <summary>deploy, rollout, config, flag, migration, infrastructure, …</summary>
    public string? Kind { get; init; }

    /// <summary>The service or component that was changed.</summary>
    public string? Service { get; init; }

    /// <summary>What was changed, in one line.</summary>
    public string? Summary { get; init; }

    /// <summary>The new version, commit or revision.</summary>
    public string? Version { get; init; }

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>Where to read about it.</summary>
    public string? Link { get; init; }

    /// <summary>What was changed, as a patch; kept as the attribute <c>diff</c>, cut where it is too long.</summary>
    public string? Diff { get; init; }

    /// <summary>Anything else. Nested values keep their JSON text.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>Answer to <c>POST /api/changes</c>.</summary>
/// <param name="Ids">In the order sent.</param>
public sealed record ChangesAccepted(IReadOnlyList<string> Ids);

/// <summary>Answer to <c>GET /api/changes</c>, oldest first.</summary>
public sealed record ChangeList(IReadOnlyList<ChangeEntry> Changes);

/// <summary>One stored change.</summary>
public sealed record ChangeEntry(
    string Id, Timestamp Time, string Kind, string Service, string Summary, string Version, string Author, string Link, IReadOnlyDictionary<string, string> Attributes);

/// <summary>JSON of changes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(ChangeDocument))]
[JsonSerializable(typeof(ChangeDocument[]))]
[JsonSerializable(typeof(ChangesAccepted))]
[JsonSerializable(typeof(ChangeList))]
public sealed partial class ChangeJson : JsonSerializerContext;
