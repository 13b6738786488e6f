using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Clew.Server.SelfTelemetry;

/// <summary>What every Prometheus client library tells about its process, under the names they agreed on, and what was built.</summary>
internal static class ProcessGauges
{
    /// <summary>The product's version, without the commit it was built from.</summary>
    public static string Version { get; } = typeof(ProcessGauges).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static void WriteTo(TextWriter output)
    {
        using var process = Process.GetCurrentProcess();
        var started = (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
        Write(output, "clew_build_info", "gauge", "Version and runtime, as labels.", 1, $"{{version=\"{Version}\",runtime=\"{RuntimeInformation.FrameworkDescription}\"}}");
        Write(output, "process_cpu_seconds_total", "counter", "User and system CPU time.", process.TotalProcessorTime.TotalSeconds);
        Write(output, "process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
        Write(output, "process_virtual_memory_bytes", "gauge", "Virtual memory.", process.VirtualMemorySize64);
        Write(output, "process_start_time_seconds", "gauge", "Start of the process, seconds since the Unix epoch.", started);
        Write(output, "process_threads", "gauge", "Threads of the operating system.", process.Threads.Count);
        if (OperatingSystem.IsLinux())
        {
            Write(output, "process_open_fds", "gauge", "Open file descriptors.", Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        }
    }

    private static void Write(TextWriter output, string name, string type, string help, double value, string labels = "") =>
        output.Write($"# HELP {name} {help}\n# TYPE {name} {type}\n{name}{labels} {value.ToString("R", CultureInfo.InvariantCulture)}\n");
}
