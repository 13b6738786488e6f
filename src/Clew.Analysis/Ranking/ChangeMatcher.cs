using Clew.Analysis.Changes;
using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Telemetry;

namespace Clew.Analysis.Ranking;

/// <summary>
/// Which recorded change fits which suspect: it must have come to run before the trouble, lie on its path, and, where its content is recorded, be able to
/// do what went wrong. The latest deploy is not blamed for being the latest.
/// </summary>
internal static class ChangeMatcher
{
    /// <summary>Seconds by which a change may seem to come after the onset: clocks, and times noted by hand.</summary>
    private const double Tolerance = 30;

    /// <summary>The same for when memory began to grow, which is read off a slope.</summary>
    private const double GrowthTolerance = 600;

    /// <summary>A change this long before the onset, seconds, is half as likely a trigger as one just before it.</summary>
    private const double HalfLife = 1_800;

    /// <summary>The same for one whose content explains what went wrong: many faults wait for load, a timer or a full store.</summary>
    private const double ExplainedHalfLife = 3 * 3_600;

    /// <summary>From this fit on a change is called the trigger.</summary>
    public const double MinFit = 0.3;

    /// <summary>From this fit on content explains what went wrong.</summary>
    private const double Explains = 0.7;

    /// <summary>What a change without recorded content counts, alone and beside others whose content is known.</summary>
    private const double UnknownContent = 1;

    private const double UnknownBesideKnown = 0.6;

    /// <summary>A flag whose name says nothing of what went wrong, and the seconds before the onset within which it is suspect all the same.</summary>
    private const double SilentFlag = 0.25;

    private const double JustBefore = 120;

    /// <summary>What remains for changes of a service when another party or the machine under it explains its trouble.</summary>
    private const double ExplainedElsewhere = 0.3;

    /// <summary>A commit that no deploy is known to have brought.</summary>
    private const double NotSeenDeployed = 0.7;

    /// <summary>A shared library's change that came with a later deploy of the suspect.</summary>
    private const double SharedCode = 0.9;

    /// <summary>Words by which a change says what it touches, and the kind of fault that it can cause. Ordinary vocabulary of operations.</summary>
    private static readonly (string[] Words, CauseKind[] Kinds)[] Vocabulary =
    [
        (["dns", "coredns", "resolver", "nameserver", "resolv", "name resolution"], [CauseKind.NameResolution]),
        (["network", "firewall", "egress", "ingress", "route", "routing", "security group", "mesh", "proxy", "vpn", "mtu", "bandwidth"],
            [CauseKind.NetworkDelay, CauseKind.Unreachable, CauseKind.NameResolution]),
        (["cpu", "memory", "limit", "limits", "quota", "node", "autoscaler", "hpa", "resources", "kernel"], [CauseKind.ResourceSaturation, CauseKind.SlowCode]),
        (["pool", "connections", "max connections"], [CauseKind.PoolExhaustion]),
        (["certificate", "tls", "secret", "credential"], [CauseKind.Errors, CauseKind.Unreachable]),
    ];

    private static double MinScoreForMatching => Ranker.MinScoreForChange;

