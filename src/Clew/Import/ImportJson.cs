using System.Text.Json.Serialization;
using Clew.Telemetry;

namespace Clew.Cli.Import;

/// <summary>The summary of <c>clew import --json</c>.</summary>
public sealed record ImportReport
{
    /// <summary><c>complete</c>, <c>some-refused</c>, <c>failed</c> or <c>interrupted</c>.</summary>
    public required string Outcome { get; init; }

    public string? Reason { get; init; }

    /// <summary>Records the server acknowledged.</summary>
    public required long Spans { get; init; }

    public required long LogRecords { get; init; }

    public required long DataPoints { get; init; }

    /// <summary>Objects and events of Kubernetes clusters.</summary>
    public required long Objects { get; init; }

    public required long Changes { get; init; }

    public required long Alerts { get; init; }

    /// <summary>Records that were sent and not stored.</summary>
    public required long Refused { get; init; }

    public required long BadLines { get; init; }

    /// <summary>Log records of no format that is known, kept as they are.</summary>
    public required long PlainRecords { get; init; }

    public required long Lines { get; init; }

    /// <summary>Unpacked.</summary>
    public required long Bytes { get; init; }

    public required long StoredBytes { get; init; }

    public required int Sources { get; init; }

    public required int SourcesDone { get; init; }

    public required long Requests { get; init; }

    public required long Retries { get; init; }

    /// <summary>RFC 3339; earliest and latest time of what was stored.</summary>
    public string? StartTime { get; init; }

    public string? EndTime { get; init; }

    public required double DurationSeconds { get; init; }

    public static ImportReport Of(ImportResult result)
    {
        var totals = result.Totals;
        return new ImportReport
        {
            Outcome = result.Outcome switch
            {
                ImportOutcome.Complete => "complete",
                ImportOutcome.SomeRefused => "some-refused",
                ImportOutcome.Interrupted => "interrupted",
                _ => "failed",
            },
            Reason = result.Reason,
            Spans = totals.Spans,
            LogRecords = totals.LogRecords,
            DataPoints = totals.DataPoints,
            Objects = totals.Objects,
            Changes = totals.Changes,
            Alerts = totals.Alerts,
            Refused = totals.Refused,
            BadLines = totals.BadLines,
            PlainRecords = totals.PlainRecords,
            Lines = totals.Lines,
            Bytes = totals.Bytes,
            StoredBytes = totals.StoredBytesRead,
            Sources = totals.Sources,
            SourcesDone = totals.SourcesDone,
            Requests = totals.Requests,
            Retries = totals.Retries,
            StartTime = totals.FirstTimeUnixNano is { } first ? new Timestamp(first).ToString() : null,
            EndTime = totals.LastTimeUnixNano is { } last ? new Timestamp(last).ToString() : null,
            DurationSeconds = Math.Round(result.Duration.TotalSeconds, 3),
        };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ImportReport))]
public sealed partial class ImportJson : JsonSerializerContext;
