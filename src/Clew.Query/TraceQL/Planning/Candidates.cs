using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// The condition on one span by which a store finds the traces that a query may match: every trace that matches has a span that fulfils it. Where several
/// would do, the one that looks rarest.
/// </summary>
public static class Candidates
{
    /// <summary>Null when any trace may match.</summary>
    public static Predicate? Of(SpansetExpression spans) => spans switch
    {
        SpansetFilter filter => Narrowing.Of(filter.Condition).Where,
        SpansetCombination { IsAnd: true } both => Rarer(Of(both.Left), Of(both.Right)),
        SpansetCombination either => Of(either.Left) is { } left && Of(either.Right) is { } right ? new AnyPredicate([left, right]) : null,

        // Nothing need be there that the spans are not related to.
        StructuralOperation { Sign.Form: StructuralForm.Negated } structure => Of(structure.Right),
        StructuralOperation structure => Rarer(Of(structure.Left), Of(structure.Right)),
        Pipeline pipeline => pipeline.Stages.OfType<SpansetExpression>().Select(Of).Aggregate((Predicate?)null, Rarer),
        _ => null,
    };

    /// <summary>Whether a store that finds spans by <see cref="Of"/> finds those that a filter selects, and no others.</summary>
    public static bool AreExactly(SpansetFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Narrowing.Of(filter.Condition).IsExact;
    }

    private static Predicate? Rarer(Predicate? left, Predicate? right) => left is null ? right : right is null ? left : Rarity(right) > Rarity(left) ? right : left;

    /// <summary>How few spans a condition lets through, guessed from its looks.</summary>
    private static int Rarity(Predicate condition) => condition switch
    {
        AllPredicate all => all.Terms.Count == 0 ? 0 : all.Terms.Max(Rarity) + 1,
        AnyPredicate any => any.Terms.Count == 0 ? int.MaxValue / 2 : any.Terms.Min(Rarity),
        ComparisonPredicate { Operator: ComparisonOperator.Equal, Field: { Source: FieldSource.Intrinsic, Name: Intrinsics.TraceId or Intrinsics.SpanId } } => 100,
        ComparisonPredicate { Operator: ComparisonOperator.Equal, Field: { Source: FieldSource.Intrinsic, Name: Intrinsics.Kind or Intrinsics.ParentSpanId } } => 8,
        ComparisonPredicate { Operator: ComparisonOperator.Equal, Field: { Source: FieldSource.Intrinsic, Name: Intrinsics.Service } } => 30,
        ComparisonPredicate { Operator: ComparisonOperator.Equal, Field.Source: FieldSource.Intrinsic } => 40,
        ComparisonPredicate { Operator: ComparisonOperator.Equal } => 50,
        ComparisonPredicate { Operator: ComparisonOperator.NotEqual or ComparisonOperator.NotMatches } => 5,
        ComparisonPredicate => 15,
        ExistsPredicate => 10,
        _ => 0,
    };
}
