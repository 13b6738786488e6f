using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Ranking;

/// <summary>Writes the report of a ranking.</summary>
internal static class Reporter
{
    /// <summary>Loudness from which a losing suspect is worth a word.</summary>
    /// <summary>Innocent changes that are told of.</summary>
    private const int MaxInnocent = 3;

    public const double WorthTelling = 0.2;

    /// <summary>Share of failing requests above which it is not a part of them that is hit.</summary>
    private const double MostlyFails = 0.8;

    public static InvestigationReport Write(WorldView view, Findings findings, List<Suspect> ranking)
    {
        var world = view.World;
        var impact = ImpactReader.Read(view);
        var causes = new List<Cause>(ranking.Count);
        var ids = 1;
        for (var i = 0; i < ranking.Count; i++)
        {
            causes.Add(new Story(view, ranking[i]).Tell(i + 1, ranking[i].Incident, Verdicts.Of(view, ranking, i), ranking, impact, ref ids));
        }

        var verdict = Verdicts.IsUneventful(view, ranking, impact) ? Verdict.NoIncident : causes.Count > 0 ? causes[0].Verdict : Verdict.Inconclusive;
        var exemplar = ranking.Count > 0 && verdict != Verdict.NoIncident ? ExemplarPicker.Pick(view, ranking[0]) : null;
        var timeline = Timeline(view, ranking);
        var propagation = verdict == Verdict.NoIncident ? [] : Propagation.Of(view, ranking);
        return new InvestigationReport
        {
            Verdict = verdict,
            Headline = Headline(view, causes, impact, verdict, findings.Strata),
            Window = new InvestigatedWindow { Start = At(world.Window.Start), End = At(world.Window.End), Origin = world.WindowOrigin },
            Baseline = new InvestigatedBaseline
            {
                Start = At(world.Baseline.Count > 0 ? world.Baseline[0].Start : world.Window.Start),
                End = At(world.Baseline.Count > 0 ? world.Baseline[^1].End : world.Window.Start),
                Stretches = [.. world.Baseline.Select(b => new BaselineStretch { Start = At(b.Start), End = At(b.End), Spans = b.Spans })],
                Reason = world.BaselineReason,
                Seasons = [.. world.SeasonTimes.OrderBy(t => t.DaysBack).Select(t => new BaselineSeason(t.DaysBack, At(t.Start), At(t.End), t.Requests, view.Course.Statement(t)))],
            },
            Impact = impact,
            Causes = causes,
            Rejected = Rejected(view, findings, ranking),
            Strata = findings.Strata,
            Security = findings.Security,
            Reach = ImpactReader.Totals(view, impact),
            Propagation = propagation,
            PropagationDiagram = Diagrams.Propagation(propagation),
            Fishbone = verdict == Verdict.NoIncident ? [] : Fishbone.Of(view, ranking, causes),
            Remedies = verdict == Verdict.NoIncident || causes.Count == 0 ? [] : Remedies.Of(view, causes[0], ranking[0]),
            Timeline = timeline,
            TimelineDiagram = Diagrams.Timeline(timeline),
            FailingTrace = exemplar,
            Unknown = [.. findings.Unknown, .. world.Truncations.Select(t => new UnknownInspection("coverage", null, t))],
            NextSteps = NextSteps(world, causes, ranking, exemplar, verdict),
            Coverage = new DataCoverage
            {
                WindowTraces = world.Window.Traces,
                WindowTracesRead = view.WindowTraces.Length,
                BaselineTraces = world.Baseline.Sum(b => b.Traces),
                BaselineTracesRead = world.Traces.Count - view.WindowTraces.Length,
                LogsRead = world.LogRates.Sum(r => r.Counts.Sum(c => (long)c)),
                MetricSeries = world.Series.Count,
                Changes = world.Changes.Count,
            },
        };
    }

