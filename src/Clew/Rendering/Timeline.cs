using System.Text;

namespace Clew.Cli.Rendering;

/// <summary>
/// Bars on a shared time axis of a fixed number of columns. A bar is drawn thin, and thick where something holds during it; whatever is too short
/// for a column still gets one.
/// </summary>
/// <param name="start">Nanoseconds at the left edge.</param>
/// <param name="end">Nanoseconds at the right edge; a range without length is taken as one nanosecond.</param>
public readonly struct Timeline(long start, long end, int columns)
{
    private readonly double _length = Math.Max(1, (double)end - start);

    public int Columns => columns;

    /// <summary>The bar as text of exactly <see cref="Columns"/> columns.</summary>
    /// <param name="thick">Stretches within the bar.</param>
    public string Bar(long from, long to, IEnumerable<(long From, long To)> thick, bool ascii)
    {
        var cells = new StringBuilder().Append(' ', columns);
        Fill(cells, from, to, ascii ? '-' : '─');
        foreach (var (thickFrom, thickTo) in thick)
        {
            if (thickTo > thickFrom)
            {
                Fill(cells, thickFrom, thickTo, ascii ? '=' : '━');
            }
        }

        return cells.ToString();
    }

    /// <summary>The axis: the marks' distances from the start, as many as there is room for.</summary>
    public string Axis(Func<long, string> format)
    {
        var cells = new StringBuilder().Append(' ', columns);
        var marks = columns >= 60 ? 4 : columns >= 20 ? 2 : 1;
        for (var mark = 0; mark < marks; mark++)
        {
            var text = format((long)(_length * mark / marks));
            var at = columns * mark / marks;
            for (var i = 0; i < text.Length && at + i < columns; i++)
            {
                cells[at + i] = text[i];
            }
        }

        return cells.ToString();
    }

    private void Fill(StringBuilder cells, long from, long to, char glyph)
    {
        var first = Math.Clamp((int)Math.Floor((from - (double)start) / _length * columns), 0, columns - 1);
        var last = Math.Clamp((int)Math.Ceiling((to - (double)start) / _length * columns) - 1, first, columns - 1);
        for (var i = first; i <= last; i++)
        {
            cells[i] = glyph;
        }
    }
}
