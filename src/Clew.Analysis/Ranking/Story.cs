using Clew.Analysis.Errors;
using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Proof;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>Tells one suspect's story: what kind of fault, where inside, by which evidence, and why those above suffer.</summary>
internal sealed class Story
{
    private const int MaxHops = 6;

    /// <summary>Suspects whose finer place is looked for; further ones are hardly read.</summary>
    private const int MaxPlaced = 5;

    /// <summary>Characters of a finding that a summary takes in.</summary>
    private const int MaxToldLength = 260;

    /// <summary>Share of the strongest finding's weight from which another is told as a further reason.</summary>
    private const double WorthAWhy = 0.3;

    /// <summary>Further complaints told per service above.</summary>
    private const int MaxTold = 3;

    private readonly WorldView _view;
    private readonly Suspect _suspect;
    private readonly List<EvidenceItem> _evidence = [];
    private readonly Dictionary<Finding, string> _ids = [];

    public Story(WorldView view, Suspect suspect)
    {
        _view = view;
        _suspect = suspect;
        Kind = KindOf(suspect);
    }

    public CauseKind Kind { get; }

    /// <param name="incident">See <see cref="Cause.Incident"/>.</param>
    /// <param name="ids">Next number of an evidence id; ids are unique in a report.</param>
    public Cause Tell(int rank, int incident, Verdict verdict, IReadOnlyList<Suspect> ranking, IReadOnlyList<Impact> impact, ref int ids)
    {
        var own = _suspect.Findings.Where(f => f.Weight >= 0.005).Take(Limits.MaxEvidencePerCause).ToArray();
        foreach (var finding in own)
        {
            Cite(finding, ref ids);
        }

        var main = own.FirstOrDefault();
        var words = Wording.Of(main is null ? CauseKind.None : Kind);
        var leading = own.FirstOrDefault(f => Rules.Of(f.Kind).Suggests == Kind && f.Weight >= Ranker.MinReason) ?? own.FirstOrDefault(f => !f.IsPause) ?? main;
        var whys = rank == 1 && leading is not null ? Whys([leading, .. own.Where(f => f != leading && !f.IsPause)], ranking, impact, ref ids) : [];
        return new Cause
        {
            Rank = rank,
            Service = _suspect.Name,
            Instance = InstanceName(own),
            Operation = own.Select(f => f.Operation).FirstOrDefault(o => o.Length > 0),
            Kind = main is null ? CauseKind.None : Kind,
            Entity = (SuspectKind)(int)_view.KindOf(_suspect.Entity),
            Place = rank <= MaxPlaced ? Places.Of(_view, _suspect, leading) : null,
            Incident = main is null ? 0 : incident,
            Factors = main is null ? [] : Factors.Of(_view, _suspect, ranking),
            Change = _suspect.Change,
            Onset = main is not null && _suspect.Onset > 0 ? DateTimeOffset.UnixEpoch.AddTicks(_suspect.Onset / 100) : null,
            Verdict = verdict,
            Score = Math.Round(_suspect.Score, 6),
            Summary = Summary(words, leading, main),
            Trigger = _suspect.Change is { } change ? $"{change.Kind} change of {(change.Target.Length > 0 ? change.Target : "the system")}: {change.Summary}" : null,
            CriticalFailure = leading?.Statement,
            Effect = impact.Count > 0 && rank == 1 ? impact[0].Summary : null,
            Whys = whys,
            Evidence = _evidence,
        };
    }

    /// <summary>The kind the weight of evidence points to, the more specific one when they are close.</summary>
    private static CauseKind KindOf(Suspect suspect)
    {
        var kind = ByWeight(suspect);

        // A call that never gets there says so in its own words.
        if (kind is CauseKind.Errors && suspect.Findings[0] is { Explained: <= 0.2 } first
            && suspect.Findings.Any(f => f.Weight >= 0.5 * first.Weight && Rules.Of(f.Kind).Group == FindingGroup.Errors && FailureText.Of(f.Statement) is FailureCause.Refused or FailureCause.NoRoute or FailureCause.Name))
        {
            return CauseKind.Unreachable;
        }

        // What the failing records say themselves is finer than that something fails or takes long.
        return kind is CauseKind.Errors or CauseKind.MetricAnomaly or CauseKind.SlowCode or CauseKind.None && suspect.Findings.Any(f => f.Weight > 0)
            ? (suspect.Symptoms & Changes.SymptomKind.Machine) != 0 ? CauseKind.ResourceSaturation
            : IsFullPool(suspect) ? CauseKind.PoolExhaustion
            : (suspect.Symptoms & Changes.SymptomKind.Outside) != 0 ? CauseKind.ExternalDependency : kind
            : kind;
    }

