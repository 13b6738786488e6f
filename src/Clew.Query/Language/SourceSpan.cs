namespace Clew.Query.Language;

/// <summary>A stretch of a query's text, in UTF-16 characters from its start: from <paramref name="Start"/> (included) to <paramref name="End"/> (not included).</summary>
public readonly record struct SourceSpan(int Start, int End)
{
    public int Length => End - Start;

    /// <summary>The smallest stretch that holds both.</summary>
    public static SourceSpan Cover(SourceSpan left, SourceSpan right) => new(Math.Min(left.Start, right.Start), Math.Max(left.End, right.End));

    /// <summary>The text of the stretch; what lies beyond the query's end is left out.</summary>
    public string TextIn(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var start = Math.Clamp(Start, 0, query.Length);
        return query[start..Math.Clamp(End, start, query.Length)];
    }

    /// <summary>Where the stretch begins, as people count: line and column from 1.</summary>
    public SourcePosition PositionIn(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var start = Math.Clamp(Start, 0, query.Length);
        var before = query.AsSpan(0, start);
        return new(before.Count('\n') + 1, start - (before.LastIndexOf('\n') + 1) + 1);
    }
}

/// <summary>Line and column of a place in a query, both from 1; a column is a UTF-16 character.</summary>
public readonly record struct SourcePosition(int Line, int Column)
{
    /// <summary><c>line:column</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Line}:{Column}");
}
