using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>
/// <c>=</c> <c>!=</c> <c>&lt;</c> <c>&lt;=</c> <c>&gt;</c> <c>&gt;=</c> <c>=~</c> <c>!~</c>. Values of different types are neither equal nor unequal: the comparison is false, and so it is
/// with an attribute that is not there, except against <c>nil</c>. Of several values one that fulfils it is enough. Numbers and durations compare with each
/// other, durations in nanoseconds. Regular expressions are RE2's and match the whole text.
/// </summary>
public sealed class Comparison(ComparisonSign sign, FieldExpression left, FieldExpression right, SourceSpan span) : FieldExpression(span)
{
    private Re2Pattern? _pattern;

    public ComparisonSign Sign { get; } = sign;

    public FieldExpression Left { get; } = left;

    public FieldExpression Right { get; } = right;

    public override IEnumerable<TraceQlNode> Children => [Left, Right];

    public override TraceValueType? Type => TraceValueType.Bool;

    public override int Precedence => FieldPrecedence.Comparison;

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        if (Sign.IsPattern())
        {
            check.Require(Left.MayBeText, this, $"{Sign.Text()} compares texts, and {Left} is of type {Left.TypeWord}");
            check.Require(Right is Constant { Value.Type: TraceValueType.String }, Right, $"{Sign.Text()} needs a regular expression in quotes on its right");
            var isPattern = Re2Pattern.TryParse(((Constant)Right).Value.Text, whole: true, out _pattern, out var problem);
            check.Require(isPattern, Right, $"{Right} is no regular expression: {problem}");
            return;
        }

        var fits = Left.Type == Right.Type || Left.Type == TraceValueType.Nil || Right.Type == TraceValueType.Nil || (Left.MayBeNumber && Right.MayBeNumber)
            || (Left.Type is null && !Left.IsNumber) || (Right.Type is null && !Right.IsNumber);
        check.Require(fits, this, $"{Left} is of type {Left.TypeWord} and cannot be compared with {Right} of type {Right.TypeWord}");

        if (Sign.IsOrder())
        {
            foreach (var side in new[] { Left, Right })
            {
                check.Require(side.MayBeNumber || side.MayBeText, this, $"{Sign.Text()} compares numbers, durations and texts, and {side} is of type {side.TypeWord}");
            }
        }
    }

    public override TraceValue Evaluate(TraceSpan span)
    {
        var left = Left.Evaluate(span);
        if (_pattern is not null)
        {
            return TraceValue.Of(Any(left, this, static (value, me) => value.Type == TraceValueType.String && me._pattern!.IsMatch(value.Text) == (me.Sign == ComparisonSign.Matches)));
        }

        var right = Right.Evaluate(span);
        if (Left is Constant { Value.IsNil: true } || Right is Constant { Value.IsNil: true })
        {
            return TraceValue.Of((left.IsNil && right.IsNil) == (Sign == ComparisonSign.Equal));
        }

        return TraceValue.Of(Any(left, (Right: right, Sign), static (one, to) => Any(to.Right, (One: one, to.Sign), static (other, with) => Holds(with.Sign, with.One, other))));
    }

    public override void Print(StringBuilder text)
    {
        PrintWithin(text, Left, FieldPrecedence.Sum);
        text.Append(' ').Append(Sign.Text()).Append(' ');
        PrintWithin(text, Right, FieldPrecedence.Sum);
    }

    /// <summary>Compares two single values; false unless their types fit.</summary>
    public static bool Holds(ComparisonSign sign, TraceValue left, TraceValue right)
    {
        if (left.Type.IsNumber() && right.Type.IsNumber())
        {
            return left.Type == TraceValueType.Float || right.Type == TraceValueType.Float
                ? sign.Of(left.Number, right.Number)
                : sign.Of(left.Whole.CompareTo(right.Whole));
        }

        return left.Type == right.Type && left.Type switch
        {
            TraceValueType.String => sign.Of(string.CompareOrdinal(left.Text, right.Text)),
            TraceValueType.Bool or TraceValueType.Status or TraceValueType.Kind => !sign.IsOrder() && sign.Of(left.Whole.CompareTo(right.Whole)),
            _ => false,
        };
    }

    private static bool Any<TState>(TraceValue value, TState state, Func<TraceValue, TState, bool> holds)
    {
        if (value.Type != TraceValueType.Many)
        {
            return holds(value, state);
        }

        foreach (var item in value.Items)
        {
            if (holds(item, state))
            {
                return true;
            }
        }

        return false;
    }
}
