using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>What a store can test of an expression about a span: never false where the expression is true.</summary>
/// <param name="Where">Null when it narrows nothing.</param>
/// <param name="IsExact">It is true exactly where the expression is.</param>
internal sealed record Narrowing(Predicate? Where, bool IsExact)
{
    private static readonly Narrowing None = new(null, IsExact: false);
    private static readonly Narrowing Always = new(null, IsExact: true);
    private static readonly Narrowing Never = new(new AnyPredicate([]), IsExact: true);

    /// <summary>Whole numbers up to here are the same as a double, in which the store compares them.</summary>
    private const long LargestExact = 1L << 53;

    public static Narrowing Of(FieldExpression? condition) => condition switch
    {
        null => Always,
        Constant constant => constant.Value.IsTrue ? Always : Never,
        AttributeReference => StoreFields.Of(condition) is { } attribute ? new(OfElements(attribute, ComparisonOperator.Equal, Literal.Bool(true)), IsPlain(condition)) : None,
        Logical { IsAnd: true } and => All(Of(and.Left), Of(and.Right)),
        Logical or => Any(Of(or.Left), Of(or.Right)),
        Not { Operand: Comparison or Logical } not when Of(not.Operand) is { IsExact: true } inner && IsTwoValued(not.Operand) => inner.Where is null ? Never : new(new NotPredicate(inner.Where), IsExact: true),
        Comparison comparison => Of(comparison),
        _ => None,
    };

    /// <summary>Whether the expression is false wherever it is not true, so that turning it round is exact too.</summary>
    private static bool IsTwoValued(FieldExpression condition) => condition is Comparison or Constant or Logical;

    private static Narrowing All(Narrowing left, Narrowing right) => new(Predicate.AllOf(left.Where, right.Where), left.IsExact && right.IsExact);

    private static Narrowing Any(Narrowing left, Narrowing right)
    {
        if (left is { Where: null, IsExact: true } || right is { Where: null, IsExact: true })
        {
            return Always;
        }

        return left.Where is null || right.Where is null ? None : new(new AnyPredicate([left.Where, right.Where]), left.IsExact && right.IsExact);
    }

    private static Narrowing Of(Comparison comparison)
    {
        var (tested, sign, value) = (comparison.Left, comparison.Right) switch
        {
            (_, Constant constant) => (comparison.Left, comparison.Sign, constant.Value),
            (Constant constant, _) => (comparison.Right, Turned(comparison.Sign), constant.Value),
            _ => (comparison.Left, comparison.Sign, default),
        };
        if (tested is Constant || comparison.Left is not Constant && comparison.Right is not Constant)
        {
            return None;
        }

        if (tested is IntrinsicReference { OfParent: false, Intrinsic: var intrinsic } && intrinsic == Intrinsic.NestedSetParent)
        {
            return IsRoots(sign, value) ? new(Predicate.Equal(Field.Intrinsic(Intrinsics.ParentSpanId), Literal.String(default(SpanId).ToString())), IsExact: true) : None;
        }

        if (StoreFields.Of(tested) is not { } place)
        {
            return None;
        }

        if (value.IsNil)
        {
            // An attribute may be there without a value.
            return sign == ComparisonSign.NotEqual && place.Source != FieldSource.Intrinsic ? new(new ExistsPredicate(place), IsExact: false) : None;
        }

        if (sign is ComparisonSign.Equal or ComparisonSign.NotEqual && Comparison.Identity(tested, new Constant(value, default)) is { } identity)
        {
            value = identity;
        }

        return place.Source == FieldSource.Intrinsic ? OfIntrinsic(place, sign, value) : OfAttribute(tested, place, sign, value);
    }

    private static Narrowing OfAttribute(FieldExpression tested, Field place, ComparisonSign sign, TraceValue value)
    {
        if (StoreFields.IsService(tested) && value.Type == TraceValueType.String && value.Text != ResourceView.UnknownService && !sign.IsOrder())
        {
            // A resource without a name has a service in the store, but not the attribute.
            return new(Predicate.Compare(Field.Intrinsic(Intrinsics.Service), Operator(sign), Literal.String(value.Text)), sign == ComparisonSign.Equal);
        }

        switch (value.Type)
        {
            case TraceValueType.String:
                return sign.IsOrder() ? None : new(OfElements(place, Operator(sign), Literal.String(value.Text)), IsPlain(tested));
            case TraceValueType.Bool:
                return new(OfElements(place, Operator(sign), Literal.Bool(value.IsTrue)), IsPlain(tested));
            case TraceValueType.Int or TraceValueType.Duration when value.Whole is >= -LargestExact and <= LargestExact:
                return new(OfElements(place, Operator(sign), Literal.Int(value.Whole)), IsExactNumber(tested, sign, value));
            case TraceValueType.Float when double.IsFinite(value.Number):
                return new(OfElements(place, Operator(sign), Literal.Double(value.Number)), IsExactNumber(tested, sign, value));
            case TraceValueType.Status or TraceValueType.Kind:
                return Never;
            default:
                return None;
        }
    }

