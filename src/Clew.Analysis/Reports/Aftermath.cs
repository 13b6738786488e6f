using System.Text.Json.Serialization;

namespace Clew.Analysis.Reports;

/// <summary>An alert that fired around the incident.</summary>
/// <param name="Name">Name of its rule.</param>
/// <param name="Source">Who told: alertmanager, grafana, pagerduty, ….</param>
/// <param name="Severity">The source's own word, if it said one.</param>
/// <param name="Service">The service it is about, if it said one.</param>
/// <param name="Start">When it began to fire; of Clew's own incidents the onset of what they tell of.</param>
/// <param name="End">When it ended; null while it fires.</param>
/// <param name="Noticed">When it was noticed, where that is known to be later than its start: Clew's own incidents say so.</param>
public sealed record ReportedAlert(string Name, string Source, string? Severity, string? Service, DateTimeOffset Start, DateTimeOffset? End, string? Summary, DateTimeOffset? Noticed = null)
{
    /// <summary>When somebody could know of it.</summary>
    [JsonIgnore]
    public DateTimeOffset Told => Noticed ?? Start;
}

/// <summary>By which alert the incident was noticed: the first one from the first sign on.</summary>
/// <param name="Alert">Name of its rule.</param>
/// <param name="SecondsAfterFirstSign">Time to detect; 0 when it fired with the first sign, or by up to a minute before it.</param>
public sealed record ReportedDetection(DateTimeOffset Time, string Alert, string Source, double SecondsAfterFirstSign);

/// <summary>When users had what they are used to again.</summary>
/// <param name="Time">The beginning of the first step that is well, with none after it that is not.</param>
/// <param name="Statement">By what that was told, as a sentence.</param>
public sealed record Recovery(DateTimeOffset Time, string Statement);