    public static void Match(WorldView view, List<Suspect> suspects)
    {
        var changes = RecordedChange.Of(view.World.Changes);
        foreach (var suspect in suspects.Where(s => s.Findings.Count > 0 && s.Score >= MinScoreForMatching))
        {
            var symptoms = Symptoms.Of(view, suspect.Name, suspect.Entity, suspect.Findings);
            suspect.Symptoms = symptoms.Kinds;
            var judged = changes.Select(c => Judge(c, suspect, symptoms, view)).ToList();
            if (judged.Any(j => j.IsExplained && j.Fit > 0))
            {
                judged = [.. judged.Select(j => j.IsKnown ? j : j with { Fit = j.Fit * UnknownBesideKnown })];
            }

            suspect.Judged = judged;
            var best = judged.MaxBy(j => j.Fit);
            if (best is null || best.Fit <= 0)
            {
                continue;
            }

            suspect.ChangeFit = best.Fit;
            var change = best.Change;
            suspect.Change = best.Fit < MinFit ? null : new SuspectChange
            {
                Id = change.Record.Id,
                Kind = change.Record.Kind,
                Time = best.Effective.Time.ToDateTimeOffset(),
                Target = best.Effective.Service.Length > 0 ? best.Effective.Service : change.Record.Service,
                Summary = change.Record.Summary,
                Author = change.Record.Author.Length > 0 ? change.Record.Author : null,
                Revision = change.Revision.Length > 0 ? change.Revision : null,
                Files = [.. change.Files.Where(f => ChangedFile.RoleOf(f) != FileRole.Inert).Take(5)],
                SecondsBeforeOnset = Math.Round(best.Lead, 3),
                Fit = $"It {best.Why}{(best.Effective != change.Record ? $", took effect with the deploy \"{best.Effective.Summary}\"" : "")} and came {Phrase.Lead(best.Lead)}.",
            };
        }
    }

    private static Judgement Judge(RecordedChange change, Suspect suspect, Symptoms symptoms, WorldView view)
    {
        var onset = symptoms.GrowthStart > 0 ? symptoms.GrowthStart : suspect.Onset > 0 ? suspect.Onset : view.World.Window.Start;
        var tolerance = symptoms.GrowthStart > 0 ? GrowthTolerance : Tolerance;
        var (path, effective, why) = change.IsCommit ? PlaceCommit(change, suspect, view, onset, tolerance) : PathFit(change.Record, suspect, view);
        var lead = (onset - effective.Time.UnixNanoseconds) / 1e9;
        var isKnown = change.Files.Count > 0 || change.Effects.Count > 0;
        if (path == 0)
        {
            return new Judgement(change, effective, 0, lead, why, isKnown, false, "does-not-fit-path");
        }

        var content = Content(change, suspect, symptoms, lead);
        var isExplained = content.Value >= Explains;
        var time = lead < -tolerance ? 0 : 1 / (1 + (Math.Max(0, lead) / (isExplained ? ExplainedHalfLife : HalfLife)));
        var isOfService = Same(effective.Service, suspect.Name) && change.Record.Kind is not "infrastructure";
        var elsewhere = isOfService && content.Value < 0.9 && (symptoms.Kinds & (SymptomKind.Outside | SymptomKind.Machine)) != 0 ? ExplainedElsewhere : 1;
        return new Judgement(
            change, effective, path * time * content.Value * elsewhere, lead, content.Why.Length > 0 ? $"{why}, {content.Why}" : why, isKnown, isExplained,
            time == 0 ? "does-not-fit-time" : content.Value < MinFit ? "does-not-explain" : "does-not-fit-path");
    }

    private static Fit Content(RecordedChange change, Suspect suspect, Symptoms symptoms, double lead)
    {
        if (change.IsInert)
        {
            return new Fit(0, "");
        }

        if (change.Effects.Count == 0)
        {
            // A commit of which only files are known says less than its diff would; a deploy or an infrastructure change is what it is.
            return new Fit(change.Files.Count > 0 && change.IsCommit ? ContentMatch.Unrelated * 3 : UnknownContent, "");
        }

        // A diff that nothing can be read out of says nothing against a deploy; a commit is judged beside many others, by what can be read.
        if (!change.IsCommit && change.Effects.All(e => e.Kind is EffectKind.LogicChanged or EffectKind.DependencyChanged))
        {
            return new Fit(UnknownContent, "");
        }

        var fit = ContentMatch.Of(change.Effects, symptoms);
        if (change.Record.Kind == "flag")
        {
            return fit.Value >= MinFit ? fit : new Fit(Same(change.Record.Service, suspect.Name) && lead <= JustBefore ? Explains : SilentFlag, "");
        }

        // A stack frame in a changed file is worth something whatever the change does.
        return fit.Value < 0.5 && (symptoms.Kinds & SymptomKind.Errors) != 0 && change.Files.FirstOrDefault(f => ChangedFile.RoleOf(f) == FileRole.Code && symptoms.Text.Contains(f, StringComparison.OrdinalIgnoreCase)) is { } file
            ? new Fit(0.5, $"changes {file}, where it fails")
            : fit;
    }

    /// <summary>Where a commit came to run: by the deploys that name it, else by its files and the next deploy after it.</summary>
    private static (double Path, ChangeRecord Effective, string Why) PlaceCommit(RecordedChange change, Suspect suspect, WorldView view, long onset, double tolerance)
    {
        var latest = onset + (long)(tolerance * 1e9);
        if (change.Rollouts.Where(d => Same(d.Service, suspect.Name)).MinBy(d => d.Time) is { } rollout)
        {
            return (1, rollout, $"was deployed to {suspect.Name}");
        }

        var isOwn = change.Files.Any(f => ChangedFile.Names(f, suspect.Name)) || Same(change.Record.Service, suspect.Name);
        var isOthers = change.Rollouts.Count > 0 || (change.Record.Service.Length > 0 && !isOwn)
            || (!isOwn && change.Files.Any(f => view.World.Services.Concat(view.World.Inventory).Any(s => ChangedFile.Names(f, s))));
        var next = view.World.Changes.Where(d => d.Kind is "deploy" or "rollout" or "release" && Same(d.Service, suspect.Name) && d.Time >= change.Record.Time).MinBy(d => d.Time);
        if (next is not null && next.Time.UnixNanoseconds <= latest && !isOthers)
        {
            return isOwn ? (1, next, $"is in the code of {suspect.Name}") : (SharedCode, next, $"is in code that {suspect.Name} shares with others");
        }

        return isOwn && next is null ? (NotSeenDeployed, change.Record, $"is in the code of {suspect.Name}, though no deploy of it is recorded") : (0, change.Record, "");
    }

    /// <summary>How well a change that is no commit lies on the suspect's path, 0 to 1, and in which way.</summary>
    private static (double Fit, ChangeRecord Effective, string Why) PathFit(ChangeRecord change, Suspect suspect, WorldView view)
    {
        if (Same(change.Service, suspect.Name))
        {
            return (1, change, $"was made to {suspect.Name} itself");
        }

        var instances = view.World.Instances.Where(i => i.Service == suspect.Entity).ToArray();
        if (change.Service.Length > 0 && instances.Any(i => Same(i.Name, change.Service) || Same(i.Node, change.Service)))
        {
            return (0.9, change, $"was made to {change.Service}, where {suspect.Name} runs");
        }

        // A change to another service that was watched must be judged by that service's own findings.
        if (view.World.Services.Any(s => Same(s, change.Service)))
        {
            return (0, change, "");
        }

        var strongest = suspect.Findings.Where(f => f.Weight >= 0.3 * suspect.Findings[0].Weight).ToArray();
        if (change.Service.Length > 0 && strongest.Any(f => Same(f.Peer, change.Service) || f.Peer.StartsWith(change.Service + ".", StringComparison.OrdinalIgnoreCase)))
        {
            return (0.85, change, $"was made to {change.Service}, which {suspect.Name} calls");
        }

        var text = $" {change.Service} {change.Kind} {change.Summary} ".ToLowerInvariant();
        if (strongest.FirstOrDefault(f => f.Peer.Length > 3 && text.Contains(f.Peer.ToLowerInvariant(), StringComparison.Ordinal)) is { } mentioned)
        {
            return (0.8, change, $"mentions {mentioned.Peer}, which {suspect.Name} calls");
        }

        var kinds = strongest.Select(f => Rules.Of(f.Kind).Suggests).ToHashSet();
        foreach (var (words, causes) in Vocabulary)
        {
            if (causes.FirstOrDefault(kinds.Contains) is var cause and not CauseKind.None && words.FirstOrDefault(w => HasWord(text, w)) is { } word)
            {
                return (0.75, change, $"touches what went wrong ({word})");
            }
        }

        return (0, change, "");
    }

    private static bool HasWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            if (!char.IsLetterOrDigit(text[at - 1]) && !char.IsLetterOrDigit(text[at + word.Length]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Same(string a, string b) => a.Length > 0 && string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A change held against a suspect.</summary>
/// <param name="Effective">What brought it to run: the change itself, or a deploy.</param>
/// <param name="Fit">0 to 1: path, time and content together.</param>
/// <param name="Lead">Seconds from its taking effect to the first sign.</param>
/// <param name="IsKnown">Its content, or at least its files, are recorded.</param>
/// <param name="IsExplained">Its content can do what went wrong.</param>
/// <param name="Against">Why it is not blamed, as a rejected alternative's reason.</param>
internal sealed record Judgement(RecordedChange Change, ChangeRecord Effective, double Fit, double Lead, string Why, bool IsKnown, bool IsExplained, string Against);
