namespace Clew.Query.LogQL.Extraction;

/// <summary>Takes what a parser finds in a line. The spans live only as long as the call.</summary>
public interface ILogQlFieldSink
{
    /// <summary>A field, in the order of the line; the same name can come again.</summary>
    /// <param name="name">A valid label name.</param>
    /// <returns>False when nothing more of this line is wanted.</returns>
    bool Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value);

    /// <summary>What the line is from here on: <c>_entry</c> of a packed line.</summary>
    void ReplaceLine(ReadOnlySpan<char> line);
}
