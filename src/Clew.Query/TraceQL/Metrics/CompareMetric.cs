using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>
/// <c>compare({ … })</c>: divides the spans into those that fulfil a condition (and start within a time, if one is given), the selection, and the others, the
/// baseline, and counts in both how often each attribute has which value. What is frequent in one and rare in the other tells them apart.
/// </summary>
/// <param name="top">How many values of each attribute to tell of, the most frequent ones of each side.</param>
/// <param name="from">Nanoseconds since the Unix epoch; null for any time.</param>
/// <param name="to">Not included.</param>
public sealed class CompareMetric(Pipeline spans, SpansetFilter selection, int? top, long? from, long? to, SourceSpan span) : MetricsSource(spans, span)
{
    /// <summary>When the query does not say.</summary>
    public const int DefaultTop = 10;

    public SpansetFilter Selection { get; } = selection;

    public int Top { get; } = top ?? DefaultTop;

    public long? From { get; } = from;

    public long? To { get; } = to;

    public override IEnumerable<TraceQlNode> Children => [Spans, Selection];

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        check.Require(Top > 0, this, "compare() tells of at least one value of each attribute");
        check.Require(From is null || From < To, this, "the start of compare()'s time must lie before its end");
    }

    public override MetricsCollector Collect(StepGrid grid, MetricsLimits limits) => new CompareCollector(this, grid, limits);

    public override void Print(StringBuilder text)
    {
        Spans.Print(text);
        text.Append(" | compare(");
        Selection.Print(text);
        if (top is not null)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $", {top}");
        }

        if (From is not null)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $", {From}, {To}");
        }

        text.Append(')');
    }
}
