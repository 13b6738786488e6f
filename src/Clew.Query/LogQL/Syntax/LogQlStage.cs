using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary>One step of a pipeline, with the bar or filter sign it begins with. Lines go through the stages from left to right.</summary>
public abstract class LogQlStage : LogQlNode
{
    private protected LogQlStage(SourceSpan span)
        : base(span)
    {
    }

    /// <summary>The stage at work in one query.</summary>
    /// <param name="clock">What templates take the time of day from.</param>
    internal abstract LineStep Begin(TimeProvider clock);
}
