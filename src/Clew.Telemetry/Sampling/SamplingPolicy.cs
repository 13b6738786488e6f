namespace Clew.Telemetry;

/// <summary>
/// A rule that says which traces are kept for long. Types, names and meaning are those of the OpenTelemetry collector's <c>tail_sampling</c>
/// processor; docs/sampling.md says where a store that sees whole traces differs from a processor that sees a buffer.
/// </summary>
/// <param name="Name">As in the file; unique among its neighbours.</param>
/// <param name="Type">The collector's word, such as <c>status_code</c>.</param>
public abstract record SamplingPolicy(string Name, string Type)
{
    /// <summary>This policy and all below it.</summary>
    public IEnumerable<SamplingPolicy> WithParts => Parts.SelectMany(part => part.WithParts).Prepend(this);

    /// <summary>The policies this one is made of.</summary>
    public virtual IReadOnlyList<SamplingPolicy> Parts => [];

    /// <summary>Its word depends on the trace alone, not on chance or on what other traces there are.</summary>
    public bool IsCertain => WithParts.All(policy => policy is AlwaysSamplePolicy or LatencyPolicy or SpanConditionPolicy or SpanCountPolicy or AndPolicy or NotPolicy);
}

/// <summary><c>always_sample</c>.</summary>
public sealed record AlwaysSamplePolicy(string Name) : SamplingPolicy(Name, "always_sample");

/// <summary>
/// <c>latency</c>: from the first span's start to the last one's end. Without an upper threshold: at least <paramref name="ThresholdMs"/>; with one:
/// more than the lower and at most the upper, as the collector has it.
/// </summary>
/// <param name="UpperThresholdMs">0 for none.</param>
public sealed record LatencyPolicy(string Name, long ThresholdMs, long UpperThresholdMs) : SamplingPolicy(Name, "latency");

/// <summary>
/// Any span of the trace fulfils a condition: <c>status_code</c>, <c>numeric_attribute</c>, <c>string_attribute</c>, <c>boolean_attribute</c>,
/// <c>trace_state</c>, <c>trace_flags</c> and <c>ottl_condition</c> are of this kind.
/// </summary>
/// <param name="InvertMatch">The trace matches when none of its spans does, with the collector's rank for inverted decisions.</param>
public sealed record SpanConditionPolicy(string Name, string Type, Predicate Condition, bool InvertMatch) : SamplingPolicy(Name, Type);

/// <summary>
/// <c>probabilistic</c>: FNV-1a of salt and trace id against a threshold. Collectors and Clew with the same salt and percentage keep the same traces.
/// </summary>
/// <param name="Percentage">0 to 100; more counts as 100.</param>
public sealed record ProbabilisticPolicy(string Name, string HashSalt, double Percentage) : SamplingPolicy(Name, "probabilistic")
{
    /// <summary>The collector's salt when none is given.</summary>
    public const string DefaultSalt = "default-hash-seed";
}

/// <summary><c>rate_limiting</c>: a token bucket over the spans of traces, in the order of their start.</summary>
/// <param name="BurstCapacity">Spans the bucket holds; a trace with more never passes.</param>
public sealed record RateLimitingPolicy(string Name, long SpansPerSecond, long BurstCapacity) : SamplingPolicy(Name, "rate_limiting");

/// <summary><c>bytes_limiting</c>: a token bucket over the size of traces.</summary>
/// <param name="BurstCapacity">Bytes the bucket holds.</param>
public sealed record BytesLimitingPolicy(string Name, long BytesPerSecond, long BurstCapacity) : SamplingPolicy(Name, "bytes_limiting");

/// <summary><c>span_count</c>: both ends included.</summary>
/// <param name="MaxSpans">0 for no upper end.</param>
public sealed record SpanCountPolicy(string Name, long MinSpans, long MaxSpans) : SamplingPolicy(Name, "span_count");

/// <summary><c>and</c>: all parts say keep. Asked one after the other until one says no.</summary>
public sealed record AndPolicy(string Name, IReadOnlyList<SamplingPolicy> Terms) : SamplingPolicy(Name, "and")
{
    public override IReadOnlyList<SamplingPolicy> Parts => Terms;
}

/// <summary><c>not</c>: keeps what its part would not.</summary>
public sealed record NotPolicy(string Name, SamplingPolicy Term) : SamplingPolicy(Name, "not")
{
    public override IReadOnlyList<SamplingPolicy> Parts => [Term];
}

/// <summary><c>drop</c>: what all its parts would keep is thrown away, whatever any other policy says, errors included.</summary>
public sealed record DropPolicy(string Name, IReadOnlyList<SamplingPolicy> Terms) : SamplingPolicy(Name, "drop")
{
    public override IReadOnlyList<SamplingPolicy> Parts => Terms;
}

/// <summary><c>composite</c>: parts in order, the first that says keep decides, within its share of the spans per second.</summary>
public sealed record CompositePolicy(string Name, long MaxTotalSpansPerSecond, IReadOnlyList<CompositePart> Order) : SamplingPolicy(Name, "composite")
{
    public override IReadOnlyList<SamplingPolicy> Parts => [.. Order.Select(part => part.Policy)];
}

/// <param name="SpansPerSecond">The part's share.</param>
public sealed record CompositePart(SamplingPolicy Policy, long SpansPerSecond);
