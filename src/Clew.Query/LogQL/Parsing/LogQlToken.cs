using System.Collections.Frozen;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Parsing;

internal enum LogQlTokenKind
{
    End,
    Identifier,
    Number,

    /// <summary>A number with a unit of time.</summary>
    Duration,

    /// <summary>A number with a unit of size.</summary>
    Bytes,
    String,

    /// <summary><c>--strict</c>.</summary>
    Flag,

    /// <summary>Signs and brackets.</summary>
    Sign,
}

/// <summary>A piece of a query.</summary>
/// <param name="Text">As it is written; of a string, what it says.</param>
internal readonly record struct LogQlToken(LogQlTokenKind Kind, string Text, SourceSpan Span)
{
    /// <summary>Words that errors call by their own name and not IDENTIFIER.</summary>
    private static readonly FrozenSet<string> Keywords = FrozenSet.ToFrozenSet(
        [
            "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "json", "logfmt", "pattern", "regexp", "unpack", "line_format",
            "label_format", "decolorize", "drop", "keep", "unwrap", "ip", "label_replace", "vector",
        ],
        StringComparer.Ordinal);

    public bool IsWord(string word) => Kind == LogQlTokenKind.Identifier && Text == word;

    public bool IsSign(string sign) => Kind == LogQlTokenKind.Sign && Text == sign;

    /// <summary>The piece as an error message names it.</summary>
    public string Shown => Kind switch
    {
        LogQlTokenKind.End => "$end",
        LogQlTokenKind.Identifier => Keywords.Contains(Text) ? Text.ToUpperInvariant() : "IDENTIFIER",
        LogQlTokenKind.Number => "NUMBER",
        LogQlTokenKind.Duration => "DURATION",
        LogQlTokenKind.Bytes => "BYTES",
        LogQlTokenKind.String => "STRING",
        LogQlTokenKind.Flag => "FUNCTION_FLAG",
        _ => Text,
    };
}
