namespace Clew.Analysis.Detection;

/// <summary>A time in which something was wrong.</summary>
/// <param name="Onset">When the trouble began, nanoseconds since the Unix epoch.</param>
/// <param name="Noticed">When it was noticed: end of the step whose evaluation opened the incident.</param>
/// <param name="Ended">End of the last step with a sign; null while it lasts.</param>
/// <param name="Symptoms">What was seen, each operation and kind once, as it was when it was worst; the worst for users first.</param>
public sealed record DetectedIncident(long Onset, long Noticed, long? Ended, IReadOnlyList<Symptom> Symptoms);

/// <summary>
/// Opens and closes incidents, evaluation by evaluation. A value: each evaluation gives the next one. There is one incident at a time, as what breaks in one place shows in others.
/// </summary>
public sealed record IncidentTracker
{
    /// <summary>The incident that is open; null when all is well.</summary>
    public DetectedIncident? Open { get; init; }

    /// <summary>The incident that the last evaluation closed; null when it closed none.</summary>
    public DetectedIncident? Closed { get; private init; }

    /// <summary>Whether the last evaluation opened the incident.</summary>
    public bool HasJustOpened { get; private init; }

    /// <summary>Incidents that were closed and may still lie in the time that is compared with.</summary>
    private IReadOnlyList<(long Start, long End)> Past { get; init; } = [];

    private int Signs { get; init; }

    private int Calm { get; init; }

    /// <summary>Evaluates a timeline at the end of a step.</summary>
    /// <param name="timeline">Reaches back far enough to compare with the time before an open incident, if it can.</param>
    /// <param name="now">Number of the step after the last complete one.</param>
    public IncidentTracker Advance(RedTimeline timeline, int now)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        var time = timeline.TimeOf(now);
        if (Open is not { } open)
        {
            var signs = TroubleDetector.Evaluate(timeline, now, null, Past);
            return signs.Count == 0
                ? new IncidentTracker { Past = Past }
                : Signs + 1 < DetectionRules.Confirmations
                    ? new IncidentTracker { Signs = Signs + 1, Past = Past }
                    : new IncidentTracker { Open = new DetectedIncident(signs.Min(s => s.Onset), time, null, signs), HasJustOpened = true, Past = Past };
        }

        // An open incident is compared with the time before it, not with itself; without that time nothing can be said and it is left behind.
        var onset = (int)((open.Onset - timeline.Start) / timeline.StepLength);
        var symptoms = onset - DetectionRules.Gap < DetectionRules.MinReference ? [] : TroubleDetector.Evaluate(timeline, now, onset - DetectionRules.Gap, Past);
        if (symptoms.Count > 0)
        {
            return new IncidentTracker { Open = open with { Symptoms = Worst(open.Symptoms.Concat(symptoms)) }, Past = Past };
        }

        if (Calm + 1 < DetectionRules.Recovery)
        {
            return this with { Calm = Calm + 1, HasJustOpened = false, Closed = null };
        }

        // The steps with a sign, and those around them that were not bad enough for one.
        var ended = timeline.TimeOf(now - Calm - 1);
        var oldest = time - ((DetectionRules.MaxReference + DetectionRules.Gap + DetectionRules.Recent) * timeline.StepLength);
        return new IncidentTracker
        {
            Closed = open with { Ended = ended },
            Past = [.. Past.Where(p => p.End > oldest), (open.Onset - timeline.StepLength, ended)],
        };
    }

    /// <summary>All incidents of a timeline, as they would have been found while it passed.</summary>
    public static IReadOnlyList<DetectedIncident> Replay(RedTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        var found = new List<DetectedIncident>();
        var tracker = new IncidentTracker();
        for (var now = 1; now <= timeline.Steps; now++)
        {
            tracker = tracker.Advance(timeline with { Steps = now }, now);
            if (tracker.Closed is { } closed)
            {
                found.Add(closed);
            }
        }

        if (tracker.Open is { } open)
        {
            found.Add(open);
        }

        return found;
    }

    private static IReadOnlyList<Symptom> Worst(IEnumerable<Symptom> symptoms) =>
    [
        .. symptoms.GroupBy(s => (s.Kind, s.Service, s.Operation)).Select(g => g.MaxBy(s => s.Significance)! with { Onset = g.Min(s => s.Onset) })
            .OrderByDescending(s => s.IsEntry).ThenByDescending(s => s.Significance).ThenBy(s => s.Service, StringComparer.Ordinal).ThenBy(s => s.Operation, StringComparer.Ordinal).ThenBy(s => s.Kind),
    ];
}
