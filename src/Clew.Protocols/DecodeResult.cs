using Clew.Telemetry;

namespace Clew.Protocols;

/// <summary>How decoding a request ended.</summary>
public enum DecodeStatus
{
    /// <summary>The request could be read; single records may have been refused.</summary>
    Ok,

    /// <summary>The bytes are not what they claim to be. Nothing of the request is in the batch. The sender must not repeat it (HTTP 400).</summary>
    Malformed,

    /// <summary>The request is larger than a batch can take. Nothing of it is in the batch (HTTP 413).</summary>
    TooLarge,
}

/// <summary>Why records were refused or what was strange about them, and how often.</summary>
/// <param name="Reason">A sentence without a full stop, in OTLP's field names.</param>
/// <param name="Count">Records (refusals) or occurrences (warnings).</param>
public readonly record struct CountedReason(string Reason, int Count)
{
    public override string ToString() => $"{Reason} ({Count})";
}

/// <summary>What became of one request.</summary>
public sealed record DecodeResult
{
    public required DecodeStatus Status { get; init; }

    /// <summary>What is wrong with the bytes; null when the status is Ok.</summary>
    public string? Error { get; init; }

    /// <summary>Byte position of <see cref="Error"/> in the request; for JSON as near as the reader knows. 0 when the status is Ok.</summary>
    public long ErrorOffset { get; init; }

    /// <summary>Spans, log records or data points now in the batch.</summary>
    public int Accepted { get; init; }

    /// <summary>Spans, log records or data points left out.</summary>
    public int Rejected { get; init; }

    /// <summary>Why records were left out, most important rule first; counts add up to <see cref="Rejected"/>.</summary>
    public IReadOnlyList<CountedReason> RejectionReasons { get; init; } = [];

    /// <summary>What was accepted but repaired or odd.</summary>
    public IReadOnlyList<CountedReason> Warnings { get; init; } = [];

    /// <summary>
    /// The text for a partial success: refusals, then warnings, with counts. Empty when there is nothing to say, in which case OTLP wants the
    /// partial success left unset.
    /// </summary>
    public string Explanation => string.Join("; ", RejectionReasons.Select(reason => $"refused: {reason}").Concat(Warnings.Select(warning => $"warning: {warning}")));

    /// <summary>What became of several requests that were read into one batch, all of them readable: counts added, reasons in the order they first came.</summary>
    public static DecodeResult Join(IReadOnlyList<DecodeResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (results.Count == 1)
        {
            return results[0];
        }

        return new DecodeResult
        {
            Status = DecodeStatus.Ok,
            Accepted = results.Sum(result => result.Accepted),
            Rejected = results.Sum(result => result.Rejected),
            RejectionReasons = Sum(results.SelectMany(result => result.RejectionReasons)),
            Warnings = Sum(results.SelectMany(result => result.Warnings)),
        };

        static IReadOnlyList<CountedReason> Sum(IEnumerable<CountedReason> reasons) =>
            [.. reasons.GroupBy(reason => reason.Reason).Select(group => new CountedReason(group.Key, group.Sum(reason => reason.Count)))];
    }

    /// <summary>The bytes are not what they claim to be.</summary>
    /// <param name="error">What is wrong, a sentence without a full stop.</param>
    /// <param name="offset">Byte position in the request, as near as is known.</param>
    internal static DecodeResult Malformed(string error, long offset) => new()
    {
        Status = DecodeStatus.Malformed,
        Error = error,
        ErrorOffset = offset,
    };

    /// <summary>Null when the batch can take the request.</summary>
    /// <param name="textGrowth">The most bytes of text that one byte of such a request can become.</param>
    internal static DecodeResult? TooLarge(ReadOnlySpan<byte> request, TelemetryBatch batch, ProtocolLimits limits, int textGrowth)
    {
        if (request.Length > limits.MaxRequestBytes)
        {
            return new DecodeResult
            {
                Status = DecodeStatus.TooLarge,
                Error = $"the request has {request.Length} bytes; {nameof(ProtocolLimits.MaxRequestBytes)} is {limits.MaxRequestBytes}",
            };
        }

        if (batch.Arena.Length + ((long)request.Length * textGrowth) > Array.MaxLength)
        {
            return new DecodeResult
            {
                Status = DecodeStatus.TooLarge,
                Error = $"the batch holds {batch.Arena.Length} bytes of text and has no room for a request of {request.Length} bytes",
            };
        }

        return null;
    }
}
