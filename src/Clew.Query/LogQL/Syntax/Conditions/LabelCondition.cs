using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary>A condition on the labels of one line.</summary>
public abstract class LabelCondition(SourceSpan span) : LogQlNode(span);
