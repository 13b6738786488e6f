using System.Text.Json.Serialization;

namespace Clew.Server.Ingest.LogLines;

/// <summary>Answer to <c>POST /api/logs</c>: what is on disk when it arrives.</summary>
public sealed record LogLinesAccepted
{
    /// <summary>Records that are stored.</summary>
    public required int Accepted { get; init; }

    /// <summary>Records that were left out for good; <see cref="Message"/> says why.</summary>
    public required int Rejected { get; init; }

    /// <summary>Of the stored ones, those of which no format was recognised: the whole line is the body.</summary>
    public required int Plain { get; init; }

    /// <summary>Lines that were not empty; several can be one record.</summary>
    public required long Lines { get; init; }

    /// <summary>Records by the format in which they were read.</summary>
    public required IReadOnlyDictionary<string, int> Formats { get; init; }

    /// <summary>What was left out or repaired; absent when there is nothing to say.</summary>
    public string? Message { get; init; }
}

/// <summary>JSON of log lines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogLinesAccepted))]
public sealed partial class LogLineJson : JsonSerializerContext;