    private static string Headline(WorldView view, List<Cause> causes, List<Impact> impact, Verdict verdict, IReadOnlyList<StratumReport> strata)
    {
        if (verdict == Verdict.NoIncident)
        {
            return view.Course.Usual.Count == 0
                ? "No incident: nothing got worse beyond what is usual here."
                : $"No incident: what is busier or slower than in the hours before was so at the same time {Phrase.List([.. view.Course.Compared.Select(t => t.DaysBack == 1 ? "yesterday" : "a week ago")], 2)} too.";
        }

        if (causes.Count == 0 || causes[0].Evidence.Count == 0)
        {
            return "Nothing in the telemetry stands out against the baseline.";
        }

        var effect = impact.Count > 0 ? $" Users see {impact[0].Summary}." : "";

        // Whom it hits, where that is told by one slice and the others are well. An operation is what users see already.
        if (impact.Count > 0 && impact[0].ErrorRatio.Window <= MostlyFails && strata.FirstOrDefault(s => s.Outcome == "failing" && s.Attributes.All(a => a.Key != "operation")) is { Ratio: >= 0.9 } slice && slice.Remaining <= 0.1 * slice.Ratio)
        {
            effect += $" Only a part is hit: {slice.Statement}";
        }

        if (causes.Skip(1).FirstOrDefault(c => c.Incident == 2 && c.Verdict == Verdict.Likely) is { } second)
        {
            effect += $" A second cause, apart from that: {second.Summary}";
        }

        return verdict switch
        {
            Verdict.Confirmed => causes[0].Summary + effect,
            Verdict.Likely => "Likely: " + causes[0].Summary + effect,
            _ => $"No single cause stands out; the best suspect is {causes[0].Service}: {causes[0].Summary}{effect}",
        };
    }

    private static List<RejectedAlternative> Rejected(WorldView view, Findings findings, List<Suspect> ranking)
    {
        var rejected = new List<RejectedAlternative>();
        if (ranking.Count == 0)
        {
            return rejected;
        }

        var winner = ranking[0];
        foreach (var suspect in ranking.Skip(1).Where(s => s.Loudness >= WorthTelling).OrderByDescending(s => s.Loudness).ThenBy(s => s.Name, StringComparer.Ordinal))
        {
            rejected.Add(WhyNot(view, suspect, winner));
        }

        foreach (var (service, because) in findings.Healthy.Where(h => h.Key != winner.Entity).OrderBy(h => h.Key))
        {
            rejected.Insert(0, new RejectedAlternative(view.ServiceName(service), Math.Round(ranking.FirstOrDefault(s => s.Entity == service)?.Score ?? 0, 6), $"It is well itself: {because}.", "healthy"));
        }

        // Innocent changes, those nearest to being blamed first: the ones a person would think of.
        var innocent = winner.Judged.Where(j => j.Change.Record.Id != winner.Change?.Id && !j.Change.IsInert)
            .OrderByDescending(j => j.Against != "does-not-fit-path").ThenByDescending(j => j.Fit).ThenByDescending(j => j.Change.Record.Time).Take(MaxInnocent);
        var changes = innocent.Select(j => WhyInnocent(j, winner)).ToArray();
        return [.. rejected.DistinctBy(r => (r.Service, r.Reason)).Take(Limits.MaxRejected - Math.Min(changes.Length, MaxInnocent)), .. changes];
    }

    private static RejectedAlternative WhyInnocent(Judgement judged, Suspect winner)
    {
        var record = judged.Change.Record;
        var name = record.Service.Length > 0 ? $"{record.Kind} change of {record.Service}" : $"{record.Kind} {(record.Id.Length > 12 ? record.Id[..12] : record.Id)}";
        var score = Math.Round(judged.Fit, 6);
        return judged.Against switch
        {
            "does-not-fit-time" => new RejectedAlternative(name, score, $"\"{record.Summary}\" took effect {Phrase.Seconds(-judged.Lead)} after the first sign.", judged.Against),
            "does-not-explain" => new RejectedAlternative(name, score, $"\"{record.Summary}\" changes nothing that could make {winner.Name} go wrong in this way.", judged.Against),
            _ => new RejectedAlternative(name, score, $"\"{record.Summary}\" does not lie on the path of what went wrong in {winner.Name}, or lies further back.", "does-not-fit-path"),
        };
    }

    private static RejectedAlternative WhyNot(WorldView view, Suspect suspect, Suspect winner)
    {
        var score = Math.Round(suspect.Score, 6);
        var loudest = suspect.Findings.OrderByDescending(f => f.Strength * Rules.Of(f.Kind).Weight).ThenBy(f => f.Statement, StringComparer.Ordinal).First();
        if (loudest.Explained >= 0.3 && loudest.ExplainedBy >= 0)
        {
            return new RejectedAlternative(suspect.Name, score,
                $"{loudest.Statement} {Phrase.Percent(loudest.Explained)} of that is explained by {view.EntityName(loudest.ExplainedBy)}, which lies below it.", "explained-by-deeper");
        }

        if (suspect.Onset > 0 && winner.Onset > 0 && suspect.Onset - winner.Onset > 5_000_000_000)
        {
            return new RejectedAlternative(suspect.Name, score,
                $"{loudest.Statement} It began {Phrase.Nanoseconds(suspect.Onset - winner.Onset)} after the first sign in {winner.Name}, and weighs less ({Phrase.Number(suspect.Score)} against {Phrase.Number(winner.Score)}).", "came-later");
        }

        return new RejectedAlternative(suspect.Name, score, $"{loudest.Statement} That weighs less ({Phrase.Number(suspect.Score)} against {Phrase.Number(winner.Score)}).", "weaker-evidence");
    }

