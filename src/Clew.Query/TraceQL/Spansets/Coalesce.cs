using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>coalesce()</c>: makes one set of a trace's sets again.</summary>
public sealed class Coalesce(SourceSpan span) : PipelineStage(span)
{
    public override IEnumerable<TraceQlNode> Children => [];

    public override IEnumerable<Spanset> Apply(IEnumerable<Spanset> input)
    {
        var sets = input.ToArray();
        return sets.Length == 0 ? [] : [new Spanset(sets[0].Trace, [.. sets.SelectMany(set => set.Spans).Distinct().Order()], [])];
    }

    public override void Print(StringBuilder text) => text.Append("coalesce()");
}
