using System.Globalization;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Histograms;

/// <summary>A stretch of values and how many observations lie in it.</summary>
public readonly record struct HistogramBucket(double Lower, double Upper, bool LowerInclusive, bool UpperInclusive, double Count)
{
    /// <summary><c>(0.5,1]:3</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(LowerInclusive ? '[' : '(')}{GoNumber.FormatGeneral(Lower)},{GoNumber.FormatGeneral(Upper)}{(UpperInclusive ? ']' : ')')}:{GoNumber.FormatGeneral(Count)}");
}
