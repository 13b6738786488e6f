using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| unpack</c>: the labels and the line that a sender packed into a JSON object.</summary>
public sealed class LogQlUnpack(SourceSpan span) : LogQlStage(span)
{
    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| unpack");
    }

    internal override LineStep Begin(TimeProvider clock) => new ExtractionStep(new UnpackExtractor());
}
