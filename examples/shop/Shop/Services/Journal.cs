using System.Text;

namespace Shop.Services;

/// <summary>
/// The orders' journal: a line for each order on a volume of its own with a small quota, as a container has. The volume's use is measured as
/// <c>system.filesystem.utilization</c>. Writing beyond the quota fails as it does on a full disk.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const long Quota = 4 << 20;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly FileStream _file;
    private long _other;

    public Journal()
    {
        // The file is deleted when it is closed, and by the system when the process is killed.
        _file = new FileStream(
            System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"shop-orders-{Environment.ProcessId}.journal"),
            FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1, FileOptions.DeleteOnClose);
        var tags = new KeyValuePair<string, object?>("system.filesystem.mountpoint", System.IO.Path.GetDirectoryName(Path));
        Telemetry.Meter.CreateObservableGauge(
            "system.filesystem.utilization", () => new System.Diagnostics.Metrics.Measurement<double>(Math.Min(1, (Written + Interlocked.Read(ref _other)) / (double)Quota), tags), "1", "Share of the volume that is used.");
    }

    /// <summary>What operators call it.</summary>
    public const string Path = "/var/lib/orders/journal";

    private long Written { get; set; } = Quota / 10;

    /// <summary>Fills the rest of the volume, as somebody else's files would, or frees it again.</summary>
    public void Fill(bool full) => Interlocked.Exchange(ref _other, full ? Quota : 0);

    /// <summary>Appends a line.</summary>
    /// <exception cref="IOException">The volume is full.</exception>
    public async Task AppendAsync(string line, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        await _one.WaitAsync(ct);
        try
        {
            if (Written + bytes.Length + Interlocked.Read(ref _other) > Quota)
            {
                throw new IOException($"No space left on device : '{Path}'");
            }

            await _file.WriteAsync(bytes, ct);
            Written += bytes.Length;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _one.Dispose();
    }
}
