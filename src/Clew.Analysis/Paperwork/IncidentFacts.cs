using System.Globalization;
using Clew.Analysis.Inspections;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Paperwork;

/// <summary>What a report says beyond its sentences: numbers of requests that failed, what helped, what hurt, and what to do about it. Every line follows from data.</summary>
internal sealed class IncidentFacts
{
    private static readonly TimeSpan Prompt = TimeSpan.FromMinutes(5);

    private readonly InvestigationReport _report;
    private readonly IncidentClock _clock;
    private readonly Cause? _cause;

    public IncidentFacts(InvestigationReport report)
    {
        _report = report;
        _clock = IncidentClock.Of(report);
        _cause = report.Verdict == Verdict.NoIncident ? null : report.Causes.FirstOrDefault(cause => cause.Evidence.Count > 0);
    }

    /// <summary>The accused; null when nothing stands out.</summary>
    public Cause? Cause => _cause;

    public IncidentClock Clock => _clock;

    public CauseLessons Lessons => Paperwork.Lessons.Of(_cause?.Kind ?? CauseKind.None);

    /// <summary>What stops it, with commands.</summary>
    public IReadOnlyList<Remedy> Mitigations => [.. _report.Remedies.Where(remedy => remedy.When == "now")];

    /// <summary>What removes the cause.</summary>
    public IReadOnlyList<string> Fixes => [.. _report.Remedies.Where(remedy => remedy.When == "later").Select(remedy => remedy.Text)];

    /// <summary>Text with the accused service in place of {0}.</summary>
    public string About(string text) => text.Replace("{0}", _cause?.Service ?? "the system", StringComparison.Ordinal);

    /// <summary>Sentences about systems, not people: the author of a change is left out.</summary>
    public string Blameless(string text)
    {
        if (_cause?.Change?.Author is not { Length: > 1 } author)
        {
            return text;
        }

        return text.Replace($" by {author}", "", StringComparison.Ordinal);
    }

    /// <summary>Failed requests of an entry point in the window beyond what is usual; estimated from rate and ratio.</summary>
    public double? FailedRequests(Impact impact)
    {
        var seconds = (_report.Window.End - _report.Window.Start).TotalSeconds;
        return impact.RequestRate.Window is { } rate && impact.ErrorRatio.Window is { } ratio ? rate * seconds * Math.Max(0, ratio - (impact.ErrorRatio.Baseline ?? 0)) : null;
    }

    /// <summary>What took part without being the cause: what the chain of whys cites of others, and what the accused suffered besides.</summary>
    public IReadOnlyList<string> ContributingFactors()
    {
        if (_cause is null)
        {
            return [];
        }

        var factors = new List<string>();
        var cited = _cause.Whys.SelectMany(why => why.Evidence).ToHashSet(StringComparer.Ordinal);
        factors.AddRange(_cause.Evidence.Where(item => cited.Contains(item.Id) && !IsAbout(item, _cause.Service)).Select(item => $"{item.Statement} ({item.Id})"));
        factors.AddRange(_cause.Evidence.Where(item => item.Inspection is "retries" or "pools" or "timeouts" && IsAbout(item, _cause.Service)).Select(item => $"{item.Statement} ({item.Id})"));
        var told = _cause.Evidence.Where(item => cited.Contains(item.Id)).Select(item => item.Statement).ToArray();
        factors.AddRange(_report.Rejected.Where(rejected => rejected.Reason == "explained-by-deeper" && !told.Any(statement => rejected.Against.StartsWith(statement, StringComparison.Ordinal)))
            .Select(rejected => $"{rejected.Service} passed the trouble on: {rejected.Against}"));
        return [.. factors.Distinct(StringComparer.Ordinal).Take(6)];
    }

    public IReadOnlyList<string> WentWell()
    {
        var well = new List<string>();
        if (_report.Verdict == Verdict.NoIncident)
        {
            return well;
        }

        if (_clock.TimeToDetect is { } detected && detected <= Prompt)
        {
            well.Add($"An alert fired {Length(detected)} after the first sign ({_clock.Detected!.Name}).");
        }

        if (_clock.TimeToRepair is { } repaired)
        {
            well.Add($"Users had what they are used to again {Length(repaired)} after the first sign.");
        }

        if (_cause?.Change is { } change)
        {
            well.Add($"The change that fits was recorded ({change.Id}), so the trigger could be named.");
        }

        if (_report.FailingTrace is { Hops.Count: > 1 } trace)
        {
            well.Add(Phrase.Text($"Requests are traced through {trace.Hops.Select(hop => hop.Service).Distinct(StringComparer.Ordinal).Count()} services down to where it fails."));
        }

        if (_report.Rejected.Count > 0)
        {
            well.Add(Phrase.Text($"{Phrase.Count(_report.Rejected.Count, "other suspect")} could be ruled out by data."));
        }

        if (_report.Coverage is { WindowTraces: > 0 } coverage && coverage.WindowTracesRead >= coverage.WindowTraces)
        {
            well.Add("Every trace of the window was there to be looked at.");
        }

        return well;
    }

