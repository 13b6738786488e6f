using Clew.Telemetry;
using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>The store answered a question, or failed to.</summary>
/// <param name="Outcome">ok, limit, unavailable, cancelled or failed.</param>
internal readonly record struct QueryAnswered(string Query, string Outcome, TimeSpan Duration) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.QueryDuration.Record(Duration.TotalSeconds, KeyValuePair.Create<string, object?>("query", Query), KeyValuePair.Create<string, object?>("outcome", Outcome));
        StoreLog.Answered(to.Logger, Query, Outcome, Duration.TotalMilliseconds);
    }
}

/// <summary>The store put the rows of one or more requests on disk, or failed to.</summary>
internal readonly record struct StoreCommitted(string Signal, int Rows, TimeSpan Took) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        var signal = KeyValuePair.Create<string, object?>("signal", Signal);
        to.Instruments.CommitDuration.Record(Took.TotalSeconds, signal);
        to.Instruments.CommittedRows.Add(Rows, signal);
        StoreLog.Committed(to.Logger, Rows, Signal, Took.TotalMilliseconds);
    }
}

/// <summary>Retention was applied.</summary>
internal readonly record struct RetentionApplied(RetentionResult Result, TimeSpan Duration) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.RetentionRuns.Add(1, KeyValuePair.Create<string, object?>("outcome", "ok"));
        to.Instruments.RetentionDeletedPartitions.Add(Result.DeletedPartitions);
        var level = Result.DeletedPartitions > 0 || Result.TrimmedBefore is not null ? LogLevel.Information : LogLevel.Debug;
        StoreLog.RetentionApplied(to.Logger, level, Result.DeletedPartitions, Result.TrimmedBefore, Duration.TotalMilliseconds);
    }
}

/// <summary>Retention could not be applied; it is tried again at the next interval.</summary>
internal readonly record struct RetentionFailed(Exception Exception) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.RetentionRuns.Add(1, KeyValuePair.Create<string, object?>("outcome", "failed"));
        StoreLog.RetentionFailed(to.Logger, Exception);
    }
}

/// <summary>The measures of the tracing itself were computed.</summary>
internal readonly record struct MeasuresComputed(TimeSpan Duration) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.MeasureRuns.Add(1, KeyValuePair.Create<string, object?>("outcome", "ok"));
        StoreLog.MeasuresComputed(to.Logger, Duration.TotalMilliseconds);
    }
}

/// <summary>The measures of the tracing itself could not be computed; <c>/metrics</c> keeps the last ones.</summary>
internal readonly record struct MeasuresFailed(Exception Exception) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.MeasureRuns.Add(1, KeyValuePair.Create<string, object?>("outcome", "failed"));
        StoreLog.MeasuresFailed(to.Logger, Exception);
    }
}

/// <summary>Minutes of spans were rolled up, and metrics written from them.</summary>
internal readonly record struct MinutesRolled(int Minutes, int Points, TimeSpan Duration) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.RollDuration.Record(Duration.TotalSeconds, KeyValuePair.Create<string, object?>("outcome", "ok"));
        to.Instruments.RolledMinutes.Add(Minutes);
        StoreLog.Rolled(to.Logger, Minutes, Points, Duration.TotalMilliseconds);
    }
}

/// <summary>A roll failed; the minutes stay marked, and readers compute them from the spans.</summary>
internal readonly record struct RollFailed(Exception Exception) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.RollDuration.Record(0, KeyValuePair.Create<string, object?>("outcome", "failed"));
        StoreLog.RollFailed(to.Logger, Exception);
    }
}

/// <summary>What was said of metrics before this start could not be read; it is said again within a minute.</summary>
internal readonly record struct MetricsNotRecalled(Exception Exception) : IServerEvent
{
    public void Emit(ServerTelemetry to) => StoreLog.MetricsNotRecalled(to.Logger, Exception);
}

internal static partial class StoreLog
{
    [LoggerMessage(208, LogLevel.Warning, "The types of Prometheus's metrics could not be read; until they are sent again their samples count as of unknown type")]
    public static partial void MetricsNotRecalled(ILogger logger, Exception exception);

    [LoggerMessage(206, LogLevel.Debug, "Rolled up {Minutes} minutes and wrote {Points} points in {Milliseconds} ms")]
    public static partial void Rolled(ILogger logger, int minutes, int points, double milliseconds);

    [LoggerMessage(207, LogLevel.Warning, "Spans could not be rolled up; answers take longer until the next try")]
    public static partial void RollFailed(ILogger logger, Exception exception);

    [LoggerMessage(204, LogLevel.Debug, "Computed the measures of the tracing in {Milliseconds} ms")]
    public static partial void MeasuresComputed(ILogger logger, double milliseconds);

    [LoggerMessage(205, LogLevel.Warning, "The measures of the tracing could not be computed")]
    public static partial void MeasuresFailed(ILogger logger, Exception exception);

    [LoggerMessage(200, LogLevel.Debug, "Query {Query} ended {Outcome} after {Milliseconds} ms")]
    public static partial void Answered(ILogger logger, string query, string outcome, double milliseconds);

    [LoggerMessage(EventId = 201, Message = "Retention deleted {Partitions} day partitions and rows before {TrimmedBefore} in {Milliseconds} ms")]
    public static partial void RetentionApplied(ILogger logger, LogLevel level, int partitions, Timestamp? trimmedBefore, double milliseconds);

    [LoggerMessage(203, LogLevel.Debug, "Committed {Rows} rows of {Signal} in {Milliseconds} ms")]
    public static partial void Committed(ILogger logger, int rows, string signal, double milliseconds);

    [LoggerMessage(202, LogLevel.Error, "Retention could not be applied")]
    public static partial void RetentionFailed(ILogger logger, Exception exception);
}
