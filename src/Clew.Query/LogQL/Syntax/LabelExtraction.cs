using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary>A label to fill and where in the line its value is.</summary>
/// <param name="Expression">A path for <c>json</c>, a key for <c>logfmt</c>.</param>
public readonly record struct LabelExtraction(string Label, string Expression)
{
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
