namespace Clew.Telemetry;

/// <summary>An answer by column: texts, whole numbers or numbers.</summary>
public sealed class ResultTable(IReadOnlyList<ResultColumn> columns, int rowCount)
{
    public IReadOnlyList<ResultColumn> Columns { get; } = columns;

    public int RowCount { get; } = rowCount;

    /// <exception cref="KeyNotFoundException">No such column.</exception>
    public ResultColumn this[string name] => Columns.FirstOrDefault(column => column.Name == name)
        ?? throw new KeyNotFoundException($"The answer has no column '{name}'; it has {string.Join(", ", Columns.Select(column => column.Name))}.");

    /// <summary>The resources whose fingerprints a plan grouped by, read along: row <c>i</c> has resource <c>ResourceIndexes[i]</c>. Null otherwise.</summary>
    public ResourceTable? Resources { get; init; }

    public IReadOnlyList<int>? ResourceIndexes { get; init; }
}

public abstract record ResultColumn(string Name);

public sealed record TextColumn(string Name, string[] Values) : ResultColumn(Name);

public sealed record LongColumn(string Name, long[] Values) : ResultColumn(Name);

/// <summary>NaN where there was nothing to compute from.</summary>
public sealed record DoubleColumn(string Name, double[] Values) : ResultColumn(Name);

public static class ResultColumnAccess
{
    public static string[] Texts(this ResultTable table, string column) => ((TextColumn)table[column]).Values;

    public static long[] Longs(this ResultTable table, string column) => ((LongColumn)table[column]).Values;

    public static double[] Doubles(this ResultTable table, string column) => ((DoubleColumn)table[column]).Values;
}
