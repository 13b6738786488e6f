namespace Clew.Protocols.Zipkin;

/// <summary>
/// The attributes that say what Zipkin's model has fields for: those of the OpenTelemetry Collector's Zipkin translator, and two of our own for flags that
/// it does not keep.
/// </summary>
public static class ZipkinKeys
{
    /// <summary>Bool: the span contributes to one that was started by another tracer, so that a client and a server half have one id.</summary>
    public const string Shared = "zipkin.shared";

    /// <summary>Bool: kept whatever the sampling says.</summary>
    public const string Debug = "zipkin.debug";

    /// <summary>Bool: the sender gave no timestamp; the stored one is the nearest that was known.</summary>
    public const string StartTimeAbsent = "otel.zipkin.absentField.startTime";

    /// <summary>Text: the remote endpoint's service name.</summary>
    public const string RemoteService = "peer.service";

    /// <summary>Text: the remote endpoint's address; a second one when it has an IPv6 address beside an IPv4 one.</summary>
    public const string RemoteAddress = "net.peer.ip";

    /// <summary>Int.</summary>
    public const string RemotePort = "net.peer.port";

    /// <summary>Text; as <see cref="RemoteAddress"/>.</summary>
    public const string LocalAddress = "net.host.ip";

    /// <summary>Int.</summary>
    public const string LocalPort = "net.host.port";

    /// <summary>Text, any value: the span failed.</summary>
    public const string Error = "error";
}
