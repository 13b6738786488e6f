using Clew.Query.Language;
using Clew.Query.PromQL.Data;

namespace Clew.Query.LogQL.Evaluation;

/// <summary>
/// Counts of lines or bytes. A line is in the stretches of some steps that follow each other: it is noted where they begin and end, and added up in the end.
/// Counts are whole, so nothing is lost to rounding, and no line is held.
/// </summary>
/// <param name="divisor">What counts are divided by: the seconds of a stretch for a rate.</param>
internal sealed class CountedValues(RangeWindows windows, double divisor, QueryBudget budget) : RangeValues
{
    private readonly List<double[]> _changes = [];
    private readonly List<long[]> _lineChanges = [];

    public override void Add(int series, long time, double value, long lines)
    {
        var (first, last) = windows.StepsWith(time);
        if (series == _changes.Count)
        {
            budget.TakeSamples(3L * (windows.Grid.Count + 1));
            _changes.Add(new double[windows.Grid.Count + 1]);
            _lineChanges.Add(new long[windows.Grid.Count + 1]);
        }

        _changes[series][first] += value;
        _changes[series][last + 1] -= value;
        _lineChanges[series][first] += lines;
        _lineChanges[series][last + 1] -= lines;
    }

    public override List<SeriesColumn> Columns(IReadOnlyList<LabelSet> labels)
    {
        var columns = new List<SeriesColumn>(_changes.Count);
        for (var series = 0; series < _changes.Count; series++)
        {
            var column = new SeriesColumn(labels[series], false, windows.Grid.Count);
            var (sum, lines) = (0.0, 0L);
            for (var step = 0; step < windows.Grid.Count; step++)
            {
                sum += _changes[series][step];
                lines += _lineChanges[series][step];
                if (lines > 0)
                {
                    column.Floats[step] = sum / divisor;
                }
            }

            columns.Add(column);
        }

        return columns;
    }
}
