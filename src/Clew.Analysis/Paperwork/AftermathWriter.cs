using System.Globalization;
using Clew.Analysis.Inspections;
using Clew.Analysis.Ranking;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Paperwork;

/// <summary>Puts detection and recovery into a report: alerts around the incident, and when the worst hit entry point was well again.</summary>
public static class AftermathWriter
{
    /// <summary>Alerts that a report tells of; the first ones.</summary>
    public const int MaxAlerts = 12;

    /// <summary>Error ratio, as a difference to the baseline, from which a step is bad: below it a handful of requests decide.</summary>
    public const double BadErrorRatio = 0.02;

    /// <summary>A step is bad when its 95th percentile is this many times the baseline's, and <see cref="BadDelay"/> longer.</summary>
    public const double BadSlowness = 1.5;

    /// <summary>Nanoseconds.</summary>
    public const double BadDelay = 20e6;

    /// <summary>Requests of a step from which its percentile is believed.</summary>
    public const int FewestRequests = 5;

    /// <summary>Good steps at the end without which nothing is called well again.</summary>
    public const int GoodSteps = 3;

    public static InvestigationReport Write(InvestigationReport report, WorldAftermath? aftermath)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (aftermath is null)
        {
            return report;
        }

        var alerts = aftermath.Alerts.OrderBy(alert => alert.Start).ThenBy(alert => alert.Name, StringComparer.Ordinal).Take(MaxAlerts)
            .Select(alert => new ReportedAlert(alert.Name, alert.Source, Known(alert.Severity), Known(alert.Service), alert.Start.ToDateTimeOffset(), alert.End?.ToDateTimeOffset(), Known(alert.Summary), NoticedAt(alert)))
            .ToArray();
        var recovery = report.Impact.FirstOrDefault(impact => impact.Service == aftermath.Service && impact.Operation == aftermath.Operation) is { } impact ? RecoveryOf(impact, aftermath.Course) : null;
        var entries = report.Timeline.ToList();
        var clock = IncidentClock.Of(report with { Alerts = alerts });
        var detection = report.Verdict != Verdict.NoIncident && clock is { Detected: { } first, TimeToDetect: { } late } ? new ReportedDetection(first.Told, first.Name, first.Source, Math.Round(late.TotalSeconds, 3)) : null;
        if (!entries.Any(entry => entry.Kind == "alert"))
        {
            entries.AddRange(alerts.Select(alert => new TimelineEntry(alert.Start, "alert", alert.Service, AlertText(alert) + (alert == clock.Detected && detection is not null ? Noticed(clock) : ""))));
        }

        if (recovery is not null && !entries.Any(entry => entry.Kind == "recovery"))
        {
            entries.Add(new TimelineEntry(recovery.Time, "recovery", aftermath.Service, recovery.Statement));
        }

        var timeline = entries.OrderBy(entry => entry.Time).ThenBy(entry => entry.Kind, StringComparer.Ordinal).ThenBy(entry => entry.Text, StringComparer.Ordinal).ToArray();
        return report with
        {
            Similar = aftermath.Similar,
            Alerts = alerts,
            Detection = detection,
            Recovery = recovery,
            Timeline = timeline,
            TimelineDiagram = report.TimelineDiagram.Length == 0 ? "" : Diagrams.Timeline(timeline),
        };
    }

    /// <summary>Clew's own incidents carry the moment they were noticed as an annotation; their start is the onset that was found afterwards.</summary>
    private static DateTimeOffset? NoticedAt(AlertRecord alert) =>
        alert.Annotations.TryGetValue("noticed", out var text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time > alert.Start.ToDateTimeOffset() ? time : null;

    private static string AlertText(ReportedAlert alert) => $"{alert.Name} {(alert.Noticed is { } noticed ? $"begins, and is noticed at {DocumentWriter.Time(noticed)}" : "fires")}{(alert.Summary is null ? "." : ": " + alert.Summary.TrimEnd('.') + ".")}";

    private static string Noticed(IncidentClock clock) =>
        clock.IsOnsetKnown ? $" It is the first alert, {IncidentFacts.Length(clock.TimeToDetect!.Value)} after the first sign." : " It is the first alert.";

    /// <summary>When the entry point was well again; null when it never was unwell by these steps, or still is at their end.</summary>
    public static Recovery? RecoveryOf(Impact impact, IReadOnlyList<CoursePoint> course)
    {
        ArgumentNullException.ThrowIfNull(impact);
        ArgumentNullException.ThrowIfNull(course);
        var last = -1;
        for (var i = 0; i < course.Count; i++)
        {
            last = IsBad(impact, course[i]) ? i : last;
        }

        if (last < 0 || course.Count - 1 - last < GoodSteps)
        {
            return null;
        }

        var good = course[last + 1];
        return new Recovery(
            Timestamp(good.Time),
            Phrase.Text($"{impact.Service} '{impact.Operation}' is as before: from here on at most {Phrase.Percent(course.Skip(last + 1).Max(point => (double)point.Errors / point.Count))} of requests fail, p95 at most {Phrase.Nanoseconds(course.Skip(last + 1).Max(point => point.P95))}."));
    }

    private static bool IsBad(Impact impact, CoursePoint point) => point.Count > 0
        && (((double)point.Errors / point.Count > (impact.ErrorRatio.Baseline ?? 0) + BadErrorRatio && point.Errors > 1)
            || (point.Count >= FewestRequests && impact.DurationP95.Baseline is { } usual && point.P95 > (usual * 1e9 * BadSlowness) + BadDelay));

    private static string? Known(string text) => text.Length > 0 ? text : null;

    private static DateTimeOffset Timestamp(long nanoseconds) => new Timestamp(nanoseconds).ToDateTimeOffset();
}
