using System.Net;
using System.Net.Sockets;
using Clew.Server.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Clew.Server.Hosting;

/// <summary>Binds as Kestrel's own transport does, and says which door it was for when that fails.</summary>
internal sealed class DoorListenerFactory(ServerOptions options, PriorKnowledge priorKnowledge, IOptions<SocketTransportOptions> transport, ILoggerFactory loggers) : IConnectionListenerFactory
{
    private readonly SocketTransportFactory _sockets = new(transport, loggers);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint == priorKnowledge.EndPoint)
        {
            return priorKnowledge;
        }

        try
        {
            return await _sockets.BindAsync(endpoint, cancellationToken);
        }
        catch (AddressInUseException e)
        {
            throw Refused(endpoint, "is taken by another process", e);
        }
        catch (SocketException e)
        {
            throw Refused(endpoint, $"cannot be listened on ({e.Message})", e);
        }
    }

    private DoorClosedException Refused(EndPoint endpoint, string why, Exception inner)
    {
        var (door, address) = Door.Open(options).First(open => !open.Door.IsDatagram && endpoint.Equals(new IPEndPoint(open.Address.IPAddress, open.Address.Port)));
        return DoorClosedException.For(door, address, why, inner);
    }
}

/// <summary>A port could not be opened. The policy: do not start.</summary>
public sealed class DoorClosedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Says which door, why, and how to move it.</summary>
    internal static DoorClosedException For(Door door, ListenAddress address, string why, Exception inner)
    {
        var setting = SettingTable.All.First(setting => setting.Name == door.Setting);
        var flag = setting.Flag is { } own ? $"{own} {setting.FlagValue}" : $"--set {setting.Name}=ADDRESS";
        return new DoorClosedException(
            $"{address}, wanted for {door.Name}, {why}; choose another one with {flag}, {setting.Variable} or {setting.Name} in the configuration file",
            inner);
    }
}
