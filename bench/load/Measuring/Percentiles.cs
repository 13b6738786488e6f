namespace Clew.Load.Measuring;

/// <summary>Nearest-rank percentiles in milliseconds.</summary>
internal sealed record Percentiles(int Count, double P50, double P90, double P95, double P99, double Max)
{
    public static Percentiles Of(IEnumerable<TimeSpan> samples)
    {
        var sorted = samples.Select(s => s.TotalMilliseconds).Order().ToArray();
        return sorted.Length == 0 ? new Percentiles(0, 0, 0, 0, 0, 0) : new Percentiles(sorted.Length, At(0.5), At(0.9), At(0.95), At(0.99), sorted[^1]);

        double At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
