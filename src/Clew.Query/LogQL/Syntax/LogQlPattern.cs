using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| pattern "&lt;ip&gt; - &lt;_&gt; \"&lt;method&gt; &lt;path&gt;\""</c>.</summary>
public sealed class LogQlPattern(SourceSpan span, string pattern) : LogQlStage(span)
{
    public string Pattern { get; } = pattern;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| pattern ").Append(QuotedText.Quote(Pattern));
    }

    internal override LineStep Begin(TimeProvider clock) => new ExtractionStep(PatternExtractor.TryCreate(Pattern, out var extractor, out var problem) ? extractor : throw new InvalidOperationException(problem));
}
