using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Settings;

/// <summary>Answer to <c>GET /api/settings</c>.</summary>
/// <param name="Version">Of this server.</param>
/// <param name="StartedAt">When it began to serve.</param>
/// <param name="Settings">In the order of <c>clew config</c>.</param>
public sealed record SettingList(string Version, Timestamp StartedAt, IReadOnlyList<SettingEntry> Settings);

/// <param name="Name">As in a configuration file, dots are nesting.</param>
/// <param name="Value">In force; secrets in it are taken out.</param>
/// <param name="Default">What it is when nobody sets it.</param>
/// <param name="Expected">What a good value looks like; completes "expected …".</param>
/// <param name="Variable">Its name in the environment.</param>
public sealed record SettingEntry(string Name, string Value, string Default, string Description, string Expected, string Variable);

/// <summary>Answer to <c>GET /api/storage</c>.</summary>
/// <param name="Bytes">On disk, of all tables.</param>
/// <param name="FreeBytes">Free on the disk of the data directory; absent when it cannot be asked.</param>
/// <param name="MaxAge">As the setting has it; absent when nothing is deleted for its age.</param>
/// <param name="MaxBytes">As the setting has it; absent when nothing is deleted for the size of the store.</param>
/// <param name="Tables">The largest first; empty ones are left out.</param>
public sealed record StorageAnswer(string DataDirectory, long Bytes, long? FreeBytes, long MinFreeBytes, string? MaxAge, long? MaxBytes, IReadOnlyList<StoredTable> Tables);

/// <param name="Parts">Active parts; when they only grow, merges are behind.</param>
public sealed record StoredTable(string Table, long Rows, long Bytes, long Parts);

/// <summary>Answer to <c>GET /api/sources</c>: what came in since the start.</summary>
/// <param name="Sources">By signal and protocol, those with the most records first.</param>
/// <param name="StartedAt">Counts are since then.</param>
public sealed record SourceList(Timestamp StartedAt, Timestamp Now, IReadOnlyList<SourceEntry> Sources);

/// <param name="Signal"><c>traces</c>, <c>logs</c> or <c>metrics</c>.</param>
/// <param name="Requests">Answered with success.</param>
/// <param name="RefusedRequests">Answered with an error.</param>
/// <param name="Accepted">Records decoded and within limits.</param>
/// <param name="Stored">Records on disk.</param>
/// <param name="Losses">Why requests and records were not stored, the most frequent first.</param>
public sealed record SourceEntry(
    string Signal, string Protocol, long Requests, long RefusedRequests, long Accepted, long Stored, IReadOnlyList<SourceLoss> Losses);

/// <param name="What"><c>requests</c> that were refused, <c>refused</c> records that were to be sent again, or <c>dropped</c> ones that were left out for good.</param>
public sealed record SourceLoss(string What, string Reason, long Count);

/// <summary>Body of <c>POST /api/redaction/preview</c>.</summary>
public sealed record RedactionPreviewRequest
{
    /// <summary>Lines that are looked at one by one.</summary>
    public string? Text { get; init; }

    /// <summary>Treats each line as the value of the attribute with this key.</summary>
    public string? Key { get; init; }

    /// <summary>Treats each line as a database statement.</summary>
    public bool Statement { get; init; }
}

/// <summary>Answer to <c>POST /api/redaction/preview</c>.</summary>
/// <param name="Changed">Lines that redaction changes.</param>
/// <param name="Lines">In the order sent. What stood there before is not repeated.</param>
public sealed record RedactionPreview(int Changed, IReadOnlyList<RedactedLine> Lines);

/// <param name="After">The line as it would be stored.</param>
/// <param name="Rules">How many values each rule took out.</param>
public sealed record RedactedLine(string After, bool IsChanged, IReadOnlyDictionary<string, int> Rules);

/// <summary>JSON of settings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(SettingList))]
[JsonSerializable(typeof(StorageAnswer))]
[JsonSerializable(typeof(SourceList))]
[JsonSerializable(typeof(RedactionPreviewRequest))]
[JsonSerializable(typeof(RedactionPreview))]
public sealed partial class SettingsJson : JsonSerializerContext;
