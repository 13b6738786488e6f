using Clew.Analysis.Inspections;
using Clew.Analysis.Reports;
using static Clew.Analysis.Paperwork.MarkdownText;

namespace Clew.Analysis.Paperwork;

/// <summary>
/// The first draft of a blameless postmortem, in Markdown: written from a report alone, so that the same report gives the same text. What only people know stands as
/// <i>(fill in)</i>; names of people are neither invented nor taken over.
/// </summary>
public static class Postmortem
{
    private const string FillIn = "*(fill in)*";

    public static string Write(InvestigationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var facts = new IncidentFacts(report);
        var document = new DocumentWriter();
        var title = facts.Cause is { } cause ? $"{Words.Of(cause.Kind)} in {cause.Service}" : "nothing found in the telemetry";
        document.Heading(1, $"Postmortem: {Inline(title)} ({DocumentWriter.Time(facts.Clock.Onset)[..10]})");
        document.Block($"> {Draft(report)}");
        Summary(document, report, facts);
        Impact(document, report, facts);
        Timeline(document, report, facts, title);
        if (report.Verdict != Verdict.NoIncident)
        {
            Detection(document, report, facts);
        }

        RootCause(document, report, facts);
        document.Heading(2, "Contributing factors");
        document.List(facts.ContributingFactors().Select(factor => Inline(facts.Blameless(factor))), "None is seen in the data.");
        document.Heading(2, "What went well");
        document.List(facts.WentWell().Select(text => Inline(facts.Blameless(text))), "Nothing of that can be told from the data.");
        document.Heading(2, "What went badly");
        document.List(facts.WentBadly().Select(text => Inline(facts.Blameless(text))), "Nothing of that can be told from the data.");
        document.Heading(2, "Action items");
        document.Table(
            ["Priority", "What", "Why", "Owner", "Due"],
            facts.ActionItems().Select(item => (IReadOnlyList<string>)[item.Priority, Inline(facts.Blameless(item.What)), Inline(facts.Blameless(item.Why)), FillIn, FillIn]));
        RuledOut(document, report, facts);
        document.Heading(2, "Similar incidents");
        document.List(report.Similar.Select(past => $"{DocumentWriter.Time(past.Time)} {Code(past.Id)}: {Inline(past.Headline)} ({Inline(past.Why)})"), "None is known.");
        document.Heading(2, "What the data cannot say");
        document.List(report.Unknown.Select(unknown => Inline($"{unknown.Inspection}{(unknown.Entity is { } entity ? $", {entity}" : "")}: {unknown.Reason}")), "Every inspection could judge.");
        return document.ToString();
    }

    private static string Draft(InvestigationReport report) => report.Verdict switch
    {
        Verdict.Confirmed => "Draft from telemetry. The cause is **confirmed**: independent kinds of evidence agree. Check it, fill in what only people know, then remove this line.",
        Verdict.Likely => "Draft from telemetry. The cause is **likely, not proven**: treat it as a hypothesis until somebody has checked the evidence below.",
        Verdict.NoIncident => "Draft from telemetry. **No incident is seen in it**: either nothing happened, or the telemetry does not show it.",
        _ => "Draft from telemetry. **No cause is certain**: what stands below is the best suspect, and may be wrong.",
    };

    private static void Summary(DocumentWriter document, InvestigationReport report, IncidentFacts facts)
    {
        var clock = facts.Clock;
        document.Heading(2, "Summary");
        document.Block(Inline(facts.Blameless(report.Headline)));
        var end = clock.Recovered is { } recovered ? $"{DocumentWriter.Time(recovered)} ({IncidentFacts.Length(recovered - clock.Onset)})" : "not over at the end of the data";
        if (report.Verdict == Verdict.NoIncident)
        {
            document.Block($"Looked at: {DocumentWriter.Time(report.Window.Start)} to {DocumentWriter.Time(report.Window.End)}, against {DocumentWriter.Time(report.Baseline.Start)} to {DocumentWriter.Time(report.Baseline.End)}. {string.Join(' ', OtherDays(report))}".TrimEnd());
            return;
        }

        document.Table(
            ["", ""],
            [
                ["**Began**", $"{DocumentWriter.Time(clock.Onset)}{(clock.IsOnsetKnown ? "" : " (start of the window; the onset is not known)")}"],
                ["**Ended**", end],
                ["**Severity**", FillIn],
                ["**Cause**", facts.Cause is { } cause ? $"{Code(cause.Service)}: {Inline(Words.Of(cause.Kind))} ({report.Verdict.ToString().ToUpperInvariant()}, score {Phrase.Number(cause.Score)})" : "none found"],
                ["**Looked at**", $"{DocumentWriter.Time(report.Window.Start)} to {DocumentWriter.Time(report.Window.End)}, against {DocumentWriter.Time(report.Baseline.Start)} to {DocumentWriter.Time(report.Baseline.End)}"],
                .. OtherDays(report).Select(told => (IReadOnlyList<string>)["**Other days**", told]),
            ]);
    }

    /// <summary>What the same time of other days says, where there is data of it.</summary>
    private static IEnumerable<string> OtherDays(InvestigationReport report) => report.Baseline.Seasons.Where(season => season.Spans > 0).Select(season => Inline(season.Statement));

