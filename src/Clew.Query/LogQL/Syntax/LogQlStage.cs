using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary>One step of a pipeline, with the bar or filter sign it begins with. Lines go through the stages from left to right.</summary>
public abstract class LogQlStage(SourceSpan span) : LogQlNode(span);
