namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// A parser of lines: <c>json</c>, <c>logfmt</c>, <c>pattern</c>, <c>regexp</c>, <c>unpack</c>. It allocates nothing for a line unless text has to be
/// built that is not in it. One thread at a time: it has buffers.
/// </summary>
public abstract class LogQlExtractor
{
    /// <summary>Hands the fields of a line to the sink. What was found before an error stays.</summary>
    public abstract LogQlExtraction Extract(ReadOnlySpan<char> line, ILogQlFieldSink sink);
}
