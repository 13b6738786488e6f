using System.Text;

namespace Clew.Analysis.Paperwork;

/// <summary>
/// Foreign texts made fit for Markdown (CommonMark with GitHub's tables) and for Mermaid: they are shown as they are and format, link or run nothing, whatever stands in
/// them. Line ends and other control characters become spaces.
/// </summary>
public static class MarkdownText
{
    /// <summary>Characters of a text within a sentence; longer ones are cut with an ellipsis.</summary>
    public const int MaxInline = 600;

    /// <summary>Characters of a label in a diagram.</summary>
    public const int MaxLabel = 70;

    /// <summary>A text within a paragraph, a heading, a list item or a cell of a table.</summary>
    public static string Inline(string text)
    {
        var clean = Cut(OneLine(text), MaxInline);
        var escaped = new StringBuilder(clean.Length + 8);
        for (var i = 0; i < clean.Length; i++)
        {
            switch (clean[i])
            {
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    escaped.Append("&gt;");
                    break;
                case '@':
                    // Neither an address nor the name of somebody who is then notified.
                    escaped.Append("&#64;");
                    break;
                case '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '$':
                    escaped.Append('\\').Append(clean[i]);
                    break;
                case '#' or '+' or '-' or '=' or '!' when i == 0 || clean[i] == '!':
                    escaped.Append('\\').Append(clean[i]);
                    break;
                case ':' when i + 2 < clean.Length && clean[i + 1] == '/' && clean[i + 2] == '/':
                    // An address is read, not followed.
                    escaped.Append("&#58;");
                    break;
                case '.' or ')' when i > 0 && clean.AsSpan(0, i).IndexOfAnyExceptInRange('0', '9') < 0:
                    escaped.Append('\\').Append(clean[i]);
                    break;
                default:
                    escaped.Append(clean[i]);
                    break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>A name or id as code, within a paragraph or a cell. A bar would end the cell even in code, so it is written as a character of its own.</summary>
    public static string Code(string text)
    {
        return Ticked(Cut(OneLine(text), MaxInline).Replace('|', '¦'));
    }

    /// <summary>A command as code, in a paragraph or a list: as it is, so that it can be copied.</summary>
    public static string Command(string text) => Ticked(OneLine(text));

    private static string Ticked(string clean)
    {
        if (clean.Length == 0)
        {
            return "` `";
        }

        var ticks = new string('`', LongestRun(clean) + 1);
        var room = clean[0] == '`' || clean[^1] == '`' || clean.All(c => c == ' ') ? " " : "";
        return ticks + room + clean + room + ticks;
    }

    /// <summary>Lines as a block of code; the fence is longer than any within.</summary>
    /// <param name="language">For highlighting.</param>
    public static string Fence(string text, string language)
    {
        var fence = new string('`', Math.Max(3, LongestRun(text) + 1));
        var lines = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            lines.Append(c is '\n' || !char.IsControl(c) ? c : ' ');
        }

        return $"{fence}{language}\n{lines}\n{fence}";
    }

    /// <summary>A label of a Mermaid diagram: letters and digits of any script, and signs that no kind of diagram reads as its own.</summary>
    public static string Label(string text)
    {
        var label = new StringBuilder(text.Length);
        foreach (var c in OneLine(text))
        {
            label.Append(c is ':' or ';' or '#' or '%' or '<' or '>' or '"' or '`' or '{' or '}' or '[' or ']' or '(' or ')' or '|' or '&' or '\\' or '@' ? ' ' : c);
        }

        var words = string.Join(' ', label.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return words.Length == 0 ? "-" : Cut(words, MaxLabel);
    }

    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            // Marks that turn the direction of writing would show a text as another one.
            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F' ? '\uFFFD' : c);
        }

        return line.ToString().Trim();
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1)] + "…";

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
