using Clew.Telemetry;

namespace Clew.Analysis.Sampling;

/// <summary>
/// Decides about whole traces by a list of policies, with the collector's precedence: a drop outranks everything, then an inverted "no", then
/// "sample", then an inverted "sample" unless some policy said no; else the trace goes. One addition: a trace with an error is kept, unless a drop
/// policy names it.
/// </summary>
/// <remarks>Shown every trace once, in the order of start times; not safe for concurrent use.</remarks>
public sealed class Decider
{
    /// <summary>The name that decisions carry which no policy made: the trace has an error.</summary>
    public const string ErrorGuard = "errors";

    /// <summary>Nanoseconds of traffic over which it is counted what a limit let through: long enough for its bucket to fill again, short enough for the traffic to be alike.</summary>
    private const long Window = 60_000_000_000;

    private readonly IReadOnlyList<SamplingPolicy> _policies;
    private readonly PolicyEvaluator[] _evaluators;
    private readonly Chance?[] _chances;
    private readonly LimitShare?[] _limits;
    private readonly PolicyVerdict[] _verdicts;
    private readonly long[] _matched;
    private readonly List<Predicate> _conditions = [];

    /// <summary>Traces of the window that were kept by nothing but chance and limits, and the counts that tell the limits' share.</summary>
    private readonly List<(int Row, double Missed, LimitCount[] Limits)> _waiting = [];

    public Decider(IReadOnlyList<SamplingPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        _policies = policies;
        _evaluators = [.. policies.Select(policy => PolicyEvaluator.Of(policy, _conditions))];
        _chances = [.. policies.Select(policy => Chance.Of(policy, _conditions))];
        _limits = [.. policies.Select(policy => LimitShare.Of(policy, _conditions))];
        _verdicts = new PolicyVerdict[policies.Count];
        _matched = new long[policies.Count];
        NeedsBytes = policies.SelectMany(policy => policy.WithParts).Any(policy => policy is BytesLimitingPolicy);
    }

    /// <summary>What to ask of every span: <see cref="TraceFacts.Matches"/> must have these columns in this order.</summary>
    public IReadOnlyList<Predicate> Conditions => _conditions;

    /// <summary>Whether <see cref="TraceFacts.Bytes"/> must be filled.</summary>
    public bool NeedsBytes { get; }

    /// <summary>For each policy, of how many traces so far it said keep (a drop policy: throw away), alone or with others.</summary>
    public IReadOnlyList<long> Matched => _matched;

    /// <summary>Decides about every trace of a stretch, in its order.</summary>
    public IReadOnlyList<SamplingDecision> Decide(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var decisions = new SamplingDecision[facts.Count];
        var window = long.MinValue;
        for (var row = 0; row < decisions.Length; row++)
        {
            var next = Math.DivRem(facts.Starts[row], Window).Quotient;
            if (next != window)
            {
                Settle(decisions);
                window = next;
            }

            decisions[row] = Decide(facts, row);
        }

        Settle(decisions);
        return decisions;
    }

    private SamplingDecision Decide(TraceFacts facts, int row)
    {
        for (var i = 0; i < _evaluators.Length; i++)
        {
            _verdicts[i] = _evaluators[i].Evaluate(facts, row);
            _matched[i] += _verdicts[i] is PolicyVerdict.Sampled or PolicyVerdict.Dropped or PolicyVerdict.InvertSampled ? 1 : 0;
            _limits[i]?.Note(facts, row, _verdicts[i]);
        }

        var head = HeadSampling.CountOf(facts.Thresholds[row], facts.SamplerParameters[row]);
        SamplingDecision Because(bool kept, string policy, double tail = 1, bool isExplicit = false) =>
            new(facts.Ids[row], new Timestamp(facts.Starts[row]), kept, isExplicit, policy, head, tail);

        if (First(PolicyVerdict.Dropped) is { } drop)
        {
            return Because(false, drop, isExplicit: true);
        }

        if (facts.Errors[row] > 0 && !IsSampled())
        {
            return Because(true, ErrorGuard);
        }

        return First(PolicyVerdict.InvertNotSampled) is null && First(PolicyVerdict.Sampled) is { } sampled
            ? Because(true, sampled, TailCount(facts, row))
            : IsSampled() ? Because(true, First(PolicyVerdict.InvertSampled)!) : Because(false, First(PolicyVerdict.InvertNotSampled) ?? string.Empty);
    }

