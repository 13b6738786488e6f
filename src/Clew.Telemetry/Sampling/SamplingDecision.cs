namespace Clew.Telemetry;

/// <summary>What was decided about a trace, once for all its spans, those that arrive later included.</summary>
/// <param name="Start">Start of the trace's first span.</param>
/// <param name="Kept">False: its spans are deleted.</param>
/// <param name="IsExplicitDrop">A <c>drop</c> policy threw it away: a late error does not bring it back.</param>
/// <param name="Policy">Which policy kept or dropped it; empty when none did, and it is dropped.</param>
/// <param name="HeadCount">Traces this one stands for because of sampling before it was sent; 1 when nothing tells of any.</param>
/// <param name="TailCount">Traces this one stands for because of a probabilistic policy here; 1 when it was kept for what it is.</param>
public readonly record struct SamplingDecision(
    TraceId TraceId, Timestamp Start, bool Kept, bool IsExplicitDrop, string Policy, double HeadCount, double TailCount)
{
    /// <summary>How many traces to count this one as, so that counts over kept traces estimate counts over all.</summary>
    public double AdjustedCount => HeadCount * TailCount;
}
