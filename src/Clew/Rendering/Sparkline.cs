namespace Clew.Cli.Rendering;

/// <summary>A chart of one line: a column for each value, from nothing to the largest.</summary>
public static class Sparkline
{
    /// <summary>Heights of columns, from nothing to full.</summary>
    private const string Bars = " ▁▂▃▄▅▆▇█";

    /// <param name="columns">Null where there is no value.</param>
    public static string Draw(IReadOnlyList<double?> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var finite = columns.Where(column => column is { } value && double.IsFinite(value)).Select(column => column!.Value).ToList();
        var top = finite.Count == 0 ? 0 : finite.Max();
        return string.Concat(columns.Select(column => Bars[column is not { } value || top <= 0 || !double.IsFinite(value) ? 0 : (int)Math.Ceiling(Math.Clamp(value / top, 0, 1) * (Bars.Length - 1))]));
    }
}
