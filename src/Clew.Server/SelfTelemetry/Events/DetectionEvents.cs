using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>An incident was noticed.</summary>
/// <param name="After">From its onset.</param>
internal readonly record struct IncidentOpened(string Tenant, string Service, string Symptom, TimeSpan After) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.Incidents.Add(1, KeyValuePair.Create<string, object?>("symptom", Symptom));
        DetectionLog.Opened(to.Logger, Tenant, Symptom, Service, After.TotalSeconds);
    }
}

/// <summary>An incident is over.</summary>
internal readonly record struct IncidentClosed(string Tenant, TimeSpan Lasted) : IServerEvent
{
    public void Emit(ServerTelemetry to) => DetectionLog.Closed(to.Logger, Tenant, Lasted.TotalSeconds);
}

/// <summary>The steps could not be looked at; they are at the next time.</summary>
internal readonly record struct DetectionFailed(Exception Exception) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.DetectionFailures.Add(1);
        DetectionLog.Failed(to.Logger, Exception);
    }
}

internal static partial class DetectionLog
{
    [LoggerMessage(801, LogLevel.Warning, "Incident in tenant '{Tenant}': {Symptom} of {Service}, noticed {Seconds} s after its onset")]
    public static partial void Opened(ILogger logger, string tenant, string symptom, string service, double seconds);

    [LoggerMessage(802, LogLevel.Information, "The incident in tenant '{Tenant}' is over after {Seconds} s")]
    public static partial void Closed(ILogger logger, string tenant, double seconds);

    [LoggerMessage(803, LogLevel.Warning, "Rates, errors and durations could not be read; incidents may be noticed later")]
    public static partial void Failed(ILogger logger, Exception exception);
}
