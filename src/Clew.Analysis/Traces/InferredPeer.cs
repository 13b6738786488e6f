using Clew.Telemetry;

namespace Clew.Analysis.Traces;

/// <summary>Whom a client or producer span calls, by what it says itself: for peers that send no spans.</summary>
public static class InferredPeer
{
    /// <summary>Best first: a name somebody gave, what is stored where, an address. OpenTelemetry's names, new and old.</summary>
    private static readonly string[] Keys =
    [
        "peer.service", "service.peer.name", "db.namespace", "db.name", "messaging.destination.name", "rpc.service", "server.address", "net.peer.name",
        "network.peer.address", "db.system.name", "db.system", "messaging.system",
    ];

    /// <summary>Its name; null when the span does not say.</summary>
    public static string? Of(SpanView span)
    {
        foreach (var key in Keys)
        {
            if (span.Attributes.Find(key) is { } value && value.Text.Length > 0)
            {
                return value.Text;
            }
        }

        return null;
    }
}
