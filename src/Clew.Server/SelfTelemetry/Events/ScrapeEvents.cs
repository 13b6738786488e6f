using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry.Events;

/// <summary>A target was scraped, well or not.</summary>
/// <param name="Error">Null when it went well.</param>
internal readonly record struct TargetScraped(string Job, Uri Url, string? Error, TimeSpan Took) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        var job = KeyValuePair.Create<string, object?>("job", Job);
        var outcome = KeyValuePair.Create<string, object?>("outcome", Error is null ? "up" : "down");
        to.Instruments.Scrapes.Add(1, job, outcome);
        to.Instruments.ScrapeDuration.Record(Took.TotalSeconds, job);
        if (Error is not null)
        {
            ScrapeLog.Failed(to.Logger, Url, Job, Error);
        }
    }
}

/// <summary>A file of targets could not be read, or a target in it is none.</summary>
internal readonly record struct TargetsUnreadable(string Job, string Problem) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.ScrapeProblems.Add(1, KeyValuePair.Create<string, object?>("job", Job), KeyValuePair.Create<string, object?>("problem", "targets"));
        ScrapeLog.Unreadable(to.Logger, Job, Problem);
    }
}

/// <summary>A mistake of ours: a target's loop broke off.</summary>
internal readonly record struct TargetAbandoned(string Job, Uri Url, Exception Exception) : IServerEvent
{
    public void Emit(ServerTelemetry to)
    {
        to.Instruments.ScrapeProblems.Add(1, KeyValuePair.Create<string, object?>("job", Job), KeyValuePair.Create<string, object?>("problem", "internal"));
        ScrapeLog.Abandoned(to.Logger, Url, Job, Exception);
    }
}

internal static partial class ScrapeLog
{
    [LoggerMessage(300, LogLevel.Warning, "Scraping {Url} of job {Job} failed: {Error}")]
    public static partial void Failed(ILogger logger, Uri url, string job, string error);

    [LoggerMessage(301, LogLevel.Warning, "Targets of job {Job}: {Problem}")]
    public static partial void Unreadable(ILogger logger, string job, string problem);

    [LoggerMessage(302, LogLevel.Error, "Scraping {Url} of job {Job} ended by a mistake of the server's own")]
    public static partial void Abandoned(ILogger logger, Uri url, string job, Exception exception);
}
