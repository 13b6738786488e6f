namespace Clew.Query.LogQL.Extraction;

/// <summary>What a <c>json</c> or <c>logfmt</c> stage with parameters takes out: <c>label="expression"</c>.</summary>
public readonly record struct LogQlFieldExpression(string Label, string Expression);
