using System.Globalization;
using System.Runtime.InteropServices;

namespace Clew.Storage.Engine;

/// <summary>
/// The engine's own code and constants in memory. Starting the engine touches some 160 MB of its file, most of it never again; the kernel keeps
/// them resident until memory is short.
/// </summary>
internal static partial class EngineImage
{
    private const string Mappings = "/proc/self/smaps";
    private const string FileName = "libchdb.so";
    private const int DontNeed = 4;

    /// <summary>
    /// Takes the engine's unchanged, read-only pages out of the resident set. They stay in the system's page cache and come back, without
    /// reading the disk as long as they are there, when they are needed. Linux only; elsewhere nothing happens.
    /// </summary>
    /// <returns>Bytes of address space that were let go of.</returns>
    public static long ReleasePages()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var released = 0L;
        foreach (var (start, end) in CleanRanges(File.ReadLines(Mappings)))
        {
            if (Advise(start, end - start, DontNeed) == 0)
            {
                released += end - start;
            }
        }

        return released;
    }

    /// <summary>
    /// The engine's mappings that can be dropped: not writable, and without a single page of their own ("Anonymous: 0 kB"). The part that the
    /// loader wrote addresses into and then protected is read-only too, but its pages exist nowhere else: dropping them would be fatal.
    /// </summary>
    /// <param name="smaps">Lines of <c>/proc/PID/smaps</c>: per mapping a header, then "Name: value" lines.</param>
    internal static List<(nint Start, nint End)> CleanRanges(IEnumerable<string> smaps)
    {
        var found = new List<(nint, nint)>();
        (nint Start, nint End)? candidate = null;
        foreach (var line in smaps)
        {
            if (TryReadHeader(line, out var range, out var permissions, out var path))
            {
                candidate = path.EndsWith(FileName, StringComparison.Ordinal) && !permissions.Contains('w', StringComparison.Ordinal) ? range : null;
            }
            else if (candidate is { } clean && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (line.AsSpan("Anonymous:".Length).Trim() is "0 kB")
                {
                    found.Add(clean);
                }

                candidate = null;
            }
        }

        return found;
    }

    /// <summary>For example <c>7f37b77000-7f4fecb000 r-xp 08548000 fe:00 1234 /path/libchdb.so</c>.</summary>
    private static bool TryReadHeader(string line, out (nint Start, nint End) range, out string permissions, out string path)
    {
        range = default;
        permissions = path = string.Empty;
        var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var dash = parts.Length < 5 ? -1 : parts[0].IndexOf('-', StringComparison.Ordinal);
        if (dash < 0
            || !nint.TryParse(parts[0].AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
            || !nint.TryParse(parts[0].AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end))
        {
            return false;
        }

        range = (start, end);
        permissions = parts[1];
        path = parts.Length > 5 ? parts[5] : string.Empty;
        return true;
    }

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nint length, int advice);
}
