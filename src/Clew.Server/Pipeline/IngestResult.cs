using Clew.Server.Ingest;

namespace Clew.Server.Pipeline;

/// <summary>What became of a request, in no protocol's words.</summary>
/// <param name="Refusal">Null when everything that was not dropped is on disk.</param>
/// <param name="Dropped">Items left out for good.</param>
/// <param name="Explanation">Why items were dropped, what was repaired, or why the request was refused; empty when there is nothing to say.</param>
/// <param name="RetryAfter">When to send the request again; null when that would not help.</param>
internal readonly record struct IngestResult(RefusalReason? Refusal, int Dropped, string Explanation, TimeSpan? RetryAfter)
{
    public static readonly IngestResult Stored = new(null, 0, string.Empty, null);

    public static IngestResult Partial(int dropped, string explanation) => new(null, dropped, explanation, null);

    /// <param name="retryAfter">Null when sending the request again would not help.</param>
    public static IngestResult Refused(RefusalReason reason, string explanation, TimeSpan? retryAfter = null) => new(reason, 0, explanation, retryAfter);
}
