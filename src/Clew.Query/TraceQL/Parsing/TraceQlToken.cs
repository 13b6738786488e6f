using Clew.Query.Language;

namespace Clew.Query.TraceQL;

internal enum TraceQlTokenKind
{
    End,

    /// <summary>A sign: brackets, a comma, an operator.</summary>
    Sign,

    /// <summary>A word: a function, an intrinsic, a literal such as true or error.</summary>
    Word,

    /// <summary>A word, a colon, a word: an intrinsic with its scope.</summary>
    ScopedWord,

    /// <summary>An attribute with its scope.</summary>
    Attribute,

    /// <summary><c>parent.</c> before an intrinsic.</summary>
    ParentMark,
    Literal,
}

/// <param name="Text">As it stands in the query; of an attribute its name.</param>
/// <param name="Value">Of a literal.</param>
internal readonly record struct TraceQlToken(
    TraceQlTokenKind Kind, SourceSpan Span, string Text, TraceValue Value = default, AttributeScope Scope = AttributeScope.Any, bool OfParent = false)
{
    public bool Is(string sign) => Kind == TraceQlTokenKind.Sign && Text == sign;

    public bool IsWord(string word) => Kind == TraceQlTokenKind.Word && Text == word;
}
