namespace Clew.Server.Ingest;

/// <summary>The kinds of telemetry that come in.</summary>
public enum Signal
{
    Traces,
    Logs,
    Metrics,
}

/// <summary>Why a request, or everything in it, was not stored.</summary>
public enum RefusalReason
{
    /// <summary>The bytes are not what they claim to be.</summary>
    Malformed,

    /// <summary>gRPC's frames around the message are not in order.</summary>
    BrokenFraming,

    /// <summary>Larger than a request may be.</summary>
    TooLarge,
    UnsupportedMediaType,
    UnsupportedEncoding,
    MethodNotAllowed,

    /// <summary>Too much is waiting for the disk. Try again.</summary>
    TooManyBytesInFlight,

    /// <summary>Too much is waiting for the disk. Try again.</summary>
    TooManyRequestsInFlight,

    /// <summary>The tenant sends more than it may. Try again later.</summary>
    TenantRate,

    /// <summary>The request does not say whose it is, or not in a way that is understood.</summary>
    TenantUnknown,

    /// <summary>Too little room is left. Try again, when somebody has made some.</summary>
    DiskFull,

    /// <summary>The store could not take it. Try again.</summary>
    StoreUnavailable,

    /// <summary>The sender hung up before the request was whole, or before it could be answered.</summary>
    SenderGone,

    /// <summary>The sender's deadline passed.</summary>
    DeadlineExceeded,

    /// <summary>A mistake of ours.</summary>
    Internal,
}
