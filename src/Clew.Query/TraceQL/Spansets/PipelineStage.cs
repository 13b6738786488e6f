using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>What stands between two bars: takes sets of spans of one trace and gives others.</summary>
public abstract class PipelineStage(SourceSpan span) : TraceQlNode(span)
{
    /// <param name="input">Sets of spans of one trace, none empty.</param>
    /// <returns>Sets of spans of the same trace, none empty.</returns>
    public abstract IEnumerable<Spanset> Apply(IEnumerable<Spanset> input);
}
