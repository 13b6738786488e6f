using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Pipeline;

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

    internal override LineStep Begin(TimeProvider clock) => Extractions.Count == 0
        ? new ExtractionStep(new JsonExtractor())
        : new ExtractionStep(JsonExpressionExtractor.TryCreate(LabelExtraction.Fields(Extractions), out var extractor, out var problem) ? extractor : throw new InvalidOperationException(problem));
}
