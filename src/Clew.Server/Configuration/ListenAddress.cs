using System.Globalization;
using System.Net;

namespace Clew.Server.Configuration;

/// <summary>Where a door listens: an IP address or <c>localhost</c>, and a port. Port 0 lets the system pick a free one.</summary>
public sealed record ListenAddress(string Host, int Port)
{
    /// <summary>What <see cref="Host"/> means: loopback for <c>localhost</c>, otherwise the IP address it spells.</summary>
    public IPAddress IPAddress => Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(Host);

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Reads <c>127.0.0.1:2539</c>, <c>[::1]:2539</c>, <c>localhost:2539</c> or <c>:2539</c> (every IPv4 interface). Null when it is none of them.</summary>
    public static ListenAddress? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
        {
            return null;
        }

        var host = text[..colon];
        if (host is "" or "*")
        {
            return new ListenAddress("0.0.0.0", port);
        }

        if (host == "localhost")
        {
            return new ListenAddress(host, port);
        }

        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        host = bracketed ? host[1..^1] : host;
        return IPAddress.TryParse(host, out var address) && host.Contains(':', StringComparison.Ordinal) == bracketed
            ? new ListenAddress(address.ToString(), port)
            : null;
    }
}
