using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Columns in the making, found by their labels.</summary>
internal sealed class ColumnSet(EvaluationContext context, int steps)
{
    private readonly Dictionary<(LabelSet, bool), SeriesColumn> _byLabels = [];

    public List<SeriesColumn> Columns { get; } = [];

    public SeriesColumn Get(LabelSet labels, bool dropName)
    {
        if (!_byLabels.TryGetValue((labels, dropName), out var column))
        {
            context.Budget.TakeSamples(steps);
            _byLabels.Add((labels, dropName), column = new SeriesColumn(labels, dropName, steps));
            Columns.Add(column);
        }

        return column;
    }

    /// <summary>Puts a sample into the column of these labels.</summary>
    /// <exception cref="PromQlException">There is one already at that step.</exception>
    public void Put(LabelSet labels, bool dropName, int step, double value, FloatHistogram? histogram)
    {
        var column = Get(labels, dropName);
        if (column.Has(step))
        {
            throw Duplicate();
        }

        column.Set(step, value, histogram);
    }

    /// <summary>One column for each set of labels; those of equal labels are merged where their samples do not stand at the same step.</summary>
    /// <exception cref="PromQlException">They do.</exception>
    public static List<SeriesColumn> Merge(List<SeriesColumn> columns)
    {
        var byLabels = new Dictionary<(LabelSet, bool), int>(columns.Count);
        var merged = new List<SeriesColumn>(columns.Count);
        foreach (var column in columns)
        {
            if (column.IsEmpty)
            {
                continue;
            }

            if (byLabels.TryAdd((column.Labels, column.DropName), merged.Count))
            {
                merged.Add(column);
                continue;
            }

            var place = byLabels[(column.Labels, column.DropName)];
            var both = new SeriesColumn(column.Labels, column.DropName, column.Steps);
            for (var step = 0; step < column.Steps; step++)
            {
                if (column.Has(step) && merged[place].Has(step))
                {
                    throw Duplicate();
                }

                both.CopyFrom(column.Has(step) ? column : merged[place], step);
            }

            merged[place] = both;
        }

        return merged;
    }

    private static PromQlException Duplicate() => new("vector cannot contain metrics with the same labelset");
}
