using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>The rows of points by the series they belong to, each series' by time. Of rows at one millisecond the last is kept.</summary>
internal sealed class SeriesRows
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly int[] _rows;
    private readonly int[] _ends;

    public SeriesRows(PointColumns points, int series)
    {
        // Counting sort by series: rows of one series keep their order.
        var indexes = points.SeriesIndexes.Values;
        _ends = new int[series];
        foreach (var index in indexes)
        {
            _ends[index]++;
        }

        var next = 0;
        for (var i = 0; i < series; i++)
        {
            (_ends[i], next) = (next, next + _ends[i]);
        }

        _rows = new int[indexes.Length];
        for (var row = 0; row < indexes.Length; row++)
        {
            _rows[_ends[indexes[row]]++] = row;
        }

        Times = points.Times.Values.ToArray();
    }

    /// <summary>Nanoseconds, by row.</summary>
    private long[] Times { get; }

    /// <summary>The rows of a series.</summary>
    public ReadOnlySpan<int> this[int series]
    {
        get
        {
            var rows = _rows.AsSpan((series == 0 ? 0 : _ends[series - 1])..(_ends[series]));
            var isSorted = true;
            for (var i = 1; i < rows.Length; i++)
            {
                isSorted &= TimeOf(rows[i - 1]) < TimeOf(rows[i]);
            }

            return isSorted ? rows : Sorted(rows);
        }
    }

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public long TimeOf(int row) => Times[row] / NanosecondsPerMillisecond;

    private Span<int> Sorted(Span<int> rows)
    {
        rows.Sort((left, right) => Times[left] != Times[right] ? Times[left].CompareTo(Times[right]) : left.CompareTo(right));
        var kept = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + 1 == rows.Length || TimeOf(rows[i]) != TimeOf(rows[i + 1]))
            {
                rows[kept++] = rows[i];
            }
        }

        return rows[..kept];
    }
}
