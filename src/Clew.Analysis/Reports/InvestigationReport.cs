using System.Text.Json.Serialization;

namespace Clew.Analysis.Reports;

/// <summary>
/// The answer of an investigation: the whole of what <c>clew investigate --json</c> and <c>POST /api/investigations</c> return.
/// The terminal shows, from the top: <see cref="Headline"/> with the verdict, window and baseline in one line each, the impact,
/// the first cause with its whys and evidence, the timeline, the failing trace, the rejected alternatives, what stayed unknown,
/// the next steps. Times are UTC. The same world gives the same report, byte for byte.
/// </summary>
public sealed record InvestigationReport
{
    /// <summary>Version of this schema; grows when a member changes its meaning, not when one is added.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>How sure the investigation is of its first cause; <see cref="Verdict.Inconclusive"/> too when there is none.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>One sentence for a pager: what broke, where, and since when. To be shown first and in bold.</summary>
    public required string Headline { get; init; }

    /// <summary>What was investigated.</summary>
    public required InvestigatedWindow Window { get; init; }

    /// <summary>What it was compared with, and why that.</summary>
    public required InvestigatedBaseline Baseline { get; init; }

    /// <summary>What users felt: the entry points that got worse, worst first; empty when none did. Show at most three.</summary>
    public required IReadOnlyList<Impact> Impact { get; init; }

    /// <summary>
    /// Every service that was considered, best suspect first: the ranking is total. Show the first in full, the next two as one
    /// line each (<see cref="Cause.Summary"/>), and only count the rest: most have no evidence and a score near zero.
    /// </summary>
    public required IReadOnlyList<Cause> Causes { get; init; }

    /// <summary>How many were hit, and who was not.</summary>
    public ImpactTotals? Reach { get; init; }

    /// <summary>In which order trouble was first seen along the calls, from the cause outwards; empty when no order can be told.</summary>
    public IReadOnlyList<PropagationStep> Propagation { get; init; } = [];

    /// <summary>What contributed, by the four classical branches; only branches with findings.</summary>
    public IReadOnlyList<FishboneBranch> Fishbone { get; init; } = [];

    /// <summary>What stops it now and what keeps it from coming back, for this kind of cause, most useful first.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>Suspects that lost, each with the reason; the loudest first. To be shown as "ruled out".</summary>
    public required IReadOnlyList<RejectedAlternative> Rejected { get; init; }

    /// <summary>What failing, refused or slow requests have in common, best first per outcome; empty when it hits all alike. Show the first of each outcome.</summary>
    public IReadOnlyList<StratumReport> Strata { get; init; } = [];

    /// <summary>Attacks and abuse of rights seen in the window, whether or not they have to do with the incident; gravest first.</summary>
    public IReadOnlyList<SecurityReport> Security { get; init; } = [];

    /// <summary>What happened, oldest first: changes, onsets, first errors. One line each.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>The timeline as a mermaid diagram (<c>timeline</c>); times are ISO 8601, UTC.</summary>
    public string TimelineDiagram { get; init; } = "";

    /// <summary>The propagation as a mermaid diagram (<c>flowchart</c>); empty when there is none.</summary>
    public string PropagationDiagram { get; init; } = "";

    /// <summary>One request that shows the failure, if there is one; show its id with the <c>clew trace</c> command and its hops.</summary>
    public ExemplarTrace? FailingTrace { get; init; }

    /// <summary>Alerts that fired around the incident, oldest first.</summary>
    public IReadOnlyList<ReportedAlert> Alerts { get; init; } = [];

    /// <summary>When and by which alert it was noticed; null when no alert fired, or nothing went wrong.</summary>
    public ReportedDetection? Detection { get; init; }

    /// <summary>When users had what they are used to again; null when that is not known yet.</summary>
    public Recovery? Recovery { get; init; }

    /// <summary>Earlier investigations like this one, most alike first.</summary>
    public IReadOnlyList<PastIncident> Similar { get; init; } = [];

    /// <summary>What could not be judged and why. Shown dim, at the end: absence of evidence is said, not hidden.</summary>
    public required IReadOnlyList<UnknownInspection> Unknown { get; init; }

    /// <summary>What a person would do next, most useful first, with commands where there are any.</summary>
    public required IReadOnlyList<NextStep> NextSteps { get; init; }

    /// <summary>How much telemetry the answer rests on.</summary>
    public required DataCoverage Coverage { get; init; }
}

/// <summary>How sure an answer is. The JSON words are CONFIRMED, LIKELY, INCONCLUSIVE and NO_INCIDENT.</summary>
[JsonConverter(typeof(VerdictConverter))]
public enum Verdict
{
    /// <summary>Nothing stands out enough to be named; the ranking is only an order of suspicion.</summary>
    Inconclusive,

    /// <summary>The best explanation by a clear margin, but a part of the chain is inferred.</summary>
    Likely,

    /// <summary>Independent kinds of evidence agree, the cause comes first, sits deepest and explains what is above it.</summary>
    Confirmed,

    /// <summary>There is enough to compare, and nothing of it got worse beyond both thresholds: the system is as usual. Of a report, never of a cause.</summary>
    NoIncident,
}

/// <summary>The incident window.</summary>
public sealed record InvestigatedWindow
{
    /// <summary>Inclusive start.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Exclusive end.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>How the window came about, as a sentence ("given", "15 minutes around trace 4bf9…").</summary>
    public required string Origin { get; init; }
}

