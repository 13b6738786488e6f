using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| json</c>, all properties, or only those of some paths: <c>| json code="response.status", ua="headers[\"User-Agent\"]"</c>.</summary>
public sealed class LogQlJson(SourceSpan span, IReadOnlyList<LabelExtraction> extractions) : LogQlStage(span)
{
    /// <summary>Empty for all.</summary>
    public IReadOnlyList<LabelExtraction> Extractions { get; } = extractions;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        LabelExtraction.Print(text.Append("| json"), Extractions);
    }
}
