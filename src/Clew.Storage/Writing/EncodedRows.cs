using Clew.Storage.Native;

namespace Clew.Storage.Writing;

/// <summary>Rows of one table as Native blocks, ready to be handed to the engine.</summary>
internal sealed class EncodedRows(TableColumns table)
{
    public TableColumns Table { get; } = table;

    public NativeWriter Blocks { get; } = new();

    public int Rows { get; set; }

    public void Clear()
    {
        Blocks.Clear();
        Rows = 0;
    }
}

/// <summary>A table's columns in the order in which they are written; names and types as in its DDL.</summary>
internal sealed class TableColumns
{
    public TableColumns(string table, params (string Name, string Type)[] columns)
    {
        Table = table;
        Columns = columns;
        Names = string.Join(", ", columns.Select(column => column.Name));
        Structure = string.Join(", ", columns.Select(column => $"{column.Name} {column.Type}"));
    }

    public string Table { get; }

    public (string Name, string Type)[] Columns { get; }

    public string Names { get; }

    /// <summary>For the <c>file</c> table function, so that it need not look at the data first.</summary>
    public string Structure { get; }
}

/// <summary>Writes the columns of a block one after the other and checks that they come in the table's order.</summary>
internal readonly struct BlockColumns(EncodedRows rows)
{
    private readonly int[] _next = [0];

    public NativeWriter Begin(string name)
    {
        var (expected, type) = rows.Table.Columns[_next[0]++];
        if (expected != name)
        {
            throw new InvalidOperationException($"Column '{expected}' of table '{rows.Table.Table}' comes next, not '{name}'.");
        }

        rows.Blocks.ColumnHeader(name, type);
        return rows.Blocks;
    }

    public static BlockColumns Start(EncodedRows rows, int count)
    {
        rows.Blocks.BlockHeader(rows.Table.Columns.Length, count);
        rows.Rows += count;
        return new BlockColumns(rows);
    }
}