    /// <summary>What fails says that a pool is full, and that is the suspect's own doing: nothing below explains it.</summary>
    private static bool IsFullPool(Suspect suspect) =>
        suspect.Findings[0] is { Explained: <= 0.2 } first && Rules.Of(first.Kind).Group == FindingGroup.Errors && suspect.Findings.Any(f => f.Explained <= 0.2 && f.Weight >= 0.5 * first.Weight && Ranker.TellsOfFullPool(f));

    private static CauseKind ByWeight(Suspect suspect) => suspect.Findings
        .Where(f => f.Weight > 0 && (!f.IsPause || suspect.Findings.All(other => other.IsPause || other.Weight < Ranker.MinReason)))
        .GroupBy(f => Rules.Of(f.Kind).Suggests)
        .OrderByDescending(g => g.Max(f => f.Weight) * Wording.Specificity(g.Key))
        .ThenBy(g => g.Key)
        .Select(g => g.Key)
        .FirstOrDefault(CauseKind.None);

    private string Summary(Words words, Finding? leading, Finding? main)
    {
        if (leading is null || main is null)
        {
            return Phrase.Text(System.Runtime.CompilerServices.FormattableStringFactory.Create(words.Summary, _suspect.Name));
        }

        var detail = leading.Peer.Length > 0 && leading.Kind is not (FindingKind.ResourceSaturated or FindingKind.ResourceMoved or FindingKind.PoolSaturated)
            ? $" (at {leading.Peer})"
            : leading.Peer.Length > 0 ? $" ({leading.Peer})" : leading.Operation.Length > 0 ? $" ('{leading.Operation}')" : "";
        var summary = Phrase.Text(System.Runtime.CompilerServices.FormattableStringFactory.Create(words.Summary, _suspect.Name, detail));
        if (leading.Kind == FindingKind.ErrorsOriginate && Kind == CauseKind.Errors)
        {
            // It says the same, and more.
            return _suspect.Change is { } before ? $"{leading.Statement} It began after the {before.Kind} change \"{before.Summary}\"." : leading.Statement;
        }

        summary = Kind is CauseKind.Errors or CauseKind.BehaviourChange or CauseKind.Unreachable or CauseKind.PoolExhaustion && Told(leading) is { } told ? $"{summary[..^1]}: {told}" : summary;
        return _suspect.Change is { } change ? $"{summary} It began after the {change.Kind} change \"{change.Summary}\"." : summary;
    }

    /// <summary>What exactly, for kinds whose wording only says that something is wrong; null when it would not be read.</summary>
    private static string? Told(Finding leading) => leading.Statement.Length is > 0 and <= MaxToldLength ? leading.Statement : null;

    private string? InstanceName(Finding[] own)
    {
        var instance = own.Where(f => f.Instance >= 0).GroupBy(f => f.Instance).OrderByDescending(g => g.Sum(f => f.Weight)).ThenBy(g => g.Key).Select(g => g.Key).FirstOrDefault(-1);
        var name = _view.InstanceName(instance);
        return name.Length > 0 ? name : null;
    }

    private string Cite(Finding finding, ref int ids)
    {
        if (_ids.TryGetValue(finding, out var known))
        {
            return known;
        }

        var id = Phrase.Text($"e{ids++}");
        _ids[finding] = id;
        var entity = _view.EntityName(finding.Entity) + (finding.Operation.Length > 0 ? " " + finding.Operation : "");
        var query = finding.Query ?? EvidenceQueries.Of(_view, finding);
        _evidence.Add(new EvidenceItem
        {
            Id = id,
            Inspection = Rules.Of(finding.Kind).Inspection,
            Statement = finding.Statement,
            Entity = entity,
            Change = finding.Change is { } c ? new Comparison(Rounded(c.Baseline), Rounded(c.Window), c.Unit) : null,
            Onset = finding.Onset > 0 ? DateTimeOffset.UnixEpoch.AddTicks(finding.Onset / 100) : null,
            Significance = Math.Round(Math.Clamp(finding.Significance, -999, 999), 2),
            Observations = finding.Observations,
            TraceIds = [.. (finding.Traces ?? new HashSet<int>()).Order().Take(3).Select(t => _view.World.Traces[t].TraceId)],
            Query = query,
            Check = EvidenceCommand.Read(query),
        });
        return id;
    }

