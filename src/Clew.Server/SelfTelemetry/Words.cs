using System.Diagnostics;
using Clew.Server.Ingest;

namespace Clew.Server.SelfTelemetry;

/// <summary>The label values of enums: written once, allocated never.</summary>
internal static class Words
{
    public static string Word(this Signal signal) => signal switch
    {
        Signal.Traces => "traces",
        Signal.Logs => "logs",
        Signal.Metrics => "metrics",
        _ => throw new UnreachableException(),
    };

    public static string Word(this RefusalReason reason) => reason switch
    {
        RefusalReason.Malformed => "malformed",
        RefusalReason.BrokenFraming => "broken_framing",
        RefusalReason.TooLarge => "too_large",
        RefusalReason.UnsupportedMediaType => "unsupported_media_type",
        RefusalReason.UnsupportedEncoding => "unsupported_encoding",
        RefusalReason.MethodNotAllowed => "method_not_allowed",
        RefusalReason.TooManyBytesInFlight => "in_flight_bytes",
        RefusalReason.TooManyRequestsInFlight => "in_flight_requests",
        RefusalReason.TenantRate => "tenant_rate",
        RefusalReason.TenantUnknown => "tenant_unknown",
        RefusalReason.DiskFull => "disk_full",
        RefusalReason.StoreUnavailable => "store_unavailable",
        RefusalReason.SenderGone => "sender_gone",
        RefusalReason.DeadlineExceeded => "deadline_exceeded",
        RefusalReason.Internal => "internal",
        _ => throw new UnreachableException(),
    };
}
