using System.Text;

namespace Clew.Query.Language;

/// <summary>
/// A query that is not one: its text does not follow the grammar, or its parts do not fit together. The policy: tell the asker; the message and the
/// drawing are fit for that.
/// </summary>
public sealed class QuerySyntaxException : Exception
{
    public QuerySyntaxException(string query, SourceSpan span, string problem)
        : base($"{span.PositionIn(query)}: parse error: {problem}")
    {
        ArgumentNullException.ThrowIfNull(query);
        Query = query;
        Span = span;
        Problem = problem;
    }

    public string Query { get; }

    public SourceSpan Span { get; }

    /// <summary>What is wrong, without the position.</summary>
    public string Problem { get; }

    public SourcePosition Position => Span.PositionIn(Query);

    /// <summary>The line of the query that is wrong, with carets under the place, and the message below.</summary>
    public string Draw()
    {
        var position = Position;
        var lineStart = Math.Clamp(Span.Start, 0, Query.Length) - (position.Column - 1);
        var lineEnd = Query.IndexOf('\n', lineStart);
        var line = Query[lineStart..(lineEnd < 0 ? Query.Length : lineEnd)].TrimEnd('\r');
        var text = new StringBuilder(line).Append('\n');
        for (var column = 0; column < position.Column - 1 && column < line.Length; column++)
        {
            text.Append(line[column] == '\t' ? '\t' : ' ');
        }

        return text.Append('^', Math.Clamp(Span.Length, 1, Math.Max(1, line.Length - position.Column + 1))).Append('\n').Append(Message).ToString();
    }
}