    public IReadOnlyList<string> WentBadly()
    {
        var badly = new List<string>();
        if (_report.Verdict == Verdict.NoIncident)
        {
            return badly;
        }

        if (_clock.Detected is null)
        {
            badly.Add("No alert was recorded for it: users or people looking at dashboards had to notice.");
        }
        else if (_clock.TimeToDetect > Prompt)
        {
            badly.Add($"The first alert ({_clock.Detected.Name}) fired only {Length(_clock.TimeToDetect.Value)} after the first sign.");
        }

        if (_clock.Recovered is null)
        {
            badly.Add("It was not over at the end of the data this was written from.");
        }

        if (_cause is { Change: null })
        {
            badly.Add(_report.Coverage.Changes == 0 ? "No changes are recorded, so that a trigger could not be looked for." : "No recorded change explains it: either something changed without a record, or nothing was changed.");
        }

        if (_cause is not null && _report.Verdict != Verdict.Confirmed)
        {
            badly.Add($"The cause is {(_report.Verdict == Verdict.Likely ? "likely, not proven" : "not certain")}: independent evidence is missing.");
        }

        foreach (var unknown in _report.Unknown.Where(unknown => unknown.Entity is not null && unknown.Entity == _cause?.Service).Take(3))
        {
            badly.Add($"{unknown.Entity}: {unknown.Reason}");
        }

        if (_report.Causes.SelectMany(cause => cause.Evidence).FirstOrDefault(item => item.Inspection == "retries") is { } retries)
        {
            badly.Add($"Retries added load to what was failing: {retries.Statement}");
        }

        return badly;
    }

    /// <summary>What to do, without names of people: priority (P0 first), what, and why.</summary>
    public IReadOnlyList<(string Priority, string What, string Why)> ActionItems()
    {
        var items = new List<(string Priority, string What, string Why)>();
        if (_report.Verdict == Verdict.NoIncident)
        {
            items.Add(("P2", "If somebody complained all the same, ask again about that request: a trace, a user, a message or an operation.", "Nothing got worse beyond what is usual."));
            return items;
        }

        if (_cause is null)
        {
            items.Add(("P1", "Find out what was wrong by other means, and add the telemetry that would have shown it.", "Nothing in the telemetry stands out."));
            return items;
        }

        if (_cause.Change is { } change)
        {
            items.Add(("P0", $"Decide whether \"{change.Summary}\" stays rolled back, or is mended before it goes out again.", change.Fit));
        }

        items.AddRange(Fixes.Select(fix => ("P0", fix, _cause.Summary)));
        if (_clock.Detected is null || _clock.TimeToDetect > Prompt)
        {
            items.Add(("P1", $"Alert on {About(Lessons.Watch)}.", _clock.Detected is null ? "No alert fired." : $"The first alert came after {Length(_clock.TimeToDetect!.Value)}."));
        }

        items.AddRange(Lessons.Prevent.Select(prevent => ("P1", About(prevent), "So that it does not come back.")));
        if (_report.Coverage.Changes == 0)
        {
            items.Add(("P1", "Record deploys, flags and configuration changes (clew change add, or a webhook).", "Without them no trigger can be named."));
        }

        foreach (var unknown in _report.Unknown.Where(unknown => unknown.Entity is not null && unknown.Entity == _cause.Service).Take(2))
        {
            items.Add(("P2", $"Close the gap in the telemetry of {unknown.Entity} ({unknown.Inspection}).", unknown.Reason));
        }

        if (_report.Rejected.FirstOrDefault(rejected => rejected.Reason == "explained-by-deeper") is { } victim)
        {
            items.Add(("P2", $"Keep {victim.Service} working when {_cause.Service} is not: deadlines, bounded retries, a fallback.", "It passed the trouble on to users."));
        }

        items.Add(("P2", "Keep the runbook of this incident where the on-call engineer finds it (clew runbook).", "The next occurrence is found by the same queries."));
        return items;
    }

    /// <summary>A length of time as people say it: <c>45 s</c>, <c>12 min</c>, <c>2 h 5 min</c>.</summary>
    public static string Length(TimeSpan time) => time.TotalSeconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        < 7_200 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours):0} h {time.Minutes} min"),
    };

    private static bool IsAbout(EvidenceItem item, string service) => item.Entity == service || item.Entity.StartsWith(service + " ", StringComparison.Ordinal);
}
