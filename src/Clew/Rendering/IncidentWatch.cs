using Clew.Server.Detection;

namespace Clew.Cli.Rendering;

/// <summary>Tells what is new about incidents from one look to the next: noticed, explained, over. Holds as many as a list has, and forgets those that left it.</summary>
public sealed class IncidentWatch
{
    private Dictionary<string, IncidentEntry> _known = [];
    private Dictionary<string, IncidentEntry> _before = [];
    private bool _hasLooked;

    /// <summary>What is new since the last list, in the order in which it began. The first list tells of incidents that are open.</summary>
    public IReadOnlyList<IncidentEntry> Changed(IncidentList list)
    {
        var changed = list.Incidents.Where(incident => _known.TryGetValue(incident.Id, out var before) ? IsNews(before, incident) : _hasLooked || incident.EndsAt is null)
            .OrderBy(incident => incident.NoticedAt.UnixNanoseconds).ThenBy(incident => incident.Id, StringComparer.Ordinal).ToArray();
        _before = _known;
        _known = list.Incidents.DistinctBy(incident => incident.Id).ToDictionary(incident => incident.Id, StringComparer.Ordinal);
        _hasLooked = true;
        return changed;
    }

    /// <summary>A changed incident: what happened, when, and the sentences that go with it.</summary>
    public IEnumerable<Line> Tell(IncidentEntry incident, Page page)
    {
        var before = _before.GetValueOrDefault(incident.Id);
        if (before is null)
        {
            yield return new Line().Add(page.DateTime(incident.NoticedAt), Ink.Dim).Add("  ").Add("NOTICED", incident.Severity == "critical" ? Ink.Bad : Ink.Warning)
                .Add($"   {incident.Severity}  ", Ink.Warning).Add(Sentence.Clean(incident.Summary), Ink.Strong).Add($"  since {page.TimeOfDay(incident.Onset)}  {incident.Id}", Ink.Dim);
            foreach (var symptom in incident.Symptoms.Where(symptom => symptom != incident.Summary))
            {
                yield return new Line().Space(4).Add(Sentence.Clean(symptom));
            }
        }

        if (incident.Verdict is { } verdict && (before?.Verdict, before?.Cause, before?.Headline) != (verdict, incident.Cause, incident.Headline))
        {
            yield return new Line().Space(page.DateTime(incident.Onset).Length + 2).Add("EXPLAINED", Ink.Accent).Add($" {verdict}  ", Ink.Warning).Add(Sentence.Clean(incident.Headline ?? incident.Cause ?? string.Empty), Ink.Strong)
                .Add($"  {incident.Id}", Ink.Dim);
            if (incident.Change is { } change)
            {
                yield return new Line().Space(4).Add("change: ", Ink.Dim).Add(Sentence.Clean(change), Ink.Warning);
            }
        }

        if (incident.EndsAt is { } end && before?.EndsAt != end)
        {
            yield return new Line().Add(page.DateTime(end), Ink.Dim).Add("  ").Add("OVER", Ink.Good).Add($"      after {page.Duration(end - incident.Onset)}: ").Add(Sentence.Clean(incident.Summary)).Add($"  {incident.Id}", Ink.Dim);
        }
    }

    private static bool IsNews(IncidentEntry before, IncidentEntry now) =>
        before.EndsAt != now.EndsAt || (now.Verdict is not null && (before.Verdict, before.Cause, before.Headline) != (now.Verdict, now.Cause, now.Headline));
}
