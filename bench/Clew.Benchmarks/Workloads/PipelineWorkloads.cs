using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Server.Configuration;
using Clew.Server.Derivation;
using Clew.Server.Limiting;
using Clew.Server.Normalisation;
using Clew.Server.Pipeline;
using Clew.Server.Redaction;
using Clew.Telemetry;

namespace Clew.Benchmarks.Workloads;

/// <summary>The stages that change batches, as they are configured by default, over a batch that came through them before and holds nothing to take out.</summary>
internal abstract class PipelineWorkload<TBatch> : IWorkload
    where TBatch : TelemetryBatch
{
    private readonly IPipelineStage[] _stages;
    private readonly StageReport _report = new();
    private readonly TBatch _batch;
    private readonly int _texts;

    protected PipelineWorkload(string name, int items, TBatch batch)
    {
        var options = new ServerOptions();
        var guard = new CardinalityGuard(options, TimeProvider.System);
        _stages =
        [
            new RedactionStage(TextRedactor.Default),
            new LimitsStage(options.Limits),
            new NormalisationStage(new SchemaDrift(), options.Normalisation, TimeProvider.System),
            new CardinalityStage(guard, options.Limits),
            new DerivationStage(guard, options.Limits),
        ];
        Name = name;
        Items = items;
        _batch = batch;
        _texts = batch.Arena.Length;
    }

    public string Name { get; }

    public int Items { get; }

    public int Run()
    {
        foreach (var stage in _stages)
        {
            _report.Clear();
            Process(stage, _batch, _report);
        }

        // What was derived is derived anew every time, and its texts stand at the end.
        _batch.Arena.Truncate(_texts);
        return _batch.Count;
    }

    protected abstract void Process(IPipelineStage stage, TBatch batch, StageReport report);
}

internal sealed class PipelineSpans(byte[] request, int items) : PipelineWorkload<SpanBatch>("pipeline_spans", items, Decode(request))
{
    protected override void Process(IPipelineStage stage, SpanBatch batch, StageReport report) => stage.Process(batch, report);

    private static SpanBatch Decode(byte[] request)
    {
        var batch = new SpanBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeProtobuf(request, batch);
        return batch;
    }
}

internal sealed class PipelineLogs(byte[] request, int items) : PipelineWorkload<LogBatch>("pipeline_logs", items, Decode(request))
{
    protected override void Process(IPipelineStage stage, LogBatch batch, StageReport report) => stage.Process(batch, report);

    private static LogBatch Decode(byte[] request)
    {
        var batch = new LogBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeProtobuf(request, batch);
        return batch;
    }
}

internal sealed class PipelineMetrics(byte[] request, int items) : PipelineWorkload<MetricBatch>("pipeline_metrics", items, Decode(request))
{
    protected override void Process(IPipelineStage stage, MetricBatch batch, StageReport report) => stage.Process(batch, report);

    private static MetricBatch Decode(byte[] request)
    {
        var batch = new MetricBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeProtobuf(request, batch);
        return batch;
    }
}
