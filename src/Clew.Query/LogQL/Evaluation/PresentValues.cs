using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Evaluation;

/// <summary><c>absent_over_time</c>: 1 at the steps whose stretch has no line of any series, under the labels that the selector compares for equality.</summary>
internal sealed class PresentValues(RangeWindows windows, IReadOnlyList<LabelMatcher> matchers) : RangeValues
{
    private readonly long[] _changes = new long[windows.Grid.Count + 1];

    public override void Add(int series, long time, double value, long lines)
    {
        var (first, last) = windows.StepsWith(time);
        _changes[first] += lines;
        _changes[last + 1] -= lines;
    }

    public override List<SeriesColumn> Columns(IReadOnlyList<LabelSet> labels)
    {
        var column = new SeriesColumn(Labels(), false, windows.Grid.Count);
        var lines = 0L;
        for (var step = 0; step < windows.Grid.Count; step++)
        {
            lines += _changes[step];
            if (lines == 0)
            {
                column.Floats[step] = 1;
            }
        }

        return column.IsEmpty ? [] : [column];
    }

    private LabelSet Labels() => LabelSet.Of(matchers.GroupBy(matcher => matcher.Name)
        .Where(group => group.Count() == 1 && group.First().Kind == MatchKind.Equal)
        .Select(group => KeyValuePair.Create(group.Key, group.First().Value)));
}
