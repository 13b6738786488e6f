using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>with(sample=true, most_recent=true, exemplars=10)</c>: wishes about how to answer. Those nobody knows are ignored.</summary>
public sealed class Hints(IReadOnlyList<KeyValuePair<string, TraceValue>> values, SourceSpan span) : TraceQlNode(span)
{
    public static readonly Hints None = new([], default);

    public IReadOnlyList<KeyValuePair<string, TraceValue>> Values { get; } = values;

    public override IEnumerable<TraceQlNode> Children => [];

    /// <summary>Nil when it is not among them.</summary>
    public TraceValue this[string name] => Values.LastOrDefault(hint => hint.Key == name).Value;

    /// <summary>How many exemplars are wished for: none, a number, or as many as there may be.</summary>
    /// <param name="most">As many as there may be.</param>
    public int? Exemplars(int most) => this["exemplars"] switch
    {
        { Type: TraceValueType.Bool } wish => wish.IsTrue ? most : 0,
        { Type: TraceValueType.Int } wish => (int)Math.Clamp(wish.Whole, 0, most),
        _ => null,
    };

    public override void Print(StringBuilder text)
    {
        if (Values.Count > 0)
        {
            text.Append(" with(").AppendJoin(", ", Values.Select(hint => $"{hint.Key}={hint.Value}")).Append(')');
        }
    }
}