    private static void Impact(DocumentWriter document, InvestigationReport report, IncidentFacts facts)
    {
        document.Heading(2, "Impact");
        if (report.Impact.Count == 0)
        {
            document.Block("No entry point got worse by the telemetry. Other harm: " + FillIn + ".");
            return;
        }

        document.Table(
            ["Entry point", "Requests/s", "Failed", "p95", "Failed requests, about", "Answers"],
            report.Impact.Select(impact => (IReadOnlyList<string>)
            [
                $"{Code(impact.Service)} {Code(impact.Operation)}",
                DocumentWriter.Change(impact.RequestRate, Phrase.Number),
                DocumentWriter.Change(impact.ErrorRatio, Phrase.Percent),
                DocumentWriter.Change(impact.DurationP95, Phrase.Seconds),
                facts.FailedRequests(impact) is { } failed ? Phrase.Number(Math.Round(failed)) : "unknown",
                impact.ErrorStatuses.Count > 0 ? Inline(string.Join(", ", impact.ErrorStatuses.Take(4).Select(status => Phrase.Text($"{status.Status}: {status.Count}")))) : "",
            ]));
        document.Block($"Users and money: {FillIn}.");
    }

    private static void Timeline(DocumentWriter document, InvestigationReport report, IncidentFacts facts, string title)
    {
        document.Heading(2, "Timeline");
        var entries = report.Timeline.Select(entry => entry with { Text = facts.Blameless(entry.Text) }).ToArray();
        if (entries.Length == 0)
        {
            document.Block("Nothing is known.");
            return;
        }

        document.Timeline(title, entries);
        var earlier = entries[0].Time;
        var rows = new List<IReadOnlyList<string>>();
        foreach (var entry in entries)
        {
            rows.Add([DocumentWriter.Time(entry.Time), rows.Count == 0 ? "" : "+" + IncidentFacts.Length(entry.Time - earlier), Inline(entry.Kind), Inline(entry.Service ?? ""), Inline(entry.Text)]);
            earlier = entry.Time;
        }

        document.Table(["Time (UTC)", "After", "What", "Where", "Happened"], rows);
        document.Block($"What people did and when (paged, acknowledged, decided, rolled back): {FillIn}.");
    }

    private static void Detection(DocumentWriter document, InvestigationReport report, IncidentFacts facts)
    {
        var clock = facts.Clock;
        document.Heading(2, "Detection and repair");
        document.Table(
            ["", "When", "After the first sign"],
            [
                ["First sign", DocumentWriter.Time(clock.Onset), clock.IsOnsetKnown ? "" : "not known; the window's start stands in"],
                clock.Detected is { } alert
                    ? ["First alert", $"{DocumentWriter.Time(alert.Told)} {Code(alert.Name)} ({Inline(alert.Source)})", $"{IncidentFacts.Length(clock.TimeToDetect!.Value)} (time to detect)"]
                    : ["First alert", "none is recorded", "unknown"],
                clock.Recovered is { } recovered
                    ? ["Well again", DocumentWriter.Time(recovered), clock.TimeToRepair is { } repair ? $"{IncidentFacts.Length(repair)} (time to repair)" : "unknown"]
                    : ["Well again", "not by the end of the data", "unknown"],
            ]);
        if (report.Recovery is { } told)
        {
            document.Block(Inline(told.Statement));
        }
    }

    private static void RootCause(DocumentWriter document, InvestigationReport report, IncidentFacts facts)
    {
        document.Heading(2, "Root cause");
        if (facts.Cause is not { } cause)
        {
            document.Block($"Nothing in the telemetry stands out against the baseline. {FillIn}");
            return;
        }

        document.Block(Inline(facts.Blameless(cause.Summary)));
        string?[] story = [cause.Trigger, cause.CriticalFailure, cause.Effect];
        string[] titles = ["Trigger", "Critical failure", "Effect"];
        document.List(titles.Zip(story).Where(part => part.Second is not null).Select(part => $"**{part.First}**: {Inline(facts.Blameless(part.Second!))}"), "");
        if (cause.Change is { } change)
        {
            document.Block($"The change: {Inline(change.Kind)} of {Code(change.Target)} at {DocumentWriter.Time(change.Time)}: {Inline(facts.Blameless(change.Summary))} ({Code(change.Id)}). {Inline(facts.Blameless(change.Fit))}");
        }

        if (cause.Whys.Count > 0)
        {
            document.Heading(3, "Five whys");
            document.Numbered(cause.Whys.Select(why => $"**{Inline(facts.Blameless(why.Question))}** {Inline(facts.Blameless(why.Answer))} [{Inline(string.Join(", ", why.Evidence))}]"));
        }

        document.Heading(3, "Evidence");
        document.Table(
            ["Id", "Finding", "Seen again by"],
            cause.Evidence.Select(item => (IReadOnlyList<string>)[Inline(item.Id), Inline(facts.Blameless(item.Statement)), item.Query is { } query ? Code(query) : item.TraceIds.Count > 0 ? Code($"clew trace {item.TraceIds[0]}") : ""]));
        if (report.FailingTrace is { } trace)
        {
            document.Block($"One request that shows it: {Code($"clew trace {trace.TraceId}")}. {Inline(trace.Summary)}");
        }
    }

    private static void RuledOut(DocumentWriter document, InvestigationReport report, IncidentFacts facts)
    {
        document.Heading(2, "Considered and ruled out");
        document.List(report.Rejected.Select(rejected => $"{Code(rejected.Service)}: {Inline(facts.Blameless(rejected.Against))}"), "Nothing else was suspected.");
    }
}
