namespace Clew.Load;

/// <summary>The generator's fixed numbers, each with its unit and what happens at the edge.</summary>
internal static class Limits
{
    /// <summary>Spans. A trace is never smaller.</summary>
    public const int SmallestTrace = 5;

    /// <summary>Spans. A trace is never larger; larger draws are cut to this.</summary>
    public const int LargestTrace = 60;

    /// <summary>Spans. The mean of the truncated distribution the sizes are drawn from.</summary>
    public const double MeanTrace = 12;

    /// <summary>Share of spans with status ERROR and an exception event.</summary>
    public const double ErrorShare = 0.01;

    /// <summary>Share of spans that link to a span of an earlier trace.</summary>
    public const double LinkShare = 0.005;

    /// <summary>
    /// Spans in one round of templates. A round is encoded once and stamped with new ids, times and values on every
    /// pass. Large enough that a store's compression blocks (tens of thousands of rows) never see a round twice.
    /// About 90 MB of memory in the generator.
    /// </summary>
    public const int SpansPerRound = 131_072;

    /// <summary>Log records per span when logs are sent.</summary>
    public const double LogsPerSpan = 0.5;

    /// <summary>Attempts at one request before it counts as failed.</summary>
    public const int Attempts = 12;

    /// <summary>Milliseconds waited before the first retry without a Retry-After; doubles each time up to <see cref="LongestBackoff"/>.</summary>
    public const int FirstBackoff = 50;

    /// <summary>Milliseconds. A longer Retry-After is cut to this.</summary>
    public const int LongestBackoff = 5_000;

    /// <summary>Seconds until one request is given up.</summary>
    public const int RequestTimeout = 60;

    /// <summary>Bytes of a response body that are read; the rest is ignored.</summary>
    public const int ResponseBody = 64 * 1024;

    /// <summary>Cores. A server that uses less on average over <see cref="QuietSeconds"/> has settled.</summary>
    public const double QuietCores = 0.05;

    /// <summary>Seconds of quiet that count as settled.</summary>
    public const int QuietSeconds = 5;

    /// <summary>Seconds of idleness after settling until memory and disk are read: servers give memory back and delete merged files only after a while.</summary>
    public const int IdleSeconds = 30;

    /// <summary>Seconds after which the wait for settling ends unsettled, which the report says.</summary>
    public const int SettleTimeout = 300;
}
