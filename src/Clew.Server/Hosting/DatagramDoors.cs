using System.Net;
using System.Net.Sockets;
using Clew.Server.Configuration;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Hosting;

/// <summary>What happens to the packets of one <see cref="DoorKind.Datagram"/> door.</summary>
internal interface IDatagramReceiver
{
    Door Door { get; }

    /// <summary>
    /// Takes one packet. Packets of a door come one after the other: the next is read when the task completes, so that the socket's buffer is the
    /// bound on what waits. Must count what it refuses; nobody hears an answer.
    /// </summary>
    /// <param name="packet">Valid until the task completes.</param>
    Task ReceiveAsync(ReadOnlyMemory<byte> packet, EndPoint from, CancellationToken cancellation);

    /// <summary>Waits until what was taken is stored or given up. Called when no more packets come.</summary>
    Task DrainAsync() => Task.CompletedTask;
}

/// <summary>The UDP ports: opened with the other doors, read until the server stops.</summary>
internal sealed class DatagramDoors(ServerOptions options, IEnumerable<IDatagramReceiver> receivers, ServerTelemetry telemetry) : BackgroundService
{
    /// <summary>Bytes the system keeps per door while a packet is worked on; beyond it the system drops packets, as UDP does.</summary>
    private const int SocketBuffer = 4 << 20;

    private readonly List<(IDatagramReceiver Receiver, Socket Socket)> _open = [];

    /// <summary>Where each open door really listens.</summary>
    public IEnumerable<(Door Door, IPEndPoint EndPoint)> Addresses => _open.Select(open => (open.Receiver.Door, (IPEndPoint)open.Socket.LocalEndPoint!));

    /// <summary>Opens every door; called before the server says it is ready.</summary>
    /// <exception cref="DoorClosedException">A port cannot be opened.</exception>
    public void Open()
    {
        foreach (var receiver in receivers)
        {
            if (receiver.Door.AddressIn(options) is not { } address)
            {
                continue;
            }

            var endpoint = new IPEndPoint(address.IPAddress, address.Port);
            var socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = SocketBuffer };
            try
            {
                socket.Bind(endpoint);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                throw DoorClosedException.For(
                    receiver.Door, address, e.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is taken by another process" : $"cannot be listened on ({e.Message})", e);
            }

            _open.Add((receiver, socket));
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(receivers.Select(receiver => receiver.DrainAsync())).WaitAsync(cancellationToken);
    }

    public override void Dispose()
    {
        foreach (var (_, socket) in _open)
        {
            socket.Dispose();
        }

        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_open.Select(open => ReadAsync(open.Receiver, open.Socket, stoppingToken)));

    private async Task ReadAsync(IDatagramReceiver receiver, Socket socket, CancellationToken stop)
    {
        var buffer = new byte[ushort.MaxValue + 1];
        var anyone = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var packet = await socket.ReceiveFromAsync(buffer, anyone, stop);
                await receiver.ReceiveAsync(buffer.AsMemory(0, packet.ReceivedBytes), packet.RemoteEndPoint, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // One bad packet, or a port-unreachable answer to something long ago, must not close the door.
                telemetry.Report(new DatagramFailed(receiver.Door, e));
            }
        }
    }
}
