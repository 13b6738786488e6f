using Clew.Telemetry;

namespace Clew.Analysis.Sampling;

/// <summary>Which share of the traces it was shown a limit on a rate let through.</summary>
internal sealed class LimitCount
{
    private long _shown;
    private long _passed;

    /// <summary>From 0 to 1.</summary>
    public double Share => _shown == 0 ? 1 : (double)_passed / _shown;

    public void Add(bool passed)
    {
        _shown++;
        _passed += passed ? 1 : 0;
    }
}

/// <summary>
/// A policy that is uncertain because it limits a rate, and what of the traces it was shown in the current window passed: a bucket alone, an <c>and</c> of
/// one bucket and parts that look at the trace, or a <c>composite</c> of such parts, each with its own share.
/// </summary>
/// <remarks>Every trace that passed stands for as many as were shown for each that passed, so that counts over kept traces add up to what there was.</remarks>
internal sealed class LimitShare
{
    /// <summary>For each share of the limit, what a trace must be to be shown to it; the first that holds counts.</summary>
    private readonly PolicyEvaluator[][] _shownTo;
    private readonly LimitCount?[] _counts;

    private LimitShare(params PolicyEvaluator[][] shownTo)
    {
        _shownTo = shownTo;
        _counts = new LimitCount?[shownTo.Length];
    }

    /// <summary>The count that the trace noted last is part of; null when it was not shown to the limit.</summary>
    public LimitCount? Noted { get; private set; }

    /// <returns>Null when the policy limits no rate, or does so in a way whose share cannot be told.</returns>
    public static LimitShare? Of(SamplingPolicy policy, List<Predicate> conditions) => policy switch
    {
        RateLimitingPolicy or BytesLimitingPolicy => new LimitShare([[]]),
        AndPolicy all when all.Terms.Where(IsBucket).ToList() is [var only] && all.Terms.All(term => term == only || term.IsCertain) =>
            new LimitShare([[.. all.Terms.Where(term => term != only).Select(term => PolicyEvaluator.Of(term, conditions))]]),
        CompositePolicy composite when composite.Parts.All(part => part.IsCertain) => new LimitShare([.. composite.Parts.Select(part => new[] { PolicyEvaluator.Of(part, conditions) })]),
        _ => null,
    };

    public void Note(TraceFacts facts, int row, PolicyVerdict verdict)
    {
        var share = Array.FindIndex(_shownTo, parts => Array.TrueForAll(parts, part => PolicyEvaluator.Says(part.Evaluate(facts, row))));
        Noted = share < 0 ? null : _counts[share] ??= new LimitCount();
        Noted?.Add(verdict == PolicyVerdict.Sampled);
    }

    /// <summary>Begins a new window.</summary>
    public void Forget() => Array.Clear(_counts);

    private static bool IsBucket(SamplingPolicy policy) => policy is RateLimitingPolicy or BytesLimitingPolicy;
}