    private bool IsSampled() => First(PolicyVerdict.InvertNotSampled) is null
        && (First(PolicyVerdict.Sampled) is not null || (First(PolicyVerdict.InvertSampled) is not null && First(PolicyVerdict.NotSampled) is null));

    private string? First(PolicyVerdict verdict)
    {
        var index = Array.IndexOf(_verdicts, verdict);
        return index < 0 ? null : _policies[index].Name;
    }

    /// <summary>
    /// One over the chance that a trace like this is kept. Certain when any policy that looks at the trace itself sampled it; otherwise the chance that
    /// at least one of the others does: the probabilistic ones, of which those of one salt draw the same lot and those of different salts draw
    /// independently, and the limits, whose share is only known at the end of the window; until then the trace waits.
    /// </summary>
    private double TailCount(TraceFacts facts, int row)
    {
        if (facts.Errors[row] > 0)
        {
            return 1;
        }

        var bySalt = new Dictionary<string, double>(StringComparer.Ordinal);
        List<LimitCount>? limits = null;
        for (var i = 0; i < _verdicts.Length; i++)
        {
            if (_limits[i] is { } limit)
            {
                if (limit.Noted is { } count)
                {
                    (limits ??= []).Add(count);
                }
            }
            else if (_chances[i] is not { } chance)
            {
                if (_verdicts[i] == PolicyVerdict.Sampled)
                {
                    return 1;
                }
            }
            else if (chance.AppliesTo(facts, row))
            {
                bySalt[chance.Lot.HashSalt] = Math.Max(bySalt.GetValueOrDefault(chance.Lot.HashSalt), Math.Clamp(chance.Lot.Percentage / 100, 0, 1));
            }
        }

        var missed = bySalt.Values.Aggregate(1.0, (product, share) => product * (1 - share));
        if (limits is not null)
        {
            _waiting.Add((row, missed, [.. limits]));
        }

        return CountOf(missed);
    }

    /// <summary>Ends the window: now it is known which share of what they were shown the limits let through.</summary>
    private void Settle(SamplingDecision[] decisions)
    {
        foreach (var (row, missed, limits) in _waiting)
        {
            decisions[row] = decisions[row] with { TailCount = CountOf(limits.Aggregate(missed, (product, limit) => product * (1 - limit.Share))) };
        }

        _waiting.Clear();
        foreach (var limit in _limits)
        {
            limit?.Forget();
        }
    }

    /// <param name="missed">The chance that nothing keeps the trace.</param>
    private static double CountOf(double missed) => missed < 1 ? 1 / (1 - missed) : 1;

    /// <summary>A policy that is uncertain for one reason alone: it is probabilistic, or an <c>and</c> of one such and parts that look at the trace.</summary>
    private sealed class Chance(ProbabilisticPolicy lot, PolicyEvaluator[] certain)
    {
        public ProbabilisticPolicy Lot => lot;

        /// <returns>Null when the policy's word is certain for a given trace, or uncertain in another way.</returns>
        public static Chance? Of(SamplingPolicy policy, List<Predicate> conditions) => policy switch
        {
            ProbabilisticPolicy probabilistic => new Chance(probabilistic, []),
            AndPolicy all when all.Terms.OfType<ProbabilisticPolicy>().ToList() is [var only] && all.Terms.All(term => term == only || term.IsCertain) =>
                new Chance(only, [.. all.Terms.Where(term => term != only).Select(term => PolicyEvaluator.Of(term, conditions))]),
            _ => null,
        };

        public bool AppliesTo(TraceFacts facts, int row) => Array.TrueForAll(certain, part => PolicyEvaluator.Says(part.Evaluate(facts, row)));
    }
}
