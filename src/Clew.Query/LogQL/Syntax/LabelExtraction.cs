using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;

namespace Clew.Query.LogQL.Syntax;

/// <summary>A label to fill and where in the line its value is.</summary>
/// <param name="Expression">A path for <c>json</c>, a key for <c>logfmt</c>.</param>
public readonly record struct LabelExtraction(string Label, string Expression)
{
    internal static IReadOnlyList<LogQlFieldExpression> Fields(IReadOnlyList<LabelExtraction> extractions) =>
        [.. extractions.Select(extraction => new LogQlFieldExpression(extraction.Label, extraction.Expression))];

    internal static void Print(StringBuilder text, IReadOnlyList<LabelExtraction> extractions)
    {
        for (var i = 0; i < extractions.Count; i++)
        {
            text.Append(i > 0 ? ", " : " ").Append(extractions[i].Label);
            if (extractions[i].Expression != extractions[i].Label)
            {
                text.Append('=').Append(QuotedText.Quote(extractions[i].Expression));
            }
        }
    }
}
