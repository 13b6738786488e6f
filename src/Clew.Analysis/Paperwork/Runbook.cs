using Clew.Analysis.Inspections;
using Clew.Analysis.Reports;
using static Clew.Analysis.Paperwork.MarkdownText;

namespace Clew.Analysis.Paperwork;

/// <summary>
/// A runbook for the next time, in Markdown, written from one incident's report: by which signs it is known, which queries show it (over the last minutes instead of the
/// incident's), what stops it, what removes it.
/// </summary>
public static class Runbook
{
    /// <summary>How far the queries of a runbook look back.</summary>
    private const string LookBack = "--since 15m";

    public static string Write(InvestigationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var facts = new IncidentFacts(report);
        var document = new DocumentWriter();
        if (facts.Cause is not { } cause)
        {
            document.Heading(1, "Runbook: no cause is known");
            document.Block("The report this was to be written from names no cause. A runbook for nothing would mislead; write one when a cause is known.");
            return document.ToString();
        }

        document.Heading(1, $"Runbook: {Inline(Words.Of(cause.Kind))} in {Inline(cause.Service)}");
        document.Block($"> Written from the incident of {DocumentWriter.Time(facts.Clock.Onset)} ({report.Verdict.ToString().ToUpperInvariant()}). Times in its queries are those of the next incident: the last 15 minutes.");
        Symptoms(document, report);
        Detection(document, report, facts);
        Investigation(document, report, cause, facts);
        Mitigation(document, report, cause, facts);
        document.Heading(2, "Resolution");
        document.List(facts.Fixes.Select(fix => Inline(facts.Blameless(fix))), "The report names none: follow its evidence to what changed, and correct that.");
        document.Heading(2, "Prevention");
        document.List(facts.Lessons.Prevent.Select(prevent => Inline(facts.About(prevent))), "");
        document.Heading(2, "Related incidents");
        document.List(
            report.Similar.Select(past => $"{DocumentWriter.Time(past.Time)} {Code(past.Id)}: {Inline(past.Headline)}").Prepend($"{DocumentWriter.Time(facts.Clock.Onset)}: {Inline(facts.Blameless(report.Headline))}"),
            "");
        return document.ToString();
    }

    private static void Symptoms(DocumentWriter document, InvestigationReport report)
    {
        document.Heading(2, "Symptoms");
        var symptoms = report.Impact.Take(3).Select(impact => $"{Code(impact.Service)} {Code(impact.Operation)}: failed {DocumentWriter.Change(impact.ErrorRatio, Phrase.Percent)}, p95 {DocumentWriter.Change(impact.DurationP95, Phrase.Seconds)}")
            .Concat(report.FailingTrace?.Hops.Where(hop => hop.Error is not null).Select(hop => $"{Code(hop.Service)} {Code(hop.Operation)} fails: {Inline(hop.Error!)}") ?? [])
            .Concat(report.Causes[0].Evidence.Where(item => item.Inspection is "log-templates" or "log-rates").Take(3).Select(item => Inline(item.Statement)));
        document.List(symptoms, "Users were not seen to be hurt; the evidence below is the sign.");
    }

    private static void Detection(DocumentWriter document, InvestigationReport report, IncidentFacts facts)
    {
        document.Heading(2, "Detection");
        document.List(
            report.Alerts.Select(alert => $"Alert {Code(alert.Name)} ({Inline(alert.Source)}{(alert.Severity is { } severity ? ", " + Inline(severity) : "")})")
                .Append($"Alert on {Inline(facts.About(facts.Lessons.Watch))}{(report.Alerts.Count == 0 ? "; none fired in this incident" : "")}"),
            "");
    }

    private static void Investigation(DocumentWriter document, InvestigationReport report, Cause cause, IncidentFacts facts)
    {
        document.Heading(2, "Investigation");
        var steps = new List<(string What, string Command)>
        {
            ("Ask for the cause. When it names another one, this runbook is the wrong one.", $"clew investigate --service {Phrase.Quoted(cause.Service)} {LookBack}"),
        };
        steps.AddRange(cause.Evidence.Where(item => item.Query is not null).DistinctBy(item => item.Query).Take(6).Select(item => ($"Then: {facts.Blameless(item.Statement)}", Now(item.Query!, report))));
        steps.Add(($"What did {cause.Service} log?", $"clew logs --service {Phrase.Quoted(cause.Service)} --severity warn {LookBack}"));
        steps.Add(("What was changed?", "clew change list --since 2h"));
        var number = 1;
        foreach (var (what, command) in steps)
        {
            document.Block(Phrase.Text($"{number++}. {Inline(what)}"));
            document.Block(Fence(command, "sh"));
        }

        document.Heading(3, "It is this when");
        document.Block(Inline(facts.About(facts.Lessons.Confirm)));
        if (report.Rejected.Count > 0)
        {
            document.Heading(3, "What looked guilty and was not");
            document.List(report.Rejected.Take(4).Select(rejected => $"{Code(rejected.Service)}: {Inline(facts.Blameless(rejected.Against))}"), "");
        }
    }

    private static void Mitigation(DocumentWriter document, InvestigationReport report, Cause cause, IncidentFacts facts)
    {
        document.Heading(2, "Mitigation");
        var steps = facts.Mitigations.Select(step => step.Command is { } command ? $"{Inline(facts.Blameless(step.Text).TrimEnd('.'))}: {Command(command)}" : Inline(facts.Blameless(step.Text))).ToList();
        if (cause.Change is { } change)
        {
            steps.Insert(0, $"Last time a change ({Inline(change.Kind)}) of {Code(change.Target)} had set it off: {Inline(facts.Blameless(change.Summary))}. Look for such a change and take it back.");
        }

        document.Numbered(steps.Append("See that it works: the entry points above are as before, and stay so for ten minutes."));
        if (cause.Change?.Kind is "deploy" or "rollout")
        {
            document.Block("Where it runs in Kubernetes, under the name of the service:");
            document.Block(Fence($"kubectl rollout history deployment/{Phrase.Quoted(cause.Service)}\nkubectl rollout undo deployment/{Phrase.Quoted(cause.Service)}\nkubectl rollout status deployment/{Phrase.Quoted(cause.Service)}", "sh"));
        }

        document.Block(Fence(report.Impact.Count > 0
            ? $"clew traces --service {Phrase.Quoted(report.Impact[0].Service)} --operation {Phrase.Quoted(report.Impact[0].Operation)} --errors --since 5m"
            : $"clew traces --service {Phrase.Quoted(cause.Service)} --errors --since 5m", "sh"));
    }

    /// <summary>The incident's query, asked of the last minutes.</summary>
    private static string Now(string query, InvestigationReport report)
    {
        var window = $"--start {Time(report.Window.Start)} --end ";
        var at = query.IndexOf(window, StringComparison.Ordinal);
        if (at < 0)
        {
            return query;
        }

        var end = query.IndexOf(' ', at + window.Length);
        return query[..at] + LookBack + (end < 0 ? "" : query[end..]);
    }

    private static string Time(DateTimeOffset time) => Phrase.Time(time.ToUnixTimeMilliseconds() * 1_000_000);
}
