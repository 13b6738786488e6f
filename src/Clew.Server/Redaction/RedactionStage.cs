using System.Collections.Concurrent;
using Clew.Server.Pipeline;
using Clew.Telemetry;

namespace Clew.Server.Redaction;

/// <summary>
/// Takes what must not be kept out of whole batches: attributes of records, events, links, resources, scopes, series and exemplars; names; status
/// messages; trace states; log bodies, structured ones too; units and descriptions.
/// </summary>
/// <remarks>
/// A batch keeps all its texts in one arena, each distinct name and key once. One vectorised search over the arena finds the blocks in which something
/// telling stands; only texts that touch such a block are looked at. Most batches end there.
/// </remarks>
internal sealed class RedactionStage(TextRedactor redactor) : IPipelineStage
{
    /// <summary>More than run at once on a common machine.</summary>
    private const int MaxIdle = 16;

    private readonly KeyActions _keys = new(redactor.Keys);
    private readonly ConcurrentBag<BatchRedaction> _idle = [];

    public string Name => "redaction";

    public void Process(SpanBatch batch, StageReport report) => Run(batch, report);

    public void Process(LogBatch batch, StageReport report) => Run(batch, report);

    public void Process(MetricBatch batch, StageReport report) => Run(batch, report);

    private void Run(TelemetryBatch batch, StageReport report)
    {
        if (!_idle.TryTake(out var work))
        {
            work = new BatchRedaction(redactor, _keys);
        }

        work.Run(batch);
        for (var rule = 0; rule < work.Counts.Length; rule++)
        {
            if (work.Counts[rule] > 0)
            {
                report.Changed(((RedactionRule)rule).Word(), work.Counts[rule]);
            }
        }

        if (_idle.Count < MaxIdle)
        {
            _idle.Add(work);
        }
    }
}
