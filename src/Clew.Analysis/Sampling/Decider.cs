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

    private readonly IReadOnlyList<SamplingPolicy> _policies;
    private readonly PolicyEvaluator[] _evaluators;
    private readonly Chance?[] _chances;
    private readonly PolicyVerdict[] _verdicts;
    private readonly List<Predicate> _conditions = [];

    public Decider(IReadOnlyList<SamplingPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        _policies = policies;
        _evaluators = [.. policies.Select(policy => PolicyEvaluator.Of(policy, _conditions))];
        _chances = [.. policies.Select(policy => Chance.Of(policy, _conditions))];
        _verdicts = new PolicyVerdict[policies.Count];
        NeedsBytes = policies.SelectMany(policy => policy.WithParts).Any(policy => policy is BytesLimitingPolicy);
    }

    /// <summary>What to ask of every span: <see cref="TraceFacts.Matches"/> must have these columns in this order.</summary>
    public IReadOnlyList<Predicate> Conditions => _conditions;

    /// <summary>Whether <see cref="TraceFacts.Bytes"/> must be filled.</summary>
    public bool NeedsBytes { get; }

    /// <summary>What each policy said about the trace decided last, in the order of the policies.</summary>
    public ReadOnlySpan<PolicyVerdict> Verdicts => _verdicts;

    public SamplingDecision Decide(TraceFacts facts, int row)
    {
        for (var i = 0; i < _evaluators.Length; i++)
        {
            _verdicts[i] = _evaluators[i].Evaluate(facts, row);
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
    /// at least one of the probabilistic ones does. Those of one salt draw the same lot, those of different salts draw independently.
    /// </summary>
    private double TailCount(TraceFacts facts, int row)
    {
        if (facts.Errors[row] > 0)
        {
            return 1;
        }

        var bySalt = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < _verdicts.Length; i++)
        {
            if (_chances[i] is not { } chance)
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
        return missed < 1 ? 1 / (1 - missed) : 1;
    }

    /// <summary>A policy that is uncertain for one reason alone: it is probabilistic, or an <c>and</c> of one such and parts that look at the trace.</summary>
    private sealed class Chance(ProbabilisticPolicy lot, PolicyEvaluator[] certain)
    {
        public ProbabilisticPolicy Lot => lot;

        /// <returns>Null when the policy's word is certain for a given trace, or when it limits a rate, whose chance nobody can tell afterwards.</returns>
        public static Chance? Of(SamplingPolicy policy, List<Predicate> conditions) => policy switch
        {
            ProbabilisticPolicy probabilistic => new Chance(probabilistic, []),
            AndPolicy all when all.Terms.OfType<ProbabilisticPolicy>().ToList() is [var only]
                && all.Terms.All(term => term is AlwaysSamplePolicy or LatencyPolicy or SpanConditionPolicy or SpanCountPolicy or ProbabilisticPolicy) =>
                new Chance(only, [.. all.Terms.Where(term => term != only).Select(term => PolicyEvaluator.Of(term, conditions))]),
            _ => null,
        };

        public bool AppliesTo(TraceFacts facts, int row) =>
            Array.TrueForAll(certain, part => part.Evaluate(facts, row) is PolicyVerdict.Sampled or PolicyVerdict.InvertSampled);
    }
}
