using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>How much a batch held before a request, so that a request that fails half-way leaves nothing behind but texts in the arena.</summary>
internal readonly struct BatchMark
{
    private readonly int _resources;
    private readonly int _scopes;
    private readonly int _rows;
    private readonly MetricBatchMark _points;

    public BatchMark(TelemetryBatch batch)
    {
        _resources = batch.Resources.Count;
        _scopes = batch.Scopes.Count;
        _rows = batch.Count;
        _points = (batch as MetricBatch)?.Mark() ?? default;
    }

    /// <param name="batch">The batch that was marked.</param>
    public void Restore(TelemetryBatch batch)
    {
        switch (batch)
        {
            case SpanBatch spans:
                spans.Truncate(_rows);
                break;
            case LogBatch logs:
                logs.Truncate(_rows);
                break;
            case MetricBatch metrics:
                metrics.Truncate(_points);
                break;
        }

        batch.Resources.Truncate(_resources);
        batch.Scopes.Truncate(_scopes);
    }
}
