using System.Diagnostics;
using System.Globalization;

namespace Clew.Load.Measuring;

/// <summary>What the server used, as the kernel accounts it. Linux only: reads /proc.</summary>
internal sealed class ServerProbe(int pid, TimeProvider time)
{
    /// <summary>User and system time of all the process's threads, ended ones included, to 10 ms.</summary>
    public TimeSpan Cpu
    {
        get
        {
            using var process = Process.GetProcessById(pid);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Resident bytes now.</summary>
    public long Resident => Status("VmRSS:");

    /// <summary>Most bytes that were ever resident.</summary>
    public long Peak => Status("VmHWM:");

    /// <summary>
    /// Waits until the server has used less than <see cref="Limits.QuietCores"/> for <see cref="Limits.QuietSeconds"/>: flushes and merges are done.
    /// </summary>
    /// <returns>How long it took (the quiet time included) and whether quiet came before <see cref="Limits.SettleTimeout"/>.</returns>
    public async Task<(TimeSpan Waited, bool Settled)> SettleAsync(CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var window = new Queue<TimeSpan>();
        while (time.GetElapsedTime(start).TotalSeconds < Limits.SettleTimeout)
        {
            window.Enqueue(Cpu);
            if (window.Count > Limits.QuietSeconds)
            {
                var used = window.Last() - window.Dequeue();
                if (used.TotalSeconds < Limits.QuietCores * Limits.QuietSeconds)
                    return (time.GetElapsedTime(start), true);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellation);
        }

        return (time.GetElapsedTime(start), false);
    }

    private long Status(string field)
    {
        foreach (var line in File.ReadLines($"/proc/{pid}/status"))
        {
            if (line.StartsWith(field, StringComparison.Ordinal))
                return long.Parse(line.AsSpan(field.Length).TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture) * 1024;
        }

        return 0;
    }
}
