using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>The samples of one series in the range of one step, and those around it.</summary>
internal readonly ref struct RangeWindow
{
    private readonly RangeSeries _series;
    private readonly int _floatLow;
    private readonly int _floatHigh;
    private readonly int _histogramLow;
    private readonly int _histogramHigh;

    public RangeWindow(RangeSeries series, long start, long end, (int Low, int High) floats, (int Low, int High) histograms)
    {
        _series = series;
        Start = start;
        End = end;
        (_floatLow, _floatHigh) = floats;
        (_histogramLow, _histogramHigh) = histograms;
    }

    public RangeSeries Series => _series;

    /// <summary>The moment the range begins, in milliseconds since the Unix epoch; a sample at that moment is not in it.</summary>
    public long Start { get; }

    /// <summary>The moment the range ends, included.</summary>
    public long End { get; }

    public double Seconds => (End - Start) / 1_000.0;

    public ReadOnlySpan<long> FloatTimes => _series.FloatTimes.AsSpan(_floatLow, _floatHigh - _floatLow);

    public ReadOnlySpan<double> Floats => _series.Floats.AsSpan(_floatLow, _floatHigh - _floatLow);

    public ReadOnlySpan<long> FloatStarts => _series.FloatStarts.Length == 0 ? [] : _series.FloatStarts.AsSpan(_floatLow, _floatHigh - _floatLow);

    public ReadOnlySpan<long> HistogramTimes => _series.HistogramTimes.AsSpan(_histogramLow, _histogramHigh - _histogramLow);

    public ReadOnlySpan<FloatHistogram> Histograms => _series.Histograms.AsSpan(_histogramLow, _histogramHigh - _histogramLow);

    public ReadOnlySpan<long> HistogramStarts => _series.HistogramStarts.Length == 0 ? [] : _series.HistogramStarts.AsSpan(_histogramLow, _histogramHigh - _histogramLow);

    public bool IsEmpty => _floatLow == _floatHigh && _histogramLow == _histogramHigh;

    /// <summary>The window of the same series over another stretch of time.</summary>
    public RangeWindow Stretch(long start, long end) => Of(_series, start, end);

    public static RangeWindow Of(RangeSeries series, long start, long end) => new(
        series,
        start,
        end,
        (After(series.FloatTimes, start), After(series.FloatTimes, end)),
        (After(series.HistogramTimes, start), After(series.HistogramTimes, end)));

    /// <summary>The place of the first time later than the given one.</summary>
    private static int After(long[] times, long time)
    {
        var place = Array.BinarySearch(times, time);
        return place < 0 ? ~place : place + 1;
    }
}
