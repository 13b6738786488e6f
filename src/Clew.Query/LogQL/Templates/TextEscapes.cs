using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Clew.Query.LogQL.Templates;

/// <summary>Texts made safe for other texts, as Go's packages text/template and net/url do.</summary>
internal static class TextEscapes
{
    public static string Html(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\0' => output.Append('\uFFFD'),
                '"' => output.Append("&#34;"),
                '\'' => output.Append("&#39;"),
                '&' => output.Append("&amp;"),
                '<' => output.Append("&lt;"),
                '>' => output.Append("&gt;"),
                _ => output.Append(character),
            };
        }

        TemplateTexts.CheckLength(output.Length);
        return output.ToString();
    }

    public static string JavaScript(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\\' => output.Append(@"\\"),
                '\'' => output.Append(@"\'"),
                '"' => output.Append("\\\""),
                '<' or '>' or '&' or '=' or < ' ' => output.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
                _ => output.Append(character),
            };
        }

        TemplateTexts.CheckLength(output.Length);
        return output.ToString();
    }

    /// <summary>For the query of an address: a space is a plus sign.</summary>
    public static string Query(string text)
    {
        TemplateTexts.CheckLength(3L * text.Length);
        return Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
    }

    /// <summary>The reverse of <see cref="Query"/>; false when a percent sign has no two hexadecimal digits after it.</summary>
    public static bool TryUnquery(string text, [NotNullWhen(true)] out string? plain)
    {
        plain = null;
        var bytes = new List<byte>(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || !byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                {
                    return false;
                }

                bytes.Add(value);
                i += 2;
                continue;
            }

            if (text[i] == '+')
            {
                bytes.Add((byte)' ');
                continue;
            }

            var rune = Rune.TryGetRuneAt(text, i, out var whole) ? whole : Rune.ReplacementChar;
            bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
            i += rune.Utf16SequenceLength - 1;
        }

        plain = Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
        return true;
    }
}
