using System.Collections.Concurrent;
using Clew.Telemetry;

namespace Clew.Server.Pipeline;

/// <summary>
/// Batches that are filled again and again, so that decoding allocates nothing once they have grown. Holds at most <see cref="MaxIdle"/> of
/// them, each of which keeps at most about <see cref="MaxText"/> bytes of text and a few times that in columns: 16 × 3 × some 16 MiB at the very
/// worst, in practice the size of a few requests; <see cref="Trim"/> gives it all back after a quiet period.
/// </summary>
internal sealed class BatchPool<TBatch>
    where TBatch : TelemetryBatch, new()
{
    /// <summary>More than run at once on a common machine; further ones are made and forgotten.</summary>
    private const int MaxIdle = 16;

    /// <summary>A batch that had to grow beyond this for one unusual request is not kept.</summary>
    private const int MaxText = 8 << 20;

    private readonly ConcurrentBag<TBatch> _idle = [];

    public TBatch Take() => _idle.TryTake(out var batch) ? batch : new TBatch();

    /// <param name="batch">Nobody may use it from here on.</param>
    public void Return(TBatch batch)
    {
        if (_idle.Count < MaxIdle && batch.Arena.Length <= MaxText)
        {
            batch.Clear();
            _idle.Add(batch);
        }
    }

    public void Trim() => _idle.Clear();
}
