using System.Runtime.InteropServices;
using Clew.Query.Language;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Functions;

namespace Clew.Query.LogQL.Evaluation;

/// <summary>Unwrapped values, held until each stretch's are all there.</summary>
/// <param name="parameter">The quantile.</param>
internal sealed class SampledValues(RangeWindows windows, RangeOperation operation, double parameter, QueryBudget budget) : RangeValues
{
    private const double NanosecondsPerSecond = 1_000_000_000;

    private readonly List<(List<long> Times, List<double> Values)> _series = [];

    public override void Add(int series, long time, double value, long lines)
    {
        budget.TakeSamples(1);
        if (series == _series.Count)
        {
            budget.TakeSamples(windows.Grid.Count);
            _series.Add(([], []));
        }

        _series[series].Times.Add(time);
        _series[series].Values.Add(value);
    }

    public override List<SeriesColumn> Columns(IReadOnlyList<LabelSet> labels)
    {
        var columns = new List<SeriesColumn>(_series.Count);
        for (var number = 0; number < _series.Count; number++)
        {
            budget.Check();
            var times = CollectionsMarshal.AsSpan(_series[number].Times);
            var values = CollectionsMarshal.AsSpan(_series[number].Values);
            var column = new SeriesColumn(labels[number], false, windows.Grid.Count);
            var (low, high) = (0, 0);
            for (var step = 0; step < windows.Grid.Count; step++)
            {
                var end = windows.EndOf(step);
                while (high < times.Length && times[high] <= end)
                {
                    high++;
                }

                while (low < high && times[low] <= end - windows.Length)
                {
                    low++;
                }

                if (low < high)
                {
                    column.Floats[step] = Compute(times[low..high], values[low..high], end);
                }
            }

            columns.Add(column);
        }

        return columns;
    }

    private double Compute(ReadOnlySpan<long> times, ReadOnlySpan<double> values, long end) => operation switch
    {
        RangeOperation.Rate => Statistics.Sum(values) / windows.Seconds,
        RangeOperation.RateCounter => CounterRate(times, values, end),
        RangeOperation.SumOverTime => Statistics.Sum(values),
        RangeOperation.AvgOverTime => Statistics.Mean(values),
        RangeOperation.MinOverTime => Statistics.Minimum(values),
        RangeOperation.MaxOverTime => Statistics.Maximum(values),
        RangeOperation.FirstOverTime => values[0],
        RangeOperation.LastOverTime => values[^1],
        RangeOperation.StdvarOverTime => Statistics.Variance(values),
        RangeOperation.StddevOverTime => Math.Sqrt(Statistics.Variance(values)),
        _ => Statistics.Quantile(parameter, values),
    };

    /// <summary>PromQL's rate of a counter: what it grew by, resets left out, stretched to the edges. A single value has not grown.</summary>
    private double CounterRate(ReadOnlySpan<long> times, ReadOnlySpan<double> values, long end)
    {
        if (values.Length < 2 || times[0] == times[^1])
        {
            return 0;
        }

        var increase = values[^1] - values[0];
        for (var i = 1; i < values.Length; i++)
        {
            increase += values[i] < values[i - 1] ? values[i - 1] : 0;
        }

        return increase * RateFunctions.Stretch((end - windows.Length, end), times, NanosecondsPerSecond, isCounter: true, null, values[0], increase) / windows.Seconds;
    }
}
