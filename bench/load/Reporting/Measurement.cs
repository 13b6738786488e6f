using Clew.Load.Measuring;
using Clew.Load.Sending;

namespace Clew.Load.Reporting;

/// <summary>Reads the server's counters before a run and after it has settled.</summary>
internal sealed class Measurement
{
    private const double Mebibyte = 1024 * 1024;

    private readonly ServerProbe _probe;
    private readonly string? _dataDirectory;
    private readonly TimeSpan _cpuBefore;
    private readonly long _diskBefore;

    private Measurement(ServerProbe probe, string? dataDirectory, long diskBefore)
    {
        _probe = probe;
        _dataDirectory = dataDirectory;
        _diskBefore = diskBefore;
        _cpuBefore = probe.Cpu;
    }

    /// <returns>Null without a process to watch.</returns>
    public static async Task<Measurement?> StartAsync(int? pid, string? dataDirectory, CancellationToken cancellation)
    {
        if (pid is not { } id)
            return null;
        var disk = dataDirectory is null ? 0 : await DiskUse.OfAsync(dataDirectory, cancellation);
        return new Measurement(new ServerProbe(id, TimeProvider.System), dataDirectory, disk);
    }

    public static SendingReport Describe(LoadResult result) => new(
        result.Items,
        result.Acknowledged[0],
        result.Acknowledged[1],
        result.Acknowledged[2],
        result.Items / Math.Max(result.Elapsed.TotalSeconds, 1e-3),
        result.Elapsed.TotalSeconds,
        result.Bytes / 1e6,
        result.Requests,
        result.Retries,
        result.Rejected,
        result.Refused,
        result.Failed,
        Percentiles.Of(result.Latencies),
        result.OwnCpu.TotalSeconds,
        result.Messages);

    /// <summary>Waits for the server to settle, then takes stock.</summary>
    public async Task<ServerReport> FinishAsync(long items, CancellationToken cancellation)
    {
        var sending = _probe.Cpu - _cpuBefore;
        var (waited, settled) = await _probe.SettleAsync(cancellation);
        var all = _probe.Cpu - _cpuBefore;
        await Task.Delay(TimeSpan.FromSeconds(Limits.IdleSeconds), TimeProvider.System, cancellation);
        double? disk = _dataDirectory is null ? null : await DiskUse.OfAsync(_dataDirectory, cancellation) - _diskBefore;
        return new ServerReport(
            sending.TotalSeconds,
            all.TotalSeconds,
            all.TotalSeconds * 1e6 / Math.Max(items, 1),
            waited.TotalSeconds,
            settled,
            _probe.Peak / Mebibyte,
            _probe.Resident / Mebibyte,
            disk / 1e6,
            disk / Math.Max(items, 1));
    }
}
