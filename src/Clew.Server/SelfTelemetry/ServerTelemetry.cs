using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry;

/// <summary>Where the server's own events go: one logger and the instruments. Code that has something to tell makes an event and reports it here.</summary>
public sealed class ServerTelemetry(ILogger<ServerTelemetry> logger, Instruments instruments)
{
    public const string SourceName = "Clew.Server";

    /// <summary>Spans of the server's own work.</summary>
    internal static readonly ActivitySource Source = new(SourceName);

    internal ILogger Logger { get; } = logger;

    internal Instruments Instruments { get; } = instruments;

    internal void Report<TEvent>(in TEvent happened)
        where TEvent : struct, IServerEvent => happened.Emit(this);
}

/// <summary>Something that happens in the server. Emits its log record and its metrics together, so that neither is forgotten.</summary>
internal interface IServerEvent
{
    void Emit(ServerTelemetry to);
}
