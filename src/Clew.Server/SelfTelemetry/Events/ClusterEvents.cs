using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>A cluster is going to be followed.</summary>
internal readonly record struct ClusterWatched(string Address, string Kinds, string Namespaces) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.ClusterEvents.Add(1, KeyValuePair.Create<string, object?>("event", "watching"));
        ClusterLog.Watched(to.Logger, Address, Kinds, Namespaces.Length == 0 ? "all" : Namespaces);
    }
}

/// <summary>No cluster can be followed with this configuration.</summary>
internal readonly record struct ClusterUnreachable(string Problem) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.ClusterEvents.Add(1, KeyValuePair.Create<string, object?>("event", "unreachable"));
        ClusterLog.Unreachable(to.Logger, Problem);
    }
}

/// <summary>All objects of a kind were read.</summary>
internal readonly record struct ClusterListed(string Kind, string Namespace, int Objects, int Gone) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.ClusterEvents.Add(1, KeyValuePair.Create<string, object?>("event", "listed"), KeyValuePair.Create<string, object?>("kind", Kind));
        ClusterLog.Listed(to.Logger, Objects, Kind, Namespace.Length == 0 ? "all" : Namespace, Gone);
    }
}

/// <summary>Listing or watching a kind failed; it is tried again.</summary>
internal readonly record struct WatchFailed(string Kind, string Namespace, string Reason, string Problem, TimeSpan Wait) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.WatchFailures.Add(1, KeyValuePair.Create<string, object?>("kind", Kind), KeyValuePair.Create<string, object?>("reason", Reason));

        // That a version is too old belongs to the protocol and mends itself.
        ClusterLog.Failed(to.Logger, Reason == "gone" ? LogLevel.Debug : LogLevel.Warning, Kind, Namespace.Length == 0 ? "all" : Namespace, Problem, Wait.TotalSeconds);
    }
}

internal static partial class ClusterLog
{
    [LoggerMessage(410, LogLevel.Information, "Watching {Kinds} in the namespaces {Namespaces} of {Address}")]
    public static partial void Watched(ILogger logger, string address, string kinds, string namespaces);

    [LoggerMessage(411, LogLevel.Error, "No cluster can be watched: {Problem}")]
    public static partial void Unreachable(ILogger logger, string problem);

    [LoggerMessage(412, LogLevel.Debug, "Listed {Objects} {Kind} in {Namespace}; {Gone} are gone")]
    public static partial void Listed(ILogger logger, int objects, string kind, string @namespace, int gone);

    [LoggerMessage(EventId = 413, Message = "Watching {Kind} in {Namespace} failed: {Problem}; again in {Seconds} s")]
    public static partial void Failed(ILogger logger, LogLevel level, string kind, string @namespace, string problem, double seconds);
}
