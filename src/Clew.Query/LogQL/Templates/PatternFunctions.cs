using System.Text;
using System.Text.RegularExpressions;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Templates;

/// <summary>Functions of regular expressions.</summary>
internal static class PatternFunctions
{
    private const TemplateParameter Text = TemplateParameter.Text;

    public static IReadOnlyList<TemplateFunction> All { get; } =
    [
        TemplateFunctions.Of("count", [Text, Text], (run, a) => TemplateValue.Of((long)Matches(run, run.Pattern("count", a[0].Text), a[1].Text).Count())),
        TemplateFunctions.Of("regexReplaceAll", [Text, Text, Text], (run, a) => Replace(run, "regexReplaceAll", a, expands: true)),
        TemplateFunctions.Of("regexReplaceAllLiteral", [Text, Text, Text], (run, a) => Replace(run, "regexReplaceAllLiteral", a, expands: false)),
    ];

    private static TemplateValue Replace(TemplateRun run, string name, ReadOnlySpan<TemplateValue> arguments, bool expands)
    {
        var pattern = run.Pattern(name, arguments[0].Text);
        var (source, replacement) = (arguments[1].Text, arguments[2].Text);
        var output = new StringBuilder();
        var at = 0;
        foreach (var match in Matches(run, pattern, source))
        {
            output.Append(source, at, match.Index - at).Append(expands ? pattern.Expand(replacement, match) : replacement);
            TemplateTexts.CheckLength(output.Length);
            at = match.Index + match.Length;
        }

        return TemplateValue.Of(output.Append(source, at, source.Length - at).ToString());
    }

    /// <summary>Matches as Go finds them: an empty one that touches the one before it is none.</summary>
    private static IEnumerable<Match> Matches(TemplateRun run, Re2Pattern pattern, string source)
    {
        var end = -1;
        foreach (Match match in pattern.Matches(source))
        {
            run.Step();
            if (match.Length > 0 || match.Index != end)
            {
                yield return match;
            }

            end = match.Index + match.Length;
        }
    }
}
