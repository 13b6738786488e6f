using System.Net;
using System.Net.Sockets;

namespace Shop.Dns;

/// <summary>Listens for DNS queries on a UDP port of loopback and answers each on its own, so that a slow one holds up no other.</summary>
internal sealed class UdpResponder(int port, Func<DnsMessage, IPEndPoint, CancellationToken, Task<DnsMessage>> answer) : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>Takes the port (0: any free one) and says which it is; queries wait until <see cref="RunAsync"/>.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public IPEndPoint Bind()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return (IPEndPoint)_socket.LocalEndPoint!;
    }

    /// <summary>Answers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[DnsMessage.MaxSize];
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
                if (DnsMessage.TryRead(buffer.AsSpan(0, received.ReceivedBytes), out var query) && !query.IsResponse)
                {
                    _ = AnswerAsync(query, (IPEndPoint)received.RemoteEndPoint, cancellationToken);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // An asker that has gone away makes the next receive fail on some systems; the socket itself is well.
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync(DnsMessage query, IPEndPoint asker, CancellationToken cancellationToken)
    {
        try
        {
            var response = await answer(query, asker, cancellationToken);
            var buffer = new byte[DnsMessage.MaxSize];
            var length = response.Write(buffer);
            await _socket.SendToAsync(buffer.AsMemory(0, length), asker, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The asker has gone, or we are going: nobody is left to answer.
        }
    }
}
