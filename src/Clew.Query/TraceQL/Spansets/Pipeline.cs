using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>
/// Stages with bars between them: <c>{ … } | by(name) | count() &gt; 2</c>. In parentheses it is a set of spans like any other: all spans of the sets that
/// come out at its end.
/// </summary>
public sealed class Pipeline(IReadOnlyList<PipelineStage> stages, SourceSpan span) : SpansetExpression(span)
{
    public IReadOnlyList<PipelineStage> Stages { get; } = stages;

    public override IEnumerable<TraceQlNode> Children => Stages;

    /// <summary>Within anything else it needs parentheses.</summary>
    public override int Precedence => 0;

    public override IReadOnlyList<int> Select(Spanset input) => [.. Apply([input]).SelectMany(set => set.Spans).Distinct().Order()];

    public override IEnumerable<Spanset> Apply(IEnumerable<Spanset> input)
    {
        var sets = input;
        foreach (var stage in Stages)
        {
            sets = stage.Apply(sets);
        }

        return sets;
    }

    public override void Print(StringBuilder text)
    {
        for (var i = 0; i < Stages.Count; i++)
        {
            text.Append(i == 0 ? string.Empty : " | ");
            if (Stages[i] is Pipeline inner)
            {
                PrintWithin(text, inner, SpansetPrecedence.Or);
            }
            else
            {
                Stages[i].Print(text);
            }
        }
    }
}
