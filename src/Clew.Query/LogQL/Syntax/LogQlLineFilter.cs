using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary>How a line filter looks at lines.</summary>
public enum LineFilterKind
{
    /// <summary><c>|=</c>: the line holds a text.</summary>
    Contains,

    /// <summary><c>!=</c>.</summary>
    NotContains,

    /// <summary><c>|~</c>: some stretch of the line matches a regular expression; a dot matches line ends too.</summary>
    Regex,

    /// <summary><c>!~</c>.</summary>
    NotRegex,

    /// <summary><c>|&gt;</c>: the line matches a pattern of literals and <c>&lt;_&gt;</c>.</summary>
    Pattern,

    /// <summary><c>!&gt;</c>.</summary>
    NotPattern,
}

/// <summary>How line filters are written.</summary>
public static class LineFilterKinds
{
    public static string Text(this LineFilterKind kind) => kind switch
    {
        LineFilterKind.Contains => "|=",
        LineFilterKind.NotContains => "!=",
        LineFilterKind.Regex => "|~",
        LineFilterKind.NotRegex => "!~",
        LineFilterKind.Pattern => "|>",
        _ => "!>",
    };

    /// <summary>Whether it keeps the lines for which none of its alternatives holds.</summary>
    public static bool IsNegative(this LineFilterKind kind) => kind is LineFilterKind.NotContains or LineFilterKind.NotRegex or LineFilterKind.NotPattern;
}

/// <summary>What a line filter looks for.</summary>
/// <param name="Text">The text, the regular expression, the pattern, or the address.</param>
/// <param name="IsAddress">Whether it is <c>ip("…")</c>: an address, a range of addresses or a network, anywhere in the line.</param>
public readonly record struct LineFilterTerm(string Text, bool IsAddress = false)
{
    public void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _ = IsAddress ? text.Append("ip(").Append(QuotedText.Quote(Text)).Append(')') : text.Append(QuotedText.Quote(Text));
    }
}

/// <summary><c>|= "error" or "fatal"</c>: keeps the lines for which any term holds, or none with a negative sign.</summary>
/// <param name="terms">At least one.</param>
public sealed class LogQlLineFilter(SourceSpan span, LineFilterKind kind, IReadOnlyList<LineFilterTerm> terms) : LogQlStage(span)
{
    public LineFilterKind Kind { get; } = kind;

    public IReadOnlyList<LineFilterTerm> Terms { get; } = terms;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append(Kind.Text()).Append(' ');
        for (var i = 0; i < Terms.Count; i++)
        {
            Terms[i].Print(i > 0 ? text.Append(" or ") : text);
        }
    }

    internal override LineStep Begin(TimeProvider clock) => new LineFilterStep(this);
}
