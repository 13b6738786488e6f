namespace Clew.Telemetry;

/// <summary>The store cannot take or answer anything now (full disk, closing, overload). The policy: try again after <see cref="RetryAfter"/>.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(string message, TimeSpan retryAfter, Exception? inner = null)
        : base(message, inner) => RetryAfter = retryAfter;

    public TimeSpan RetryAfter { get; }
}

/// <summary>A question met one of the limits on questions. The policy: tell the asker which; asking the same again will not help.</summary>
public sealed class QueryLimitException : Exception
{
    public QueryLimitException(string limit, string message, Exception? inner = null)
        : base(message, inner) => Limit = limit;

    /// <summary>The name of the limit, as in the configuration.</summary>
    public string Limit { get; }
}

/// <summary>
/// A question that makes no sense: a field the records do not have, a comparison its type does not know, a regular expression that is none. The
/// policy: tell the asker; the message is fit for that.
/// </summary>
public sealed class InvalidQuestionException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The data directory cannot be used: newer schema, another process, not a directory. The policy: do not start.</summary>
public sealed class StoreOpenException(string message, Exception? inner = null) : Exception(message, inner);
