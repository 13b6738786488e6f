using System.Globalization;
using Clew.Server.Configuration;

namespace Clew.Server.Health;

/// <summary>Free room on the data directory's disk, looked up at most once a second.</summary>
internal sealed class DiskSpace(ServerOptions options, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long? _asked;
    private long _free;

    /// <summary>Null when there is room; otherwise a sentence that names the limit.</summary>
    public string? Problem()
    {
        var free = Free();
        return free >= options.Limits.MinFreeDisk ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{free >> 20} MiB are free on the disk of {options.DataDirectory}, and limits.min_free_disk asks for {options.Limits.MinFreeDisk >> 20} MiB");
    }

    /// <summary>Bytes; the largest number when the disk cannot be asked.</summary>
    public long Free()
    {
        lock (_lock)
        {
            if (_asked is not { } before || time.GetElapsedTime(before) >= Freshness)
            {
                _free = FreeBytes(Path.GetFullPath(options.DataDirectory));
                _asked = time.GetTimestamp();
            }

            return _free;
        }
    }

    private static long FreeBytes(string directory)
    {
        try
        {
            return new DriveInfo(directory).AvailableFreeSpace;
        }
        catch (IOException)
        {
            // A directory whose disk cannot be asked: the store will say what is wrong with it.
            return long.MaxValue;
        }
    }
}

internal sealed class DiskCheck(DiskSpace disk) : IReadinessCheck
{
    public string Name => "disk";

    public string? Problem() => disk.Problem();
}
