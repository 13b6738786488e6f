namespace Clew.Telemetry;

/// <summary>What policies look at, by column: row <c>i</c> is one whole trace. Ordered by start, then id.</summary>
public sealed class TraceFacts
{
    public int Count => Ids.Count;

    public Column<TraceId> Ids { get; } = new();

    /// <summary>Nanoseconds since the Unix epoch: start of the first span.</summary>
    public Column<long> Starts { get; } = new();

    /// <summary>Nanoseconds since the Unix epoch: end of the last span, never before the start.</summary>
    public Column<long> Ends { get; } = new();

    public Column<long> Spans { get; } = new();

    /// <summary>Spans with status error.</summary>
    public Column<long> Errors { get; } = new();

    /// <summary>Bytes of the trace before compression; 0 unless they were asked for.</summary>
    public Column<long> Bytes { get; } = new();

    /// <summary>Service and name of the span without a parent, or of the first one.</summary>
    public List<string> Services { get; } = [];

    public List<string> Operations { get; } = [];

    /// <summary>The value of <c>th</c> in the vendor part <c>ot</c> of the trace state, in hex; empty when there is none.</summary>
    public List<string> Thresholds { get; } = [];

    /// <summary>Jaeger's <c>sampler.param</c> of a probabilistic sampler; empty when there is none.</summary>
    public List<string> SamplerParameters { get; } = [];

    /// <summary>Per condition asked for, whether any span of the trace fulfils it (1) or none (0).</summary>
    public List<Column<byte>> Matches { get; } = [];
}
