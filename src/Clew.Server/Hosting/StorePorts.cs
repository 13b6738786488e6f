using Clew.Telemetry;

namespace Clew.Server.Hosting;

/// <summary>The three faces of one open store. Whoever opened it closes it, after the server has stopped.</summary>
public sealed record StorePorts(ITelemetryWriter Writer, ITelemetryReader Reader, IStoreAdministration Administration);
