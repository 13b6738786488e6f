using Clew.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>The doors are open.</summary>
internal readonly record struct ServerStarted(string Addresses) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.Lifecycle.Add(1, KeyValuePair.Create<string, object?>("event", "started"));
        ServerLog.Started(to.Logger, Addresses);
    }
}

/// <summary>The doors are closed and what was in flight has been answered, or the time for it is over.</summary>
internal readonly record struct ServerStopped(int RequestsCutOff) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.Lifecycle.Add(1, KeyValuePair.Create<string, object?>("event", "stopped"));
        ServerLog.Stopped(to.Logger, RequestsCutOff > 0 ? LogLevel.Warning : LogLevel.Information, RequestsCutOff);
    }
}

/// <summary>A request ended in an exception nobody expected.</summary>
internal readonly record struct RequestFailed(string Path, Exception Exception) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.UnhandledExceptions.Add(1, KeyValuePair.Create<string, object?>("exception", Exception.GetType().Name));
        ServerLog.Failed(to.Logger, Path, Exception);
    }
}

/// <summary>A packet ended in an exception nobody expected; the door stays open.</summary>
internal readonly record struct DatagramFailed(Door Door, Exception Exception) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.UnhandledExceptions.Add(1, KeyValuePair.Create<string, object?>("exception", Exception.GetType().Name));
        ServerLog.DatagramFailed(to.Logger, Door.Name, Exception);
    }
}

/// <summary>After a quiet period, unused memory went back to the system.</summary>
internal readonly record struct MemoryReleased(long WorkingSetBefore, long WorkingSetAfter) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.MemoryReleases.Add(1);
        ServerLog.MemoryReleased(to.Logger, WorkingSetBefore >> 20, WorkingSetAfter >> 20);
    }
}

internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Started: {Addresses}")]
    public static partial void Started(ILogger logger, string addresses);

    [LoggerMessage(EventId = 2, Message = "Stopped; {CutOff} requests were cut off")]
    public static partial void Stopped(ILogger logger, LogLevel level, int cutOff);

    [LoggerMessage(3, LogLevel.Error, "A request to {Path} failed")]
    public static partial void Failed(ILogger logger, string path, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "A packet on the port for {Door} failed")]
    public static partial void DatagramFailed(ILogger logger, string door, Exception exception);

    [LoggerMessage(4, LogLevel.Debug, "Handed memory back: {Before} MiB resident before, {After} MiB after")]
    public static partial void MemoryReleased(ILogger logger, long before, long after);
}
