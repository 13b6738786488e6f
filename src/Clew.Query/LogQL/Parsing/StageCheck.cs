using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Syntax;
using Clew.Query.LogQL.Templates;

namespace Clew.Query.LogQL.Parsing;

/// <summary>Refuses patterns, paths and templates that are none, with their place in the query.</summary>
internal static class StageCheck
{
    public static void LineFilter(LogQlTokenReader tokens, LineFilterKind kind, LogQlToken text)
    {
        var problem = string.Empty;
        var holds = kind switch
        {
            LineFilterKind.Regex or LineFilterKind.NotRegex => Re2Pattern.TryParse(text.Text, whole: false, out _, out problem),
            LineFilterKind.Pattern or LineFilterKind.NotPattern => LogQlLinePattern.TryParse(text.Text, out _, out problem),
            _ => true,
        };
        if (!holds)
        {
            throw tokens.Error($"{(kind is LineFilterKind.Regex or LineFilterKind.NotRegex ? "error parsing regexp" : "invalid pattern")}: {problem}", text.Span);
        }
    }

    public static void Json(LogQlTokenReader tokens, IReadOnlyList<LabelExtraction> paths, SourceSpan span)
    {
        if (paths.Count > 0 && !JsonExpressionExtractor.TryCreate(LabelExtraction.Fields(paths), out _, out var problem))
        {
            throw tokens.Error(problem, span);
        }
    }

    public static void Logfmt(LogQlTokenReader tokens, IReadOnlyList<LabelExtraction> keys, bool isStrict, SourceSpan span)
    {
        if (keys.Count > 0 && !LogfmtExpressionExtractor.TryCreate(LabelExtraction.Fields(keys), isStrict, out _, out var problem))
        {
            throw tokens.Error(problem, span);
        }
    }

    public static void Pattern(LogQlTokenReader tokens, LogQlToken text)
    {
        if (!PatternExtractor.TryCreate(text.Text, out _, out var problem))
        {
            throw tokens.Error($"invalid pattern: {problem}", text.Span);
        }
    }

    public static void Regexp(LogQlTokenReader tokens, LogQlToken text)
    {
        if (!RegexpExtractor.TryCreate(text.Text, out _, out var problem))
        {
            throw tokens.Error($"invalid regexp: {problem}", text.Span);
        }
    }

    public static void Template(LogQlTokenReader tokens, LogQlToken text)
    {
        try
        {
            LogQlTemplate.Parse(text.Text);
        }
        catch (LogQlTemplateSyntaxException error)
        {
            throw tokens.Error($"invalid template: {error.Problem}", PlaceWithin(tokens.Query, text, error.Position));
        }
    }

    /// <summary>Where in the query a place of the text is; the whole text when escapes make the two count differently.</summary>
    private static SourceSpan PlaceWithin(string query, LogQlToken text, int position)
    {
        var quoted = query.AsSpan(text.Span.Start + 1, Math.Max(0, text.Span.Length - 2));
        var start = text.Span.Start + 1 + Math.Clamp(position, 0, text.Text.Length);
        return quoted.SequenceEqual(text.Text) ? new SourceSpan(start, Math.Min(start + 1, text.Span.End)) : text.Span;
    }
}
