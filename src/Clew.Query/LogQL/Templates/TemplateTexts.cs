using System.Text;

namespace Clew.Query.LogQL.Templates;

/// <summary>Texts of templates the way Go sees them: places and lengths are bytes of UTF-8. What is cut in the middle of a character becomes U+FFFD.</summary>
internal static class TemplateTexts
{
    public static LogQlTemplateException TooLong() => new($"the template writes more than {LogQlTemplateLimits.OutputLength} characters");

    public static int Length(string text) => Ascii.IsValid(text) ? text.Length : Encoding.UTF8.GetByteCount(text);

    /// <summary>From a byte to a byte.</summary>
    /// <exception cref="LogQlTemplateException">The text does not have that many.</exception>
    public static string Slice(string function, string text, long start, long end)
    {
        var ascii = Ascii.IsValid(text);
        var bytes = ascii ? [] : Encoding.UTF8.GetBytes(text);
        var length = ascii ? text.Length : bytes.Length;
        if (start < 0 || end < start || end > length)
        {
            throw new LogQlTemplateException($"error calling {function}: slice bounds out of range [{start}:{end}] with length {length}");
        }

        return ascii ? text[(int)start..(int)end] : Encoding.UTF8.GetString(bytes.AsSpan((int)start, (int)(end - start)));
    }

    /// <summary>Refuses a text that would be too long, before it is built.</summary>
    public static void CheckLength(long length)
    {
        if (length > LogQlTemplateLimits.OutputLength)
        {
            throw TooLong();
        }
    }

    public static string Repeat(string text, long count)
    {
        CheckLength(count > LogQlTemplateLimits.OutputLength ? count : count * text.Length);
        return count <= 0 ? string.Empty : new StringBuilder(text.Length * (int)count).Insert(0, text, (int)count).ToString();
    }

    /// <summary>Replaces as often as asked, all when negative. An empty old text stands before every character and at the end, as in Go.</summary>
    public static string Replace(string text, string old, string replacement, long count)
    {
        if (count == 0 || old == replacement)
        {
            return text;
        }

        var output = new StringBuilder();
        var at = 0;
        for (long done = 0; count < 0 || done < count; done++)
        {
            var next = old.Length > 0 ? text.IndexOf(old, at, StringComparison.Ordinal)
                : done == 0 ? 0
                : at >= text.Length ? -1
                : at + (char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1);
            if (next < 0)
            {
                break;
            }

            output.Append(text, at, next - at).Append(replacement);
            CheckLength(output.Length);
            at = next + old.Length;
        }

        return output.Append(text, at, text.Length - at).ToString();
    }
}
