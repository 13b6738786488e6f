using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>by(…)</c>: splits each set into one per value, in the order in which the values first occur. Spans without a value are a group of their own, nil.</summary>
public sealed class GroupBy(IReadOnlyList<FieldExpression> keys, SourceSpan span) : PipelineStage(span)
{
    public IReadOnlyList<FieldExpression> Keys { get; } = keys;

    public override IEnumerable<TraceQlNode> Children => Keys;

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        foreach (var key in Keys)
        {
            check.Require(key.RefersToSpan, key, $"by() groups by something of the span, and {key} is the same for all");
        }
    }

    public override IEnumerable<Spanset> Apply(IEnumerable<Spanset> input)
    {
        foreach (var set in input)
        {
            foreach (var group in set.Spans.GroupBy(index => new GroupKey([.. Keys.Select(key => key.Evaluate(set.Trace[index]))])))
            {
                var named = set with { Spans = [.. group] };
                for (var i = 0; i < Keys.Count; i++)
                {
                    named = named.With($"by({Keys[i]})", group.Key.Values[i]);
                }

                yield return named;
            }
        }
    }

    public override void Print(StringBuilder text)
    {
        text.Append("by(");
        PrintList(text, Keys);
        text.Append(')');
    }
}

/// <summary>Values that are equal when all of them are.</summary>
internal readonly struct GroupKey(TraceValue[] values) : IEquatable<GroupKey>
{
    public TraceValue[] Values { get; } = values;

    public bool Equals(GroupKey other) => Values.AsSpan().SequenceEqual(other.Values);

    public override bool Equals(object? obj) => obj is GroupKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in Values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