    private static Narrowing OfIntrinsic(Field place, ComparisonSign sign, TraceValue value)
    {
        switch (place.Name)
        {
            case Intrinsics.Duration when value.Type is TraceValueType.Int or TraceValueType.Duration:
                return new(Predicate.Compare(place, Operator(sign), Literal.Int(value.Whole)), IsExact: true);
            case Intrinsics.Status or Intrinsics.Kind when value.Type is TraceValueType.Status or TraceValueType.Kind:
                return new(Predicate.Compare(place, Operator(sign), Literal.String(value.ToString())), IsExact: true);
            case Intrinsics.Name or Intrinsics.StatusMessage or Intrinsics.EventName or Intrinsics.ScopeName or Intrinsics.ScopeVersion when value.Type == TraceValueType.String && !sign.IsOrder():
                return new(Predicate.Compare(place, Operator(sign), Literal.String(value.Text)), IsExact: true);
            case Intrinsics.TraceId when sign == ComparisonSign.Equal && value.Type == TraceValueType.String:
                return TraceId.TryParse(value.Text, out var trace) && trace.ToString() == value.Text ? new(Predicate.Equal(place, Literal.String(value.Text)), IsExact: true) : Never;
            case Intrinsics.SpanId or Intrinsics.ParentSpanId when sign == ComparisonSign.Equal && value.Type == TraceValueType.String:
                return SpanId.TryParse(value.Text, out var span) && span.ToString() == value.Text && !span.IsEmpty ? new(Predicate.Equal(place, Literal.String(value.Text)), IsExact: true) : Never;
            case Intrinsics.TraceId or Intrinsics.SpanId when sign == ComparisonSign.NotEqual && value.Type == TraceValueType.String:
                return IsIdentity(place, value.Text) ? new(Predicate.Compare(place, ComparisonOperator.NotEqual, Literal.String(value.Text)), IsExact: true) : Always;
            case Intrinsics.TraceId or Intrinsics.SpanId when sign.IsPattern() && value.Type == TraceValueType.String:
                return new(Predicate.Compare(place, Operator(sign), Literal.String(value.Text)), IsExact: true);
            case Intrinsics.ParentSpanId when (sign == ComparisonSign.NotEqual || sign.IsPattern()) && value.Type == TraceValueType.String:
                // A root has no such id: no comparison holds.
                var isChild = Predicate.Compare(place, ComparisonOperator.NotEqual, Literal.String(default(SpanId).ToString()));
                return sign == ComparisonSign.NotEqual && !IsIdentity(place, value.Text)
                    ? new(isChild, IsExact: true)
                    : new(Predicate.AllOf(isChild, Predicate.Compare(place, Operator(sign), Literal.String(value.Text))), IsExact: true);
            default:
                return None;
        }
    }

    private static bool IsIdentity(Field place, string text) => place.Name == Intrinsics.TraceId ? TraceId.TryParse(text, out var trace) && trace.ToString() == text : SpanId.TryParse(text, out var span) && span.ToString() == text;

    /// <summary>A comparison of an attribute, which looks into arrays.</summary>
    private static ComparisonPredicate OfElements(Field place, ComparisonOperator sign, Literal value) => new(place, sign, value) { InArrays = true };

    /// <summary>Below zero only roots are.</summary>
    private static bool IsRoots(ComparisonSign sign, TraceValue value) => value.Type.IsNumber() && sign switch
    {
        ComparisonSign.Less => value.Number is <= 0 and > -1,
        ComparisonSign.LessOrEqual => value.Number is < 0 and >= -1,
        ComparisonSign.Equal => value.Number == -1,
        _ => false,
    };

    /// <summary>
    /// Whether the store looks at the same values: without a scope it looks everywhere, TraceQL only at the first place that has the attribute; and of an attribute that was renamed the store
    /// looks for a name in each event or link, TraceQL in all of them together.
    /// </summary>
    private static bool IsPlain(FieldExpression tested) => tested is AttributeReference { Scope: var scope, Name: var name } && scope switch
    {
        AttributeScope.Span or AttributeScope.Resource or AttributeScope.Instrumentation => true,
        AttributeScope.Event or AttributeScope.Link => RenamedAttributes.Names(name).Count == 1,
        _ => false,
    };

    /// <summary>
    /// The store compares numbers as doubles. Below 2^53 on this side that is exact whatever is on the other: larger whole numbers stay larger. Of what is no number at all, NaN, it says
    /// that it is unequal to everything.
    /// </summary>
    private static bool IsExactNumber(FieldExpression tested, ComparisonSign sign, TraceValue value) => IsPlain(tested) && sign != ComparisonSign.NotEqual && Math.Abs(value.Number) < LargestExact;

    private static ComparisonSign Turned(ComparisonSign sign) => sign switch
    {
        ComparisonSign.Less => ComparisonSign.Greater,
        ComparisonSign.LessOrEqual => ComparisonSign.GreaterOrEqual,
        ComparisonSign.Greater => ComparisonSign.Less,
        ComparisonSign.GreaterOrEqual => ComparisonSign.LessOrEqual,
        _ => sign,
    };

    private static ComparisonOperator Operator(ComparisonSign sign) => sign switch
    {
        ComparisonSign.Equal => ComparisonOperator.Equal,
        ComparisonSign.NotEqual => ComparisonOperator.NotEqual,
        ComparisonSign.Less => ComparisonOperator.Less,
        ComparisonSign.LessOrEqual => ComparisonOperator.LessOrEqual,
        ComparisonSign.Greater => ComparisonOperator.Greater,
        ComparisonSign.GreaterOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonSign.Matches => ComparisonOperator.Matches,
        _ => ComparisonOperator.NotMatches,
    };
}
