using System.Net;
using System.Net.Sockets;

namespace Shop.Demo;

/// <summary>Chooses ports: the usual one when it is free, else any.</summary>
internal static class FreePorts
{
    private const int Attempts = 200;

    // Where ports are looked for when the usual block is taken: below the range Linux gives to outgoing connections.
    private const int LowestBlock = 20_000;
    private const int HighestBlock = 32_000;

    /// <summary>The preferred port if nothing listens there, else one the system gives.</summary>
    public static int Prefer(int port)
    {
        if (IsFree(port))
        {
            return port;
        }

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>The first of so many consecutive free ports, the preferred one when it is.</summary>
    /// <exception cref="DemoFailedException">There are none.</exception>
    public static int PreferBlock(int first, int count)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }

            first = LowestBlock + (((first - LowestBlock) + (count * 7)) % (HighestBlock - LowestBlock));
        }

        throw new DemoFailedException($"no {count} free ports in a row between {LowestBlock} and {HighestBlock}");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
