using System.Globalization;

namespace Clew.Analysis.Sampling;

/// <summary>How many traces one stands for because its sender sampled, read from what senders leave on spans.</summary>
public static class HeadSampling
{
    /// <summary>Hex digits of a threshold (OpenTelemetry's consistent probability sampling): 56 bits, trailing zeros left out.</summary>
    private const int ThresholdDigits = 14;

    /// <param name="threshold">The value of <c>th</c> in the trace state's <c>ot</c>; empty when there is none.</param>
    /// <param name="samplerParameter">Jaeger's <c>sampler.param</c> of a probabilistic sampler; empty when there is none.</param>
    /// <returns>At least 1; 1 when neither says anything sensible.</returns>
    public static double CountOf(string threshold, string samplerParameter)
    {
        if (threshold.Length is > 0 and <= ThresholdDigits
            && ulong.TryParse(threshold.PadRight(ThresholdDigits, '0'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rejected))
        {
            const double All = 1UL << 56;
            return All / (All - rejected);
        }

        return double.TryParse(samplerParameter, NumberStyles.Float, CultureInfo.InvariantCulture, out var probability) && probability is > 0 and <= 1
            ? 1 / probability
            : 1;
    }
}
