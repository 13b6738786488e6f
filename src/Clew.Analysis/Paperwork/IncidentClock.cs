using Clew.Analysis.Reports;

namespace Clew.Analysis.Paperwork;

/// <summary>The moments by which an incident is measured, as far as a report knows them.</summary>
/// <param name="Onset">The first sign of the cause.</param>
/// <param name="IsOnsetKnown">False when no onset could be told and the window's start stands in.</param>
/// <param name="Detected">The first alert from the onset on; null when none fired.</param>
/// <param name="Recovered">When users had what they are used to again; null when that is not known.</param>
public sealed record IncidentClock(DateTimeOffset Onset, bool IsOnsetKnown, ReportedAlert? Detected, DateTimeOffset? Recovered)
{
    /// <summary>An alert this much before the onset is about the same incident: onsets are estimates, and senders' clocks differ.</summary>
    public static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    public TimeSpan? TimeToDetect => Detected is { } alert ? (alert.Told > Onset ? alert.Told - Onset : TimeSpan.Zero) : null;

    public TimeSpan? TimeToRepair => Recovered is { } time && time > Onset ? time - Onset : null;

    public static IncidentClock Of(InvestigationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        DateTimeOffset[] first = report.Causes.Count == 0 ? []
            : report.Causes[0].Onset is { } weighty ? [weighty]
            : [.. report.Causes[0].Evidence.Select(item => item.Onset).OfType<DateTimeOffset>()];
        var told = first.Length > 0 ? first : [.. report.Timeline.Where(entry => entry.Kind is "onset" or "first-error").Select(entry => entry.Time)];
        var onset = told.Length > 0 ? told.Min() : report.Window.Start;
        return new IncidentClock(
            onset,
            told.Length > 0,
            report.Alerts.Where(alert => alert.Told >= onset - Early).MinBy(alert => alert.Told),
            report.Recovery?.Time ?? report.Timeline.LastOrDefault(entry => entry.Kind == "recovery")?.Time);
    }
}
