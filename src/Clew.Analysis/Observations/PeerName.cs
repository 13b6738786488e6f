namespace Clew.Analysis.Observations;

/// <summary>What clients call the other end, and what it calls itself.</summary>
internal static class PeerName
{
    /// <summary>True when a peer (host, host and port, name inside a cluster) is how clients reach what bears this name: "pay", "pay:8080", "pay.shop.svc.cluster.local".</summary>
    public static bool IsHostOf(string peer, string name) =>
        name.Length > 0 && peer.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (peer.Length == name.Length || peer[name.Length] is '.' or ':');
}
