using System.Collections.Frozen;

namespace Clew.Analysis.Errors;

/// <summary>What a failed call says about where it failed.</summary>
internal enum FailureCause
{
    /// <summary>Nothing that tells.</summary>
    Unknown,

    /// <summary>The other side's machine answered that nobody listens.</summary>
    Refused,

    /// <summary>Nobody answered in time, to the connection or to the request.</summary>
    TimedOut,

    /// <summary>There is no way to the other side.</summary>
    NoRoute,

    /// <summary>The connection was cut while in use.</summary>
    Reset,

    /// <summary>The name could not be resolved.</summary>
    Name,

    /// <summary>A certificate was not accepted: expired, unknown issuer, wrong name.</summary>
    Certificate,

    /// <summary>A circuit breaker refused the call without trying.</summary>
    CircuitOpen,

    /// <summary>No connection of a pool came free in time.</summary>
    Pool,

    /// <summary>A lock was not granted, or two waited for one another.</summary>
    Lock,

    /// <summary>The process has no file descriptors left.</summary>
    Descriptors,
}

/// <summary>
/// Reads the words of error types, status and exception messages and log lines. They are those of operating systems (errno), of resolvers, of TLS
/// libraries and of the widespread clients, pools and databases of Java, .NET, Go, Node.js and Python.
/// </summary>
internal static class FailureText
{
    // In this order: a pool that times out is a pool, not a timeout.
    private static readonly (FailureCause Cause, string[] Words)[] Vocabulary =
    [
        (FailureCause.CircuitOpen, ["circuit breaker", "circuitbreaker", "circuit is open", "circuit open", "circuit is now open", "brokencircuit", "callnotpermitted", "circuit_open", "no healthy upstream", "upstream overflow"]),
        (FailureCause.Pool, ["unable to acquire", "could not acquire", "pool exhausted", "pool is exhausted", "pool timeout", "pooltimeout", "connection is not available, request timed out", "from the pool", "from pool", "queuepool limit", "connectionpooltimeout", "too many clients already", "too many connections", "remaining connection slots", "max client connections"]),
        (FailureCause.Lock, ["deadlock", "lock wait timeout", "could not obtain lock", "lock timeout", "locknotavailable", "lock_not_available", "cannotacquirelock", "could not serialize access", "database is locked"]),
        (FailureCause.Descriptors, ["too many open files", "emfile", "enfile"]),
        (FailureCause.Certificate, ["x509", "certificate", "cert_", "sslhandshake", "tls handshake", "pkix path", "ssl_error", "certpath"]),
        (FailureCause.Name, ["enotfound", "eai_again", "no such host", "unknownhost", "name or service not known", "name resolution", "nodename nor servname", "nxdomain", "servfail", "getaddrinfo", "could not resolve"]),
        (FailureCause.Refused, ["econnrefused", "connection refused", "actively refused", "connectionrefused"]),
        (FailureCause.NoRoute, ["ehostunreach", "enetunreach", "no route to host", "network is unreachable", "host is unreachable", "noroutetohost"]),
        (FailureCause.Reset, ["econnreset", "connection reset", "epipe", "broken pipe", "socket hang up", "connectionreset", "unexpected eof"]),
        (FailureCause.TimedOut, ["etimedout", "timed out", "timeout", "timedout", "deadline exceeded", "deadlineexceeded"]),
    ];

    /// <summary>The first cause whose words a text holds; case does not count.</summary>
    public static FailureCause Of(string text)
    {
        foreach (var (cause, words) in Vocabulary)
        {
            foreach (var word in words)
            {
                if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return cause;
                }
            }
        }

        return FailureCause.Unknown;
    }

    /// <summary>Whether a text says that work was called off, as .NET, Go, gRPC, Java, Node.js, Python and PostgreSQL say it.</summary>
    public static bool IsCancelled(string text) =>
        text.Contains("cancel", StringComparison.OrdinalIgnoreCase) || text.Contains("AbortError", StringComparison.OrdinalIgnoreCase) || text.Contains("client disconnected", StringComparison.OrdinalIgnoreCase);

    /// <summary>In a sentence: "is refused", "runs into a timeout".</summary>
    public static string Phrase(FailureCause cause) => Phrases.GetValueOrDefault(cause, "fail");

    /// <summary>The connection itself does not come about.</summary>
    public static bool IsAboutConnecting(FailureCause cause) => cause is FailureCause.Refused or FailureCause.TimedOut or FailureCause.NoRoute or FailureCause.Reset;

    private static readonly FrozenDictionary<FailureCause, string> Phrases = new Dictionary<FailureCause, string>
    {
        [FailureCause.Refused] = "are refused",
        [FailureCause.TimedOut] = "time out",
        [FailureCause.NoRoute] = "find no route",
        [FailureCause.Reset] = "are cut off",
        [FailureCause.Name] = "fail to resolve the name",
        [FailureCause.Certificate] = "fail on the certificate",
        [FailureCause.CircuitOpen] = "are refused by a circuit breaker",
        [FailureCause.Pool] = "get no connection from the pool",
        [FailureCause.Lock] = "fail on a lock",
        [FailureCause.Descriptors] = "fail for want of file descriptors",
    }.ToFrozenDictionary();
}
