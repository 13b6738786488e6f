using System.Diagnostics;
using System.Globalization;

namespace Clew.Load.Measuring;

/// <summary>Bytes a data directory takes, files that are linked twice counted once (as <c>du -sb</c> counts).</summary>
internal static class DiskUse
{
    public static async Task<long> OfAsync(string directory, CancellationToken cancellation)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["--summarize", "--bytes", directory]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("du does not start.");
        var output = await du.StandardOutput.ReadToEndAsync(cancellation);
        // Files that vanish while du walks (merged parts) make it exit with 1; the sum is still printed.
        await du.WaitForExitAsync(cancellation);
        return long.Parse(output.AsSpan(0, output.IndexOf('\t', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
    }
}
