using System.Text;

namespace Clew.Query.LogQL.Templates;

/// <summary>Functions of texts: those of sprig that Loki has (masterminds.github.io/sprig/strings.html), and its own.</summary>
internal static class TextFunctions
{
    private const TemplateParameter Text = TemplateParameter.Text;
    private const TemplateParameter Integer = TemplateParameter.Integer;

    public static IReadOnlyList<TemplateFunction> All { get; } =
    [
        TemplateFunctions.Of("__line__", [], (run, _) => TemplateValue.Of(run.Line)),
        OfText("lower", text => text.ToLowerInvariant()),
        OfText("ToLower", text => text.ToLowerInvariant()),
        OfText("upper", text => text.ToUpperInvariant()),
        OfText("ToUpper", text => text.ToUpperInvariant()),
        OfText("title", Title),
        OfText("trim", text => text.Trim()),
        OfText("TrimSpace", text => text.Trim()),
        OfTexts("trimAll", (set, text) => Trim(text, set, left: true, right: true)),
        OfTexts("Trim", (text, set) => Trim(text, set, left: true, right: true)),
        OfTexts("TrimLeft", (text, set) => Trim(text, set, left: true, right: false)),
        OfTexts("TrimRight", (text, set) => Trim(text, set, left: false, right: true)),
        OfTexts("trimPrefix", (prefix, text) => WithoutPrefix(text, prefix)),
        OfTexts("TrimPrefix", WithoutPrefix),
        OfTexts("trimSuffix", (suffix, text) => WithoutSuffix(text, suffix)),
        OfTexts("TrimSuffix", WithoutSuffix),
        TemplateFunctions.Of("replace", [Text, Text, Text], (_, a) => TemplateValue.Of(TemplateTexts.Replace(a[2].Text, a[0].Text, a[1].Text, -1))),
        TemplateFunctions.Of("Replace", [Text, Text, Text, Integer], (_, a) => TemplateValue.Of(TemplateTexts.Replace(a[0].Text, a[1].Text, a[2].Text, a[3].Integer))),
        TemplateFunctions.Of("repeat", [Integer, Text], (_, a) => a[0].Integer >= 0
            ? TemplateValue.Of(TemplateTexts.Repeat(a[1].Text, a[0].Integer))
            : throw new LogQlTemplateException("error calling repeat: negative Repeat count")),
        TemplateFunctions.Of("substr", [Integer, Integer, Text], (_, a) => TemplateValue.Of(Substring(a[0].Integer, a[1].Integer, a[2].Text))),
        TemplateFunctions.Of("trunc", [Integer, Text], (_, a) => TemplateValue.Of(Truncate(a[0].Integer, a[1].Text))),
        TemplateFunctions.Of("indent", [Integer, Text], (_, a) => TemplateValue.Of(Indent(a[0].Integer, a[1].Text))),
        TemplateFunctions.Of("nindent", [Integer, Text], (_, a) => TemplateValue.Of("\n" + Indent(a[0].Integer, a[1].Text))),
        TemplateFunctions.Of("alignLeft", [Integer, Text], (_, a) => TemplateValue.Of(Align(a[0].Integer, a[1].Text, left: true))),
        TemplateFunctions.Of("alignRight", [Integer, Text], (_, a) => TemplateValue.Of(Align(a[0].Integer, a[1].Text, left: false))),
        TemplateFunctions.Of("contains", [Text, Text], (_, a) => TemplateValue.Of(a[1].Text.Contains(a[0].Text, StringComparison.Ordinal))),
        TemplateFunctions.Of("hasPrefix", [Text, Text], (_, a) => TemplateValue.Of(a[1].Text.StartsWith(a[0].Text, StringComparison.Ordinal))),
        TemplateFunctions.Of("hasSuffix", [Text, Text], (_, a) => TemplateValue.Of(a[1].Text.EndsWith(a[0].Text, StringComparison.Ordinal))),
        new("default", [TemplateParameter.Any], TemplateParameter.Any, 1, (_, a) => a.Length > 1 && (a[1].Kind == TemplateValueKind.Time || a[1].IsTrue) ? a[1] : a[0]),
        OfText("b64enc", text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text))),
        OfText("b64dec", Base64Decoded),
        OfText("urlencode", TextEscapes.Query),
        OfText("urldecode", text => TextEscapes.TryUnquery(text, out var plain) ? plain : throw new LogQlTemplateException("error calling urldecode: invalid URL escape")),
        TemplateFunctions.Of("fromJson", [Text], (run, a) => JsonValues.Read(run, a[0].Text)),
    ];

    private static TemplateFunction OfText(string name, Func<string, string> compute) =>
        TemplateFunctions.Of(name, [Text], (_, arguments) =>
        {
            var text = compute(arguments[0].Text);
            TemplateTexts.CheckLength(text.Length);
            return TemplateValue.Of(text);
        });

    private static TemplateFunction OfTexts(string name, Func<string, string, string> compute) =>
        TemplateFunctions.Of(name, [Text, Text], (_, arguments) => TemplateValue.Of(compute(arguments[0].Text, arguments[1].Text)));

    /// <summary>The first letter of each word in its title form; what is after a letter, digit, underscore or apostrophe begins no word.</summary>
    private static string Title(string text)
    {
        var output = new StringBuilder(text.Length);
        var previous = ' ';
        foreach (var character in text)
        {
            output.Append(char.IsLetterOrDigit(previous) || previous is '_' or '\'' ? character : char.ToUpperInvariant(character));
            previous = character;
        }

        return output.ToString();
    }

    private static string Trim(string text, string set, bool left, bool right)
    {
        var characters = set.EnumerateRunes().ToHashSet();
        var kept = text.AsSpan();
        while (left && Rune.DecodeFromUtf16(kept, out var first, out var length) == System.Buffers.OperationStatus.Done && characters.Contains(first))
        {
            kept = kept[length..];
        }

        while (right && Rune.DecodeLastFromUtf16(kept, out var last, out var length) == System.Buffers.OperationStatus.Done && characters.Contains(last))
        {
            kept = kept[..^length];
        }

        return kept.Length == text.Length ? text : kept.ToString();
    }

    private static string WithoutPrefix(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static string WithoutSuffix(string text, string suffix) => text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;

    private static string Substring(long start, long end, string text)
    {
        var length = TemplateTexts.Length(text);
        return start < 0 ? TemplateTexts.Slice("substr", text, 0, end)
            : end < 0 || end > length ? TemplateTexts.Slice("substr", text, start, length)
            : TemplateTexts.Slice("substr", text, start, end);
    }

    private static string Truncate(long count, string text)
    {
        var length = TemplateTexts.Length(text);
        return count < 0 && length + count > 0 ? TemplateTexts.Slice("trunc", text, length + count, length)
            : count >= 0 && length > count ? TemplateTexts.Slice("trunc", text, 0, count)
            : text;
    }

    private static string Indent(long spaces, string text)
    {
        if (spaces < 0)
        {
            throw new LogQlTemplateException("error calling indent: negative Repeat count");
        }

        var pad = TemplateTexts.Repeat(" ", spaces);
        var result = pad + TemplateTexts.Replace(text, "\n", "\n" + pad, -1);
        TemplateTexts.CheckLength(result.Length);
        return result;
    }

    /// <summary>Exactly that many characters of Unicode: cut, or filled with spaces. A negative count leaves the text as it is.</summary>
    private static string Align(long count, string text, bool left)
    {
        if (count < 0)
        {
            return text;
        }

        TemplateTexts.CheckLength(count);
        var runes = text.EnumerateRunes().Count();
        if (runes <= count)
        {
            var pad = new string(' ', (int)(count - runes));
            return left ? text + pad : pad + text;
        }

        var kept = left ? text.EnumerateRunes().Take((int)count) : text.EnumerateRunes().Skip((int)(runes - count));
        return string.Concat(kept);
    }

    private static string Base64Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes.AsSpan(0, length))
            : "illegal base64 data";
    }
}
