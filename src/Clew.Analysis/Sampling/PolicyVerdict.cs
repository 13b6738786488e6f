namespace Clew.Analysis.Sampling;

/// <summary>What one policy says about one trace, as the collector's <c>tail_sampling</c> processor has it.</summary>
public enum PolicyVerdict
{
    NotSampled,

    Sampled,

    /// <summary>A <c>drop</c> policy: outranks everything.</summary>
    Dropped,

    /// <summary>An inverted condition holds: samples unless another policy says no.</summary>
    InvertSampled,

    /// <summary>An inverted condition does not hold: outranks every policy that samples.</summary>
    InvertNotSampled,
}
