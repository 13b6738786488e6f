using Clew.Telemetry;

namespace Clew.Server.Pipeline;

/// <summary>
/// One step between decoding and the store that looks at whole batches and may change them in place. The stages and their order are listed in
/// <see cref="PipelineStages"/>.
/// </summary>
/// <remarks>Called by many requests at once, each with its own batch. Must not keep the batch or anything that points into it.</remarks>
internal interface IPipelineStage
{
    /// <summary>The value of the label <c>stage</c>.</summary>
    string Name { get; }

    void Process(SpanBatch batch, StageReport report);

    void Process(LogBatch batch, StageReport report);

    void Process(MetricBatch batch, StageReport report);
}

/// <summary>What one stage did to one batch, by rule: counted in <c>/metrics</c> and, where it is a loss, told to the sender.</summary>
internal sealed class StageReport
{
    private readonly List<StageCount> _counts = [];

    public IReadOnlyList<StageCount> Counts => _counts;

    /// <summary>Something was altered (a value masked, a text cut, a key renamed); the record stays.</summary>
    /// <param name="rule">A bounded set of words: it becomes a label.</param>
    /// <param name="count">Occurrences.</param>
    /// <param name="tellSender">A sentence for the partial success when the sender should know; null when it need not.</param>
    public void Changed(string rule, int count, string? tellSender = null) => Add(new StageCount(rule, count, IsDrop: false, tellSender));

    /// <summary>Records were taken out of the batch for good.</summary>
    /// <param name="rule">A bounded set of words: it becomes a label.</param>
    /// <param name="count">Records.</param>
    /// <param name="tellSender">A sentence for the partial success.</param>
    public void Dropped(string rule, int count, string tellSender) => Add(new StageCount(rule, count, IsDrop: true, tellSender));

    public void Clear() => _counts.Clear();

    private void Add(in StageCount count)
    {
        if (count.Count > 0)
        {
            _counts.Add(count);
        }
    }
}

/// <param name="TellSender">Null when the sender need not know.</param>
internal readonly record struct StageCount(string Rule, int Count, bool IsDrop, string? TellSender);
