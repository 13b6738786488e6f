using Clew.Query.LogQL.Extraction;
using Clew.Query.PromQL.Data;

namespace Clew.Query.LogQL.Source;

/// <summary>A stream of log lines, named by its labels. The same object for the same stream through a whole answer: whoever reads resolves labels once.</summary>
public sealed class LogQlStream(LabelSet labels)
{
    public LabelSet Labels { get; } = labels;
}

/// <summary>Some entries of an answer, by row.</summary>
public abstract class LogPortion
{
    public abstract int Count { get; }

    public abstract LogQlStream StreamOf(int row);

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    public abstract long TimeOf(int row);

    /// <summary>The line in UTF-8. Valid as long as the portion is.</summary>
    public abstract ReadOnlySpan<byte> LineOf(int row);

    /// <summary>Gives the entry's structured metadata, names as labels have them, each once.</summary>
    public abstract void ReadMetadata(int row, ILogQlFieldSink sink);
}
