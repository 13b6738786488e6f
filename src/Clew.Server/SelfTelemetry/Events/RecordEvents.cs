using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>Records that are no telemetry are on disk: changes, alerts, states and events of clusters.</summary>
/// <param name="Source">Who told: api, kubernetes, github, alertmanager, …</param>
/// <param name="Record">What: change, alert, kubernetes_object, kubernetes_event.</param>
internal readonly record struct RecordsStored(string Source, string Record, int Count) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        if (Count > 0)
        {
            to.Instruments.StoredRecords.Add(Count, KeyValuePair.Create<string, object?>("source", Source), KeyValuePair.Create<string, object?>("record", Record));
            RecordLog.Stored(to.Logger, Count, Record, Source);
        }
    }
}

/// <summary>Parts of an otherwise good request were left out for good, or told nothing new.</summary>
internal readonly record struct RecordsDropped(string Source, string Reason, int Count) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        if (Count > 0)
        {
            to.Instruments.DroppedRecords.Add(Count, KeyValuePair.Create<string, object?>("source", Source), KeyValuePair.Create<string, object?>("reason", Reason));
            RecordLog.Dropped(to.Logger, Count, Source, Reason);
        }
    }
}

/// <summary>A request was answered with an error: nothing of it is stored.</summary>
internal readonly record struct RecordsRefused(string Source, string Reason, string Explanation) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.RefusedRecordRequests.Add(1, KeyValuePair.Create<string, object?>("source", Source), KeyValuePair.Create<string, object?>("reason", Reason));
        RecordLog.Refused(to.Logger, Source, Reason, Explanation);
    }
}

internal static partial class RecordLog
{
    [LoggerMessage(400, LogLevel.Debug, "Stored {Count} records ({Record}) of {Source}")]
    public static partial void Stored(ILogger logger, int count, string record, string source);

    [LoggerMessage(401, LogLevel.Debug, "Left {Count} records of {Source} out: {Reason}")]
    public static partial void Dropped(ILogger logger, int count, string source, string reason);

    [LoggerMessage(402, LogLevel.Warning, "Refused a request of {Source} ({Reason}): {Explanation}")]
    public static partial void Refused(ILogger logger, string source, string reason, string explanation);
}
