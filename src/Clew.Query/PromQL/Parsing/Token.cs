using Clew.Query.Language;

namespace Clew.Query.PromQL.Parsing;

internal enum TokenKind
{
    End,
    Identifier,
    Number,
    Duration,
    String,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Comma,
    Colon,
    At,

    /// <summary><c>=</c>.</summary>
    Assign,

    /// <summary><c>=~</c>.</summary>
    MatchRegex,

    /// <summary><c>!~</c>.</summary>
    MatchNotRegex,

    /// <summary>An operator that is not a word; <c>!=</c> too.</summary>
    Operator,
}

/// <summary>A piece of a query.</summary>
/// <param name="Text">As it is written; of a string, what it says.</param>
internal readonly record struct Token(TokenKind Kind, string Text, SourceSpan Span)
{
    public bool IsWord(string word) => Kind == TokenKind.Identifier && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsOperator(string text) => Kind == TokenKind.Operator && Text == text;

    /// <summary>The piece as an error message shows it.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "end of input",
        TokenKind.String => $"string {QuotedText.Quote(Text)}",
        TokenKind.Number => $"number \"{Text}\"",
        TokenKind.Duration => $"duration \"{Text}\"",
        TokenKind.Identifier => $"identifier \"{Text}\"",
        _ => $"\"{Text}\"",
    };
}
