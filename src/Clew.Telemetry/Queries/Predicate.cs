namespace Clew.Telemetry;

/// <summary>A condition on one record. Comparing with a missing attribute is false, whatever the operator.</summary>
public abstract record Predicate
{
    public static Predicate? AllOf(params IReadOnlyList<Predicate?> terms)
    {
        var present = terms.OfType<Predicate>().ToArray();
        return present.Length switch
        {
            0 => null,
            1 => present[0],
            _ => new AllPredicate(present),
        };
    }

    public static Predicate Compare(Field field, ComparisonOperator op, Literal value) => new ComparisonPredicate(field, op, value);

    public static Predicate Equal(Field field, Literal value) => new ComparisonPredicate(field, ComparisonOperator.Equal, value);
}

public sealed record AllPredicate(IReadOnlyList<Predicate> Terms) : Predicate;

public sealed record AnyPredicate(IReadOnlyList<Predicate> Terms) : Predicate;

public sealed record NotPredicate(Predicate Term) : Predicate;

public sealed record ComparisonPredicate(Field Field, ComparisonOperator Operator, Literal Value) : Predicate
{
    /// <summary>
    /// Whether it holds for an array, too: of <see cref="ComparisonOperator.NotEqual"/> and <see cref="ComparisonOperator.NotMatches"/> when elements can be compared and none is what it
    /// must not be, of the others when one element fulfils it. Of attributes only.
    /// </summary>
    public bool InArrays { get; init; }
}

/// <summary>The attribute is there, whatever its value.</summary>
public sealed record ExistsPredicate(Field Field) : Predicate;

/// <summary>One of several ids or texts.</summary>
public sealed record InPredicate(Field Field, IReadOnlyList<Literal> Values) : Predicate;

/// <summary>A member of the span's W3C trace state: the entry of this key has one of these values.</summary>
public sealed record TraceStatePredicate(string Key, IReadOnlyList<string> Values) : Predicate;

/// <summary>The sampled bit of the span's W3C trace flags is set.</summary>
public sealed record SampledFlagPredicate : Predicate;

public enum ComparisonOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary>RE2 regular expression, anchored at both ends.</summary>
    Matches,
    NotMatches,

    /// <summary>The text occurs somewhere, case counts.</summary>
    Contains,

    /// <summary>The text occurs somewhere, case does not count.</summary>
    ContainsIgnoringCase,

    /// <summary>RE2 regular expression, found anywhere; a dot matches line ends too.</summary>
    ContainsMatch,
}

public enum LiteralType
{
    /// <summary>Matches string attributes only.</summary>
    String,

    /// <summary>Matches int and double attributes by value.</summary>
    Number,

    /// <summary>Matches bool attributes only.</summary>
    Bool,

    /// <summary>Matches attributes of any type by their text, as APIs whose tags are untyped need it.</summary>
    AnyType,
}

/// <summary>A value to compare with. For numbers <see cref="Text"/> is the invariant text of the number.</summary>
public readonly record struct Literal(LiteralType Type, string Text)
{
    public static Literal String(string text) => new(LiteralType.String, text);

    public static Literal Int(long number) => new(LiteralType.Number, number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static Literal Double(double number) => new(LiteralType.Number, number.ToString("R", System.Globalization.CultureInfo.InvariantCulture));

    public static Literal Bool(bool value) => new(LiteralType.Bool, value ? "true" : "false");

    public static Literal AnyType(string text) => new(LiteralType.AnyType, text);
}
