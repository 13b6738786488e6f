using Clew.Telemetry;
using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>An hour of traces is decided, and the spans of dropped ones are deleted.</summary>
/// <param name="Counts">Traces by policy and whether it kept them.</param>
internal readonly record struct HourDecided(SpanHour Hour, IReadOnlyDictionary<(string Policy, bool Kept), long> Counts, TimeSpan Took) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        foreach (var ((policy, kept), traces) in Counts)
        {
            to.Instruments.SamplingTraces.Add(
                traces, KeyValuePair.Create<string, object?>("outcome", kept ? "kept" : "dropped"), KeyValuePair.Create<string, object?>("policy", policy));
        }

        to.Instruments.SamplingDuration.Record(Took.TotalSeconds);
        var keptTraces = Counts.Where(count => count.Key.Kept).Sum(count => count.Value);
        SamplingLog.HourDecided(to.Logger, Hour.Hour, Counts.Values.Sum(), keptTraces, Took.TotalMilliseconds);
    }
}

/// <summary>A run over all open hours came to its end.</summary>
internal readonly record struct SamplingRan(int Hours) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.SamplingRuns.Add(1, KeyValuePair.Create<string, object?>("outcome", "ok"));
        SamplingLog.Ran(to.Logger, Hours);
    }
}

/// <summary>A run could not go on; the next one takes up where it stopped.</summary>
internal readonly record struct SamplingFailed(Exception Exception) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.SamplingRuns.Add(1, KeyValuePair.Create<string, object?>("outcome", "failed"));
        SamplingLog.Failed(to.Logger, Exception);
    }
}

internal static partial class SamplingLog
{
    [LoggerMessage(210, LogLevel.Information, "Decided about {Traces} traces that began in the hour from {Hour}: {Kept} kept, in {Milliseconds} ms")]
    public static partial void HourDecided(ILogger logger, Timestamp hour, long traces, long kept, double milliseconds);

    [LoggerMessage(211, LogLevel.Debug, "Sampling looked at {Hours} open hours")]
    public static partial void Ran(ILogger logger, int hours);

    [LoggerMessage(212, LogLevel.Error, "Sampling could not go on; it is tried again")]
    public static partial void Failed(ILogger logger, Exception exception);
}
