using System.Text;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Syntax;

/// <summary>A label that <c>drop</c> or <c>keep</c> names: whatever its value is, or only where its value matches.</summary>
public readonly record struct LabelChoice(string Label, LabelMatcher? Matcher)
{
    internal static void Print(StringBuilder text, IReadOnlyList<LabelChoice> choices)
    {
        for (var i = 0; i < choices.Count; i++)
        {
            text.Append(i > 0 ? ", " : string.Empty);
            if (choices[i].Matcher is { } matcher)
            {
                matcher.Print(text);
            }
            else
            {
                text.Append(choices[i].Label);
            }
        }
    }
}
