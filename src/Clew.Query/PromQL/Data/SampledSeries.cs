using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Data;

/// <summary>One series as it is stored: samples by time, ascending, each either a float or a native histogram.</summary>
/// <param name="Times">Milliseconds since the Unix epoch, no two the same.</param>
/// <param name="Values">A float for each time; a stale marker ends the series. What stands where there is a histogram does not count.</param>
/// <param name="Histograms">A histogram for each time or null where there is a float; null when there are only floats.</param>
/// <param name="StartTimes">
/// When counting began for each sample, in milliseconds since the Unix epoch, 0 where that is not known; null when it is known of none.
/// </param>
public sealed record SampledSeries(LabelSet Labels, long[] Times, double[] Values, FloatHistogram?[]? Histograms = null, long[]? StartTimes = null);
