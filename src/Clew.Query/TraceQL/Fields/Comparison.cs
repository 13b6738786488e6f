using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>
/// <c>=</c> <c>!=</c> <c>&lt;</c> <c>&lt;=</c> <c>&gt;</c> <c>&gt;=</c> <c>=~</c> <c>!~</c>. Values of different types are neither equal nor unequal: the comparison is false, and so it is
/// with an attribute that is not there, except against <c>nil</c>. Of several events or links one that fulfils it is enough. Of an array one element is, except with <c>!=</c> and <c>!~</c>: then
/// no element may equal or match, and one at least must be of a type that could. Numbers and durations compare with each other, durations in nanoseconds. Regular expressions are RE2's
/// and match the whole text. Ids (<c>trace:id</c>, <c>span:id</c> and their like) equal a text with or without leading zeros, in letters of either case.
/// </summary>
public sealed class Comparison(ComparisonSign sign, FieldExpression left, FieldExpression right, SourceSpan span) : FieldExpression(span)
{
    private Re2Pattern? _pattern;
    private TraceValue? _identity;

    public ComparisonSign Sign { get; } = sign;

    public FieldExpression Left { get; } = left;

    public FieldExpression Right { get; } = right;

    public override IEnumerable<TraceQlNode> Children => [Left, Right];

    public override TraceValueType? Type => TraceValueType.Bool;

    public override int Precedence => FieldPrecedence.Comparison;

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        _identity = Sign is ComparisonSign.Equal or ComparisonSign.NotEqual ? Identity(Left, Right) ?? Identity(Right, Left) : null;
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
            return TraceValue.Of(Any(left, this, static (value, me) => me.Matches(value)));
        }

        var right = Right.Evaluate(span);
        if (_identity is { } identity)
        {
            (left, right) = Left is Constant ? (identity, right) : (left, identity);
        }

        if (Left is Constant { Value.IsNil: true } || Right is Constant { Value.IsNil: true })
        {
            return TraceValue.Of((left.IsNil && right.IsNil) == (Sign == ComparisonSign.Equal));
        }

        return TraceValue.Of(Any(left, (Right: right, Sign), static (one, to) => Any(to.Right, (One: one, to.Sign), static (other, with) => HoldsOfElements(with.Sign, with.One, other))));
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

    /// <summary>The id as it is stored that a text stands for; null where no id is compared with a text, and for what is none.</summary>
    internal static TraceValue? Identity(FieldExpression tested, FieldExpression compared) =>
        tested is IntrinsicReference { Intrinsic.IdentityDigits: > 0 and var digits } && compared is Constant { Value: { Type: TraceValueType.String, Text: var text } }
            && text.Length > 0 && text.Length <= digits && text.All(char.IsAsciiHexDigit)
            ? TraceValue.Of(text.ToLowerInvariant().PadLeft(digits, '0'))
            : null;

    private bool Matches(TraceValue value) => value.Type switch
    {
        TraceValueType.String => _pattern!.IsMatch(value.Text) == (Sign == ComparisonSign.Matches),
        TraceValueType.Array when Sign == ComparisonSign.Matches => value.Items.Any(Matches),
        TraceValueType.Array => value.Items.Any(item => item.Type == TraceValueType.String) && value.Items.All(item => item.Type != TraceValueType.String || Matches(item)),
        _ => false,
    };

    private static bool HoldsOfElements(ComparisonSign sign, TraceValue left, TraceValue right)
    {
        if (left.Type != TraceValueType.Array && right.Type != TraceValueType.Array)
        {
            return Holds(sign, left, right);
        }

        // Whichever side is the array, the other one may be, too.
        var pairs = from one in Elements(left) from other in Elements(right) where AreComparable(one, other) select (one, other);
        return sign == ComparisonSign.NotEqual
            ? pairs.Any() && pairs.All(pair => Holds(sign, pair.one, pair.other))
            : pairs.Any(pair => Holds(sign, pair.one, pair.other));
    }

    private static IReadOnlyList<TraceValue> Elements(TraceValue value) => value.Type == TraceValueType.Array ? value.Items : [value];

    private static bool AreComparable(TraceValue left, TraceValue right) => (left.Type.IsNumber() && right.Type.IsNumber()) || left.Type == right.Type;

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