    private static List<TimelineEntry> Timeline(WorldView view, List<Suspect> ranking)
    {
        var world = view.World;
        var entries = new List<TimelineEntry>
        {
            new(At(world.Window.Start), "window-start", null, "The investigated window begins."),
            new(At(world.Window.End), "window-end", null, "The investigated window ends."),
        };
        if (view.Suffering.Window.Count > 0)
        {
            var first = view.Suffering.Window.MinBy(t => world.Traces[t].Start);
            var operation = view.Operation(world.Traces[first].Spans[0]);
            entries.Add(new TimelineEntry(At(world.Traces[first].Start), "first-symptom", view.ServiceName(operation.Service), $"The first request of the window that fails or takes far longer than usual: '{operation.Name}', trace {world.Traces[first].TraceId}."));
        }

        var told = ranking.Where(s => s.Loudness >= WorthTelling || s == ranking[0]).Take(8).ToArray();
        var accused = told.Select(s => s.Change?.Id).ToHashSet();
        foreach (var change in world.Changes.Where(c => accused.Contains(c.Id)).Concat(world.Changes.TakeLast(8)).Distinct())
        {
            entries.Add(new TimelineEntry(change.Time.ToDateTimeOffset(), "change", change.Service.Length > 0 ? change.Service : null, $"{change.Kind}: {change.Summary}"));
        }

        foreach (var suspect in told)
        {
            foreach (var finding in suspect.Findings.Where(f => f.Onset > 0 && f.Strength * Rules.Of(f.Kind).Weight >= 0.1).GroupBy(f => Rules.Of(f.Kind).Group).Select(g => g.MinBy(f => f.Onset)!))
            {
                var isError = Rules.Of(finding.Kind).Group == FindingGroup.Errors;
                entries.Add(new TimelineEntry(At(finding.Onset), isError ? "first-error" : "onset", suspect.Name, finding.Statement));
            }
        }

        return [.. entries.OrderBy(e => e.Time).ThenBy(e => e.Kind, StringComparer.Ordinal).ThenBy(e => e.Text, StringComparer.Ordinal).Take(Limits.MaxTimelineEntries)];
    }

    private static List<NextStep> NextSteps(World world, List<Cause> causes, List<Suspect> ranking, ExemplarTrace? exemplar, Verdict verdict)
    {
        var steps = new List<NextStep>();
        if (verdict == Verdict.NoIncident)
        {
            steps.Add(new NextStep("If somebody complains all the same, name the request: a trace, a user, a message or an operation.", null));
            return steps;
        }

        if (causes.Count == 0 || causes[0].Evidence.Count == 0)
        {
            steps.Add(new NextStep("Widen the window, or name a service that is in trouble.", null));
            return steps;
        }

        var (cause, suspect) = (causes[0], ranking[0]);
        if (cause.Change is { } change)
        {
            steps.Add(new NextStep($"Roll back \"{change.Summary}\" ({change.Id}) and see whether it stops.", null));
        }

        steps.Add(new NextStep(Phrase.Text(System.Runtime.CompilerServices.FormattableStringFactory.Create(Wording.Of(cause.Kind).Next, cause.Service)), null));
        steps.AddRange(suspect.Findings.Where(f => f.Weight >= 0.3 * suspect.Findings[0].Weight).SelectMany(f => f.Fixes).Distinct().Take(Limits.MaxFixes));
        if (exemplar is not null)
        {
            steps.Add(new NextStep("See one request that shows it.", $"clew trace {exemplar.TraceId}"));
        }

        steps.Add(new NextStep($"Read what {cause.Service} logged.", $"clew logs --service {Phrase.Quoted(cause.Service)} {Phrase.Window(world)}"));
        if (verdict == Verdict.Inconclusive && causes.Count > 1 && causes[1].Evidence.Count > 0)
        {
            steps.Add(new NextStep($"Look at {causes[1].Service} as well: {causes[1].Summary}", null));
        }

        return steps;
    }

    private static DateTimeOffset At(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);
}
