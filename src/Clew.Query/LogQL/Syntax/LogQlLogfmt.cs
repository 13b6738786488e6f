using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| logfmt --strict --keep-empty</c>, all keys, or only some: <c>| logfmt host, ip="fwd"</c>.</summary>
public sealed class LogQlLogfmt(SourceSpan span, bool isStrict, bool keepsEmpty, IReadOnlyList<LabelExtraction> extractions) : LogQlStage(span)
{
    /// <summary>Whether a malformed line is an error; otherwise what is wrong in it is skipped.</summary>
    public bool IsStrict { get; } = isStrict;

    /// <summary>Whether keys without a value become labels with the empty value.</summary>
    public bool KeepsEmpty { get; } = keepsEmpty;

    /// <summary>Empty for all.</summary>
    public IReadOnlyList<LabelExtraction> Extractions { get; } = extractions;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| logfmt").Append(IsStrict ? " --strict" : string.Empty).Append(KeepsEmpty ? " --keep-empty" : string.Empty);
        LabelExtraction.Print(text, Extractions);
    }

    internal override LineStep Begin(TimeProvider clock) => Extractions.Count == 0
        ? new ExtractionStep(new LogfmtExtractor(IsStrict, KeepsEmpty))
        : new ExtractionStep(LogfmtExpressionExtractor.TryCreate(LabelExtraction.Fields(Extractions), IsStrict, out var extractor, out var problem) ? extractor : throw new InvalidOperationException(problem));
}
