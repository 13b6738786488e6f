using System.Diagnostics;
using System.Net.Sockets;
using Shop.Dns;

namespace Shop.Http;

/// <summary>How one dependency is called.</summary>
/// <param name="Timeout">The time for a whole request, reading the answer included.</param>
/// <param name="ConnectTimeout">The time for name resolution and connecting together.</param>
/// <param name="MaxConnections">The most connections open at once.</param>
internal sealed record ClientLimits(TimeSpan Timeout, TimeSpan ConnectTimeout, int MaxConnections);

/// <summary>HTTP clients that find their host through the cluster's DNS server each time they open a connection, as .NET does.</summary>
internal static class ClusterHttp
{
    public static HttpClient Create(Uri address, ClientLimits limits, ClusterResolver resolver) => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = limits.MaxConnections,
        ConnectTimeout = limits.ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(resolver, context, cancellationToken),
    })
    {
        BaseAddress = address,
        Timeout = limits.Timeout,
    };

    private static async ValueTask<Stream> ConnectAsync(
        ClusterResolver resolver, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // Connections are opened apart from the request that asks for one; the header it already carries says whose time the lookup takes.
        var parent = context.InitialRequestMessage.Headers.TryGetValues("traceparent", out var values)
            && ActivityContext.TryParse(values.First(), null, out var asked) ? asked : default;
        var address = await resolver.LookupAsync(context.DnsEndPoint.Host, parent, cancellationToken);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
