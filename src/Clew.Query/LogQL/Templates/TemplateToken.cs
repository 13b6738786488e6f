namespace Clew.Query.LogQL.Templates;

/// <summary>What a template's text consists of. <see cref="Text"/> is text outside of actions; all others stand in actions.</summary>
internal enum TemplateTokenKind
{
    Text,
    ActionStart,
    ActionEnd,
    Space,
    Identifier,
    Field,
    Variable,
    Dot,
    Number,
    Character,
    Quoted,
    Pipe,
    Open,
    Close,
    Declare,
    Assign,
    Comma,
    End,
}

/// <param name="Text">The token as it stands; for <see cref="TemplateTokenKind.Text"/> without the spaces that trim marks take away.</param>
internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Text, int Position);
