using System.Globalization;
using Clew.Analysis.Detection;
using Clew.Analysis.Reports;
using Clew.Telemetry;

namespace Clew.Server.Detection;

/// <summary>
/// Incidents as the store keeps them: an incident is an alert whose source is Clew itself, from firing to resolved, with what the investigation said as annotations. So it is
/// listed, aged and asked about like every other alert (docs/adr/0024-incidents-are-alerts.md).
/// </summary>
internal static class IncidentRecords
{
    /// <summary>The source of these alerts.</summary>
    public const string Source = "clew";

    /// <summary>Symptoms that are kept; an incident of a whole system has very many.</summary>
    private const int MaxSymptoms = 8;

    /// <summary>The alert of an incident.</summary>
    /// <param name="report">What the investigation said; null when there is none yet.</param>
    /// <param name="investigation">The id that the report is remembered by; null when it is not.</param>
    /// <param name="updated">When this is written: of several records of one incident the last holds.</param>
    public static AlertRecord Of(DetectedIncident incident, InvestigationReport? report, string? investigation, Timestamp updated)
    {
        var worst = incident.Symptoms[0];
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["noticed"] = new Timestamp(incident.Noticed).ToString(),
            ["symptoms"] = string.Join("\n", incident.Symptoms.Take(MaxSymptoms).Select(Sentence)),
        };
        if (report is not null)
        {
            annotations["verdict"] = VerdictText(report.Verdict);
            annotations["headline"] = report.Headline;
            annotations["investigation"] = investigation ?? "";
            if (report.Verdict is Verdict.Likely or Verdict.Confirmed && report.Causes.Count > 0)
            {
                annotations["cause"] = report.Causes[0].Service;
                annotations["change"] = report.Causes[0].Change?.Summary ?? "";
            }
        }

        return new AlertRecord
        {
            Fingerprint = string.Create(CultureInfo.InvariantCulture, $"incident-{incident.Onset:x}"),
            Start = new Timestamp(incident.Onset),
            End = incident.Ended is { } ended ? new Timestamp(ended) : null,
            Updated = updated,
            Status = incident.Ended is null ? AlertStatus.Firing : AlertStatus.Resolved,
            Source = Source,
            Name = $"{worst.Kind} of {worst.Service} {worst.Operation}",
            Severity = incident.Symptoms.Any(s => s.IsEntry) ? "critical" : "warning",
            Service = worst.Service,
            Summary = Sentence(worst),
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["symptom"] = worst.Kind.ToString().ToLowerInvariant(), ["operation"] = worst.Operation },
            Annotations = annotations.Where(a => a.Value.Length > 0).ToDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>What the API and the command line show of it.</summary>
    public static IncidentEntry Entry(AlertRecord alert) => new()
    {
        Id = alert.Fingerprint,
        Status = alert.Status == AlertStatus.Resolved ? "closed" : "open",
        Onset = alert.Start,
        NoticedAt = TimestampOf(alert.Annotations.GetValueOrDefault("noticed")) ?? alert.Start,
        EndsAt = alert.End,
        Severity = alert.Severity,
        Service = alert.Service,
        Summary = alert.Summary,
        Symptoms = alert.Annotations.GetValueOrDefault("symptoms")?.Split('\n') ?? [],
        Verdict = alert.Annotations.GetValueOrDefault("verdict"),
        Headline = alert.Annotations.GetValueOrDefault("headline"),
        Investigation = alert.Annotations.GetValueOrDefault("investigation"),
        Cause = alert.Annotations.GetValueOrDefault("cause"),
        Change = alert.Annotations.GetValueOrDefault("change"),
    };

    private static Timestamp? TimestampOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Timestamp.FromDateTimeOffset(time) : null;

    private static string VerdictText(Verdict verdict) => verdict == Verdict.NoIncident ? "NO_INCIDENT" : verdict.ToString().ToUpperInvariant();

    /// <summary>A symptom as a sentence without its full stop.</summary>
    internal static string Sentence(Symptom symptom) => symptom.Kind switch
    {
        SymptomKind.Errors => string.Create(CultureInfo.InvariantCulture, $"{symptom.Now:P0} of {symptom.Service} {symptom.Operation} fail, usually {symptom.Before:P1}"),
        SymptomKind.Latency => string.Create(CultureInfo.InvariantCulture, $"{symptom.Service} {symptom.Operation} takes {symptom.Now / 1e6:0} ms, usually {symptom.Before / 1e6:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{symptom.Service} {symptom.Operation} gets {symptom.Now:0.##} requests a second, usually {symptom.Before:0.##}"),
    };
}
