namespace Clew.Load.Sending;

internal enum Outcome
{
    /// <summary>200 or OK: the server says the data is stored, up to <see cref="Reply.Rejected"/> items.</summary>
    Acknowledged,

    /// <summary>A retryable status: 429, 502, 503, 504 or their gRPC equivalents.</summary>
    Busy,

    /// <summary>Any other status: the request must not be sent again.</summary>
    Refused,

    /// <summary>No answer: the connection broke or the time ran out.</summary>
    Broken,
}

/// <summary>What came back for one attempt.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Rejected">Items refused by a partial success.</param>
/// <param name="RetryAfter">How long the server asked to wait, when it did.</param>
/// <param name="Message">The server's words, or the exception's.</param>
internal readonly record struct Reply(Outcome Outcome, long Rejected = 0, TimeSpan? RetryAfter = null, string? Message = null);

/// <summary>One connection to an OTLP endpoint. Not for concurrent use.</summary>
internal interface IExporter : IDisposable
{
    /// <summary>Bytes kept free before the message in the buffer given to <see cref="SendAsync"/>.</summary>
    int Prefix { get; }

    /// <summary>Sends one encoded export request that follows <see cref="Prefix"/> free bytes. The buffer is the caller's again when the task ends.</summary>
    Task<Reply> SendAsync(Encoding.Signal signal, Memory<byte> buffer, CancellationToken cancellation);
}
