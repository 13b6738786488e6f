using System.Diagnostics.Metrics;
using Clew.Telemetry;

namespace Clew.Server.SelfTelemetry;

/// <summary>Rows, bytes and parts per table, asked of the store at most once per <see cref="Freshness"/>, when somebody scrapes.</summary>
public sealed class StoreGauges : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly IStoreAdministration _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _asking = new(1);
    private StoreStatistics _statistics = new([]);
    private long? _asked;

    public StoreGauges(IStoreAdministration store, Instruments instruments, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        _store = store;
        _time = time;
        instruments.Meter.CreateObservableGauge("clew.store.size", () => Each(table => table.BytesOnDisk), "By", "Bytes on disk, by table.");
        instruments.Meter.CreateObservableGauge("clew.store.rows", () => Each(table => table.Rows), "{row}", "Rows, by table.");
        instruments.Meter.CreateObservableGauge("clew.store.parts", () => Each(table => table.Parts), "{part}", "Active parts, by table.");
    }

    /// <summary>Asks the store again unless that was done just now. A store that cannot answer leaves the last values.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            if (_asked is { } before && _time.GetElapsedTime(before) < Freshness)
            {
                return;
            }

            _statistics = await _store.GetStatisticsAsync(cancellation);
            _asked = _time.GetTimestamp();
        }
        catch (StoreUnavailableException)
        {
            // A scrape must show the other metrics, above all those that tell why.
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private IEnumerable<Measurement<long>> Each(Func<TableStatistics, long> value) =>
        _statistics.Tables.Select(table => new Measurement<long>(value(table), KeyValuePair.Create<string, object?>("table", table.Table)));
}
