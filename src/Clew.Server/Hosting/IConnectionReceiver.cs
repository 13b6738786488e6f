using Microsoft.AspNetCore.Connections;

namespace Clew.Server.Hosting;

/// <summary>What happens to the connections of one <see cref="DoorKind.Connection"/> door.</summary>
internal interface IConnectionReceiver
{
    Door Door { get; }

    /// <summary>Reads one connection to its end; it is closed when the task completes. Must count what it refuses.</summary>
    Task ReceiveAsync(ConnectionContext connection);
}
