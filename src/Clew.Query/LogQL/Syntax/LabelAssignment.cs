namespace Clew.Query.LogQL.Syntax;

/// <summary>What one label becomes.</summary>
/// <param name="Value">The template, or the label that is renamed.</param>
public readonly record struct LabelAssignment(string Label, string Value, bool IsTemplate);
