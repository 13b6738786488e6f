namespace Clew.Cli.Rendering;

/// <summary>A column of a table.</summary>
/// <param name="Right">Numbers stand to the right.</param>
/// <param name="Shrinks">May be cut when the table is too wide; the widest of these is cut first.</param>
public sealed record TableColumn(string Title, bool Right = false, bool Shrinks = false);

/// <summary>A cell.</summary>
public readonly record struct Cell(string Text, Ink Ink = Ink.Plain);

/// <summary>Lays out rows in columns that are as wide as they need to be and as narrow as the page demands.</summary>
public static class Table
{
    private const int Gap = 2;
    private const int NarrowestCut = 8;

    public static IEnumerable<Line> Render(IReadOnlyList<TableColumn> columns, IReadOnlyList<IReadOnlyList<Cell>> rows, Page page)
    {
        var clean = rows.Select(row => row.Select(cell => cell with { Text = Sentence.Clean(cell.Text) }).ToArray()).ToArray();
        var widths = columns.Select((column, i) => clean.Select(row => TextWidth.Of(row[i].Text)).Append(column.Title.Length).Max()).ToArray();
        if (!page.Unbounded)
        {
            Shrink(columns, widths, page.Width);
        }

        var title = new Line();
        for (var i = 0; i < columns.Count; i++)
        {
            AddCell(title, columns[i], widths[i], new Cell(columns[i].Title, Ink.Dim), page, i == columns.Count - 1);
        }

        yield return title;
        foreach (var row in clean)
        {
            var line = new Line();
            for (var i = 0; i < columns.Count; i++)
            {
                AddCell(line, columns[i], widths[i], row[i], page, i == columns.Count - 1);
            }

            yield return line;
        }
    }

    private static void Shrink(IReadOnlyList<TableColumn> columns, int[] widths, int width)
    {
        while (widths.Sum() + (Gap * (widths.Length - 1)) > width)
        {
            var widest = -1;
            for (var i = 0; i < widths.Length; i++)
            {
                if (columns[i].Shrinks && widths[i] > NarrowestCut && (widest < 0 || widths[i] > widths[widest]))
                {
                    widest = i;
                }
            }

            if (widest < 0)
            {
                return;
            }

            widths[widest]--;
        }
    }

    private static void AddCell(Line line, TableColumn column, int width, Cell cell, Page page, bool last)
    {
        var text = TextWidth.Fit(cell.Text, width, page.Ellipsis);
        var pad = width - TextWidth.Of(text);
        if (column.Right)
        {
            line.Space(pad);
        }

        line.Add(text, cell.Ink);
        if (!last)
        {
            line.Space((column.Right ? 0 : pad) + Gap);
        }
    }
}