/// <summary>The stretches of time taken for normal.</summary>
public sealed record InvestigatedBaseline
{
    /// <summary>Start of the earliest stretch; equals <see cref="End"/> when there is no baseline.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>End of the latest stretch.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>The stretches, oldest first. Never overlap the window.</summary>
    public required IReadOnlyList<BaselineStretch> Stretches { get; init; }

    /// <summary>Why these, as a sentence, including what was skipped.</summary>
    public required string Reason { get; init; }

    /// <summary>The same time of earlier days: the day before and a week before. Absent where nobody looked.</summary>
    public IReadOnlyList<BaselineSeason> Seasons { get; init; } = [];
}

/// <summary>The window's time on an earlier day.</summary>
/// <param name="DaysBack">1 or 7.</param>
/// <param name="Start">Inclusive.</param>
/// <param name="End">Exclusive.</param>
/// <param name="Spans">What is stored of it; 0: it could not be compared with.</param>
/// <param name="Statement">What it says of the window, as a sentence.</param>
public sealed record BaselineSeason(int DaysBack, DateTimeOffset Start, DateTimeOffset End, long Spans, string Statement);

/// <summary>One stretch of the baseline.</summary>
public sealed record BaselineStretch
{
    /// <summary>Inclusive start.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Exclusive end.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Spans the store holds in it.</summary>
    public required long Spans { get; init; }
}

/// <summary>How one entry point (an operation nobody in the system calls) changed.</summary>
public sealed record Impact
{
    /// <summary>The service users talk to.</summary>
    public required string Service { get; init; }

    /// <summary>Its operation.</summary>
    public required string Operation { get; init; }

    /// <summary>Requests per second in the baseline and in the window.</summary>
    public required Comparison RequestRate { get; init; }

    /// <summary>Failed share of requests, 0 to 1.</summary>
    public required Comparison ErrorRatio { get; init; }

    /// <summary>95th percentile of the duration, seconds.</summary>
    public required Comparison DurationP95 { get; init; }

    /// <summary>The answers given in the window by HTTP status ("503": 72), when known; errors only, most frequent first.</summary>
    public IReadOnlyList<StatusCount> ErrorStatuses { get; init; } = [];

    /// <summary>The above as a sentence.</summary>
    public required string Summary { get; init; }
}

/// <summary>How far the trouble reached, estimated from the sample and the store's exact counts.</summary>
public sealed record ImpactTotals
{
    /// <summary>Requests at entry points in the window.</summary>
    public required long Requests { get; init; }

    /// <summary>Of these, how many failed or took far longer than usual beyond the usual number.</summary>
    public required long RequestsHit { get; init; }

    /// <summary>Distinct users (<c>user.id</c>, <c>enduser.id</c>) among the sampled requests that were hit; null when requests name none.</summary>
    public long? UsersHit { get; init; }

    /// <summary>Entry points that got worse.</summary>
    public required IReadOnlyList<string> Affected { get; init; }

    /// <summary>Entry points that were used and did not get worse.</summary>
    public required IReadOnlyList<string> NotAffected { get; init; }
}

/// <summary>One step of the way trouble took.</summary>
/// <param name="Order">1 for the first.</param>
/// <param name="From">Where it came from; null for the first.</param>
/// <param name="To">Who then showed it.</param>
/// <param name="Time">First sign there; null when its evidence has no time.</param>
/// <param name="Statement">How it showed.</param>
public sealed record PropagationStep(int Order, string? From, string To, DateTimeOffset? Time, string Statement);

/// <summary>A branch of the fishbone.</summary>
/// <param name="Category">"people", "process", "technology" or "environment".</param>
/// <param name="Items">What contributed.</param>
public sealed record FishboneBranch(string Category, IReadOnlyList<FishboneItem> Items);

/// <summary>A contribution.</summary>
/// <param name="Text">A sentence.</param>
/// <param name="Evidence">Ids of evidence, or of a change record as "change:ID".</param>
public sealed record FishboneItem(string Text, IReadOnlyList<string> Evidence);

/// <summary>Something that helps against this kind of cause.</summary>
/// <param name="When">"now" (stops the effect), "verify" (shows whether it stopped) or "later" (keeps it from coming back).</param>
/// <param name="Text">What and why.</param>
/// <param name="Command">A command with the real names filled in, when there is one; angle brackets mark what only the reader can know.</param>
public sealed record Remedy(string When, string Text, string? Command = null);

/// <summary>How often one status was answered in the window.</summary>
public sealed record StatusCount(string Status, long Count);

/// <summary>A quantity in the baseline and in the window.</summary>
/// <param name="Baseline">Value in the baseline; null when there was no data.</param>
/// <param name="Window">Value in the window; null when there was no data.</param>
/// <param name="Unit">UCUM unit as OpenTelemetry writes it: "s", "1", "{request}/s", "By".</param>
public sealed record Comparison(double? Baseline, double? Window, string Unit);

/// <summary>How much telemetry was looked at.</summary>
public sealed record DataCoverage
{
    /// <summary>Traces in the window and how many of them were read span by span.</summary>
    public required long WindowTraces { get; init; }

    /// <summary>Traces of the window whose spans were read.</summary>
    public required long WindowTracesRead { get; init; }

    /// <summary>Traces of the baseline.</summary>
    public required long BaselineTraces { get; init; }

    /// <summary>Traces of the baseline whose spans were read.</summary>
    public required long BaselineTracesRead { get; init; }

    /// <summary>Log records read, window and baseline together.</summary>
    public required long LogsRead { get; init; }

    /// <summary>Metric series compared.</summary>
    public required long MetricSeries { get; init; }

    /// <summary>Changes known in the look-back before the window.</summary>
    public required long Changes { get; init; }
}
