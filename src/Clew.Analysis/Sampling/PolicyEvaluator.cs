using Clew.Telemetry;

namespace Clew.Analysis.Sampling;

/// <summary>
/// One policy at work. Limits on rates carry state from trace to trace, so a trace is shown to each evaluator once, in the order of start times.
/// </summary>
internal abstract class PolicyEvaluator
{
    /// <param name="conditions">Where each condition's answers stand among <see cref="TraceFacts.Matches"/>; added to as needed.</param>
    public static PolicyEvaluator Of(SamplingPolicy policy, List<Predicate> conditions) => policy switch
    {
        AlwaysSamplePolicy => new Stateless((_, _) => PolicyVerdict.Sampled),
        LatencyPolicy latency => new Stateless((facts, row) => If(IsWithin(latency, facts.Ends[row] - facts.Starts[row]))),
        SpanConditionPolicy condition => Condition(condition, conditions),
        ProbabilisticPolicy probabilistic => Probabilistic(probabilistic),
        SpanCountPolicy count => new Stateless((facts, row) => If(facts.Spans[row] >= count.MinSpans && (count.MaxSpans == 0 || facts.Spans[row] <= count.MaxSpans))),
        RateLimitingPolicy rate => new TokenBucket(facts => facts.Spans, rate.SpansPerSecond, rate.BurstCapacity),
        BytesLimitingPolicy bytes => new TokenBucket(facts => facts.Bytes, bytes.BytesPerSecond, bytes.BurstCapacity),
        AndPolicy all => new All(Parts(all, conditions), PolicyVerdict.Sampled),
        DropPolicy drop => new All(Parts(drop, conditions), PolicyVerdict.Dropped),
        NotPolicy not => Not(Of(not.Term, conditions)),
        CompositePolicy composite => new Composite([.. composite.Order.Select(part => (Of(part.Policy, conditions), part.SpansPerSecond))], composite.MaxTotalSpansPerSecond),
        _ => throw new ArgumentException($"Policies of type {policy.GetType().Name} are not known.", nameof(policy)),
    };

    public abstract PolicyVerdict Evaluate(TraceFacts facts, int row);

    private static PolicyVerdict If(bool sampled) => sampled ? PolicyVerdict.Sampled : PolicyVerdict.NotSampled;

    /// <summary>Whether it would keep the trace.</summary>
    public static bool Says(PolicyVerdict verdict) => verdict is PolicyVerdict.Sampled or PolicyVerdict.InvertSampled;

    private static bool IsWithin(LatencyPolicy policy, long nanoseconds)
    {
        var milliseconds = nanoseconds / 1_000_000;
        return policy.UpperThresholdMs == 0
            ? milliseconds >= policy.ThresholdMs
            : milliseconds > policy.ThresholdMs && milliseconds <= policy.UpperThresholdMs;
    }

    private static Stateless Condition(SpanConditionPolicy policy, List<Predicate> conditions)
    {
        var column = conditions.IndexOf(policy.Condition);
        if (column < 0)
        {
            column = conditions.Count;
            conditions.Add(policy.Condition);
        }

        return policy.InvertMatch
            ? new Stateless((facts, row) => facts.Matches[column][row] == 0 ? PolicyVerdict.InvertSampled : PolicyVerdict.InvertNotSampled)
            : new Stateless((facts, row) => If(facts.Matches[column][row] != 0));
    }

    private static Stateless Probabilistic(ProbabilisticPolicy policy)
    {
        var hash = new TraceIdHash(policy.HashSalt, policy.Percentage);
        return new Stateless((facts, row) => If(hash.Keeps(facts.Ids[row])));
    }

    private static Stateless Not(PolicyEvaluator term) => new((facts, row) => If(!Says(term.Evaluate(facts, row))));

    private static PolicyEvaluator[] Parts(SamplingPolicy policy, List<Predicate> conditions) => [.. policy.Parts.Select(part => Of(part, conditions))];

    private sealed class Stateless(Func<TraceFacts, int, PolicyVerdict> evaluate) : PolicyEvaluator
    {
        public override PolicyVerdict Evaluate(TraceFacts facts, int row) => evaluate(facts, row);
    }

    private sealed class All(PolicyEvaluator[] parts, PolicyVerdict verdict) : PolicyEvaluator
    {
        public override PolicyVerdict Evaluate(TraceFacts facts, int row)
        {
            foreach (var part in parts)
            {
                if (!Says(part.Evaluate(facts, row)))
                {
                    return PolicyVerdict.NotSampled;
                }
            }

            return verdict;
        }
    }

    /// <summary>Full at the start of every hour, so that what is decided about an hour does not depend on where deciding began.</summary>
    /// <param name="sizes">How many tokens each trace takes.</param>
    private sealed class TokenBucket(Func<TraceFacts, Column<long>> sizes, long perSecond, long capacity) : PolicyEvaluator
    {
        private const long Hour = 3_600_000_000_000;

        private double _tokens = capacity;
        private long _at = long.MinValue;

        public override PolicyVerdict Evaluate(TraceFacts facts, int row)
        {
            var start = facts.Starts[row];
            _tokens = _at == long.MinValue || Math.DivRem(start, Hour).Quotient != Math.DivRem(_at, Hour).Quotient
                ? capacity
                : Math.Min(capacity, _tokens + (Math.Max(0, start - _at) / 1e9 * perSecond));
            _at = start;
            var size = sizes(facts)[row];
            if (size > _tokens)
            {
                return PolicyVerdict.NotSampled;
            }

            _tokens -= size;
            return PolicyVerdict.Sampled;
        }
    }

    private sealed class Composite((PolicyEvaluator Policy, long SpansPerSecond)[] parts, long maxTotal) : PolicyEvaluator
    {
        private readonly long[] _spans = new long[parts.Length];
        private long _second = long.MinValue;

        public override PolicyVerdict Evaluate(TraceFacts facts, int row)
        {
            var second = SecondOf(facts, row);
            if (second != _second)
            {
                _second = second;
                Array.Clear(_spans);
            }

            for (var i = 0; i < parts.Length; i++)
            {
                if (!Says(parts[i].Policy.Evaluate(facts, row)))
                {
                    continue;
                }

                // The first part that wants the trace decides: over its share, the trace is not offered to the next.
                var with = _spans[i] + facts.Spans[row];
                if (with > parts[i].SpansPerSecond || with > maxTotal)
                {
                    return PolicyVerdict.NotSampled;
                }

                _spans[i] = with;
                return PolicyVerdict.Sampled;
            }

            return PolicyVerdict.NotSampled;
        }
    }

    private static long SecondOf(TraceFacts facts, int row) => Math.DivRem(facts.Starts[row], 1_000_000_000).Quotient;
}
