using System.Globalization;
using System.Text;

namespace Clew.Server.Sampling;

internal enum OttlTokenKind
{
    /// <summary>A path or a keyword: letters, digits, underscores and dots.</summary>
    Word,

    /// <summary>Without its quotes, escapes resolved.</summary>
    Text,
    Number,
    Sign,
    End,
}

/// <param name="Column">Counted from 1.</param>
internal readonly record struct OttlToken(OttlTokenKind Kind, string Text, int Column)
{
    /// <exception cref="FormatException">A sign that OTTL does not have, or a text without an end.</exception>
    public static List<OttlToken> Split(string text)
    {
        var tokens = new List<OttlToken>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
                continue;
            }

            var start = at;
            if (c == '"')
            {
                tokens.Add(new OttlToken(OttlTokenKind.Text, Quoted(text, ref at), start + 1));
            }
            else if (char.IsAsciiLetter(c))
            {
                at = EndOf(text, at, static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.');
                tokens.Add(new OttlToken(OttlTokenKind.Word, text[start..at], start + 1));
            }
            else if (char.IsAsciiDigit(c) || (c is '-' or '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && !EndsPath(tokens)))
            {
                at = EndOf(text, at + 1, static digit => char.IsAsciiDigit(digit) || digit is '.' or 'e' or 'E');
                var number = text[start..at];
                if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
                {
                    throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"column {start + 1}: '{number}' is not a number"));
                }

                tokens.Add(new OttlToken(OttlTokenKind.Number, number, start + 1));
            }
            else
            {
                var length = at + 1 < text.Length && text[at + 1] == '=' && c is '=' or '!' or '<' or '>' ? 2 : 1;
                var sign = text.Substring(at, Math.Min(length, text.Length - at));
                if (sign is not ("==" or "!=" or "<" or "<=" or ">" or ">=" or "(" or ")" or "[" or "]" or "," or "-"))
                {
                    throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"column {start + 1}: '{sign}' means nothing here"));
                }

                at += sign.Length;
                tokens.Add(new OttlToken(OttlTokenKind.Sign, sign, start + 1));
            }
        }

        tokens.Add(new OttlToken(OttlTokenKind.End, string.Empty, text.Length + 1));
        return tokens;
    }

    public FormatException Unexpected(string expected) => new(string.Create(
        CultureInfo.InvariantCulture, $"column {Column}: {(Kind == OttlTokenKind.End ? "the end" : $"'{Text}'")} where {expected} was expected"));

    private static bool EndsPath(List<OttlToken> tokens) => tokens.Count > 0 && tokens[^1] is { Kind: OttlTokenKind.Word };

    private static int EndOf(string text, int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
        {
            at++;
        }

        return at;
    }

    private static string Quoted(string text, ref int at)
    {
        var start = at++;
        var value = new StringBuilder();
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
                value.Append(text[at] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    var other and ('"' or '\\') => other,
                    _ => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"column {at + 1}: \\{text[at]} is no escape; a backslash is written \\\\")),
                });
            }
            else
            {
                value.Append(text[at]);
            }

            at++;
        }

        if (at >= text.Length)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"column {start + 1}: a text without a closing quote"));
        }

        at++;
        return value.ToString();
    }
}
