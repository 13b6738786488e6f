using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| regexp "(?P&lt;method&gt;\\w+)"</c>: its named groups become labels.</summary>
public sealed class LogQlRegexp(SourceSpan span, string pattern) : LogQlStage(span)
{
    public string Pattern { get; } = pattern;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| regexp ").Append(QuotedText.Quote(Pattern));
    }

    internal override LineStep Begin(TimeProvider clock) => new ExtractionStep(RegexpExtractor.TryCreate(Pattern, out var extractor, out var problem) ? extractor : throw new InvalidOperationException(problem));
}