    private static double? Rounded(double? value) => value is { } v && double.IsFinite(v) ? double.Parse(v.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>From what users felt down to the cause: each service above whose trouble is explained by the next one below.</summary>
    private List<Why> Whys(Finding[] own, IReadOnlyList<Suspect> ranking, IReadOnlyList<Impact> impact, ref int ids)
    {
        var whys = new List<Why>();
        var chain = Chain(ranking);
        var below = _suspect.Name;
        var steps = new List<Why>();
        foreach (var (suspect, finding) in chain)
        {
            // The complaint that leads down first, then what else it shows of its suffering: errors, a full pool, retries.
            var told = suspect.Findings
                .Where(f => f != finding && f.Strength * Rules.Of(f.Kind).Weight >= Ranker.MinReason && Rules.Of(f.Kind).Group is FindingGroup.Errors or FindingGroup.Waiting)
                .GroupBy(f => f.Kind).Select(g => g.MaxBy(f => f.Strength)!)
                .OrderBy(f => f.Kind is FindingKind.PoolSaturated ? 0 : f.Kind is FindingKind.RetriesGrew ? 1 : 2).ThenByDescending(f => f.Strength).Take(MaxTold)
                .Prepend(finding).ToArray();
            var cited = new List<string>();
            foreach (var one in told)
            {
                cited.Add(Cite(one, ref ids));
            }

            steps.Add(new Why($"Why is {suspect.Name} in trouble?", $"{Because(finding, finding.ExplainedBy >= 0 ? _view.EntityName(finding.ExplainedBy) : below)} {string.Join(' ', told.Select(f => f.Statement))}", cited));
            below = suspect.Name;
        }

        steps.Reverse();
        var first = steps.Count > 0 ? steps[0].Evidence : [Cite(own[0], ref ids)];
        if (impact.Count > 0)
        {
            whys.Add(new Why("What do users feel?", impact[0].Summary + ".", first));
        }

        whys.AddRange(steps);
        foreach (var finding in own.Where(f => f == own[0] || f.Weight >= Math.Max(Ranker.MinReason, WorthAWhy * own[0].Weight)).GroupBy(f => Rules.Of(f.Kind).Group).Select(g => g.First()).Take(3))
        {
            whys.Add(new Why(finding == own[0] ? $"Why {_suspect.Name}?" : "What else says so?", finding.Statement, [Cite(finding, ref ids)]));
        }

        if (_suspect.Change is { } change)
        {
            whys.Add(new Why("What set it off?", $"The {change.Kind} change \"{change.Summary}\"{(change.Author is null ? "" : $" by {change.Author}")}. {change.Fit}", [Cite(own[0], ref ids)]));
        }

        return whys;
    }

    private static string Because(Finding complaint, string below) => Rules.Of(complaint.Kind).Group switch
    {
        FindingGroup.Errors => $"Its requests fail where {below} is in trouble:",
        FindingGroup.Behaviour => $"It takes another course where {below} is in trouble:",
        _ => $"It waits for {below}:",
    };

    /// <summary>Upwards from the suspect: the loudest service that is explained by it, then the loudest explained by that one, and so on.</summary>
    private List<(Suspect Suspect, Finding Finding)> Chain(IReadOnlyList<Suspect> ranking)
    {
        var chain = new List<(Suspect, Finding)>();
        var seen = new HashSet<int> { _suspect.Entity };
        var current = _suspect;
        while (chain.Count < MaxHops)
        {
            var above = ranking
                .Where(s => s.Entity >= 0 && !seen.Contains(s.Entity) && _view.Topology.Callees(s.Entity).Contains(current.Entity))
                .Select(s => (Suspect: s, Finding: s.Findings.Where(f => f.Explained > 0.2 && seen.Contains(f.ExplainedBy)).OrderByDescending(f => f.Strength * Rules.Of(f.Kind).Weight).FirstOrDefault()))
                .Where(s => s.Finding is not null)
                .OrderByDescending(s => s.Suspect.Loudness).ThenBy(s => s.Suspect.Name, StringComparer.Ordinal)
                .FirstOrDefault();
            if (above.Suspect is null)
            {
                break;
            }

            chain.Add((above.Suspect, above.Finding!));
            seen.Add(above.Suspect.Entity);
            current = above.Suspect;
        }

        return chain;
    }
}
