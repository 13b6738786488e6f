using System.Text;
using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>{app="shop"} |= "error" | json</c>: which streams, and what becomes of their lines.</summary>
/// <param name="matchers">Conditions on the labels of streams, at least one; one of them at least does not match the empty value.</param>
public sealed class LogQlLogExpression(SourceSpan span, IReadOnlyList<LabelMatcher> matchers, IReadOnlyList<LogQlStage> stages) : LogQlNode(span)
{
    public IReadOnlyList<LabelMatcher> Matchers { get; } = matchers;

    public IReadOnlyList<LogQlStage> Stages { get; } = stages;

    /// <summary>
    /// The line filters that stand before anything that changes lines. A store may use them to leave lines out before they are read: all of them hold for
    /// every line that the pipeline lets through.
    /// </summary>
    public IReadOnlyList<LogQlLineFilter> LeadingLineFilters() =>
        [.. Stages.TakeWhile(stage => stage is not (LogQlLineFormat or LogQlDecolorize or LogQlUnpack)).OfType<LogQlLineFilter>()];

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append('{');
        for (var i = 0; i < Matchers.Count; i++)
        {
            Matchers[i].Print(i > 0 ? text.Append(", ") : text);
        }

        text.Append('}');
        PrintStages(text, Stages);
    }

    internal static void PrintStages(StringBuilder text, IReadOnlyList<LogQlStage> stages)
    {
        foreach (var stage in stages)
        {
            stage.Print(text.Append(' '));
        }
    }
}
