using Clew.Query.PromQL.Data;

namespace Clew.Query.PromQL.Histograms;

/// <summary>A sum of many histograms in which every number keeps what rounding takes away.</summary>
internal sealed class HistogramSum
{
    private FloatHistogram? _sum;
    private FloatHistogram? _compensation;

    /// <summary>The mean, kept from the moment on when the sum has grown beyond the largest double.</summary>
    private FloatHistogram? _mean;
    private FloatHistogram? _meanCompensation;
    private bool _seenReset;
    private bool _seenNotReset;

    public int Added { get; private set; }

    /// <summary>Histograms with exponential and with custom buckets came together; there is no sum.</summary>
    public bool IsMixed { get; private set; }

    public bool HintsConflict { get; private set; }

    public bool BoundsReconciled { get; private set; }

    public void Add(FloatHistogram histogram)
    {
        if (IsMixed)
        {
            return;
        }

        Added++;
        _seenReset |= histogram.Hint == CounterResetHint.Reset;
        _seenNotReset |= histogram.Hint == CounterResetHint.NotReset;
        HintsConflict |= _seenReset && _seenNotReset;
        if (_sum is null || _compensation is null)
        {
            _sum = histogram;
            _compensation = Zero(histogram);
            return;
        }

        if (!HistogramLayout.TryCommon(_sum, histogram, out var layout, out var reconciled))
        {
            IsMixed = true;
            return;
        }

        BoundsReconciled |= reconciled;
        var (hint, conflict) = HistogramArithmetic.CombineHints(_sum.Hint, histogram.Hint);
        HintsConflict |= conflict;
        var next = layout.Apply(histogram);
        if (_mean is null || _meanCompensation is null)
        {
            var (sum, compensation) = Step(layout.Apply(_sum), layout.Apply(_compensation), next);
            if (!HasOverflown(sum))
            {
                (_sum, _compensation) = (sum with { Hint = hint }, compensation);
                return;
            }

            _mean = _sum.Divide(Added - 1);
            _meanCompensation = _compensation.Divide(Added - 1);
            (_sum, _compensation) = (sum with { Hint = hint }, compensation);
        }
        else
        {
            var (sum, compensation) = Step(layout.Apply(_sum), layout.Apply(_compensation), next);
            (_sum, _compensation) = (sum with { Hint = hint }, compensation);
        }

        // The mean so far loses its n-th part and gains that of the new one; nothing grows beyond the largest of the values.
        var keep = (Added - 1.0) / Added;
        (_mean, _meanCompensation) = Step(layout.Apply(_mean).Multiply(keep), layout.Apply(_meanCompensation).Multiply(keep), next.Divide(Added));
    }

    public FloatHistogram? Sum() => IsMixed || _sum is null ? null : Settle(_sum, _compensation!);

    public FloatHistogram? Mean() => IsMixed || _sum is null ? null
        : _mean is not null ? Settle(_mean, _meanCompensation!) with { Hint = _sum.Hint }
        : Settle(_sum.Divide(Added), _compensation!.Divide(Added));

    private static FloatHistogram Zero(FloatHistogram like) =>
        like with { Count = 0, Sum = 0, ZeroCount = 0, Positive = BucketCounts.Empty, Negative = BucketCounts.Empty };

    private static bool HasOverflown(FloatHistogram sum) => double.IsInfinity(sum.Count) || double.IsInfinity(sum.Sum) || double.IsInfinity(sum.ZeroCount)
        || Overflown(sum.Positive) || Overflown(sum.Negative);

    private static bool Overflown(BucketCounts counts)
    {
        foreach (var count in counts.Counts)
        {
            if (double.IsInfinity(count))
            {
                return true;
            }
        }

        return false;
    }

    private static FloatHistogram Settle(FloatHistogram sum, FloatHistogram compensation) =>
        HistogramArithmetic.Zip(sum, compensation, static (s, c) => double.IsInfinity(s) ? s : s + c);

    private static (FloatHistogram Sum, FloatHistogram Compensation) Step(FloatHistogram sum, FloatHistogram compensation, FloatHistogram next)
    {
        var lost = HistogramArithmetic.Zip(sum, next, static (s, n) => KahanSum.Step(n, s, 0).Compensation);
        return (HistogramArithmetic.Zip(sum, next, static (s, n) => s + n), HistogramArithmetic.Zip(compensation, lost, static (c, l) => c + l));
    }
}
