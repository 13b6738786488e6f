namespace Clew.Storage.Reading;

/// <summary>What of a condition the skip indexes of a table understand (<c>Schema/migrations/0007_search_indexes.sql</c>).</summary>
internal static class IndexedConditions
{
    /// <summary>Characters of the pieces in <c>body_trigrams</c>: a shorter text has none.</summary>
    private const int Piece = 3;

    /// <summary>Whether an index leaves granules out: records in the others cannot fulfil the condition.</summary>
    /// <param name="shared">Which resources and scopes fulfil parts of it.</param>
    public static bool Narrow(Predicate? condition, Dataset dataset, SharedMatches? shared) => condition switch
    {
        AllPredicate all => all.Terms.Any(term => Narrow(term, dataset, shared)) || (dataset == Dataset.Spans && IsFailedAndSlow(all)),
        AnyPredicate any => any.Terms.Count > 0 && any.Terms.All(term => Narrow(term, dataset, shared)),
        InPredicate among => among.Values.Count > 0 && among.Values.All(value => Narrow(Predicate.Equal(among.Field, value), dataset, shared)),
        ComparisonPredicate { Operator: ComparisonOperator.Contains, Field: { Source: FieldSource.Intrinsic, Name: Intrinsics.Body } } comparison =>
            dataset == Dataset.Logs && HasPieces(comparison.Value.Text),
        ComparisonPredicate { Operator: ComparisonOperator.Equal, InArrays: false, Field.Source: FieldSource.Attribute } comparison => dataset != Dataset.NumberPoints && comparison.Value.Text.Length > 0,
        ComparisonPredicate { Operator: ComparisonOperator.Equal, InArrays: false, Field.Source: FieldSource.Event or FieldSource.Link } comparison => dataset == Dataset.Spans && comparison.Value.Text.Length > 0,
        ComparisonPredicate { Operator: ComparisonOperator.Equal, InArrays: false, Field.Source: FieldSource.Anywhere } comparison =>
            dataset != Dataset.NumberPoints && comparison.Value.Text.Length > 0 && shared?.Of(comparison) is { Resources: [], Scopes: [] },
        _ => false,
    };

    /// <summary>Whether a text can be looked up in <c>body_trigrams</c>.</summary>
    public static bool HasPieces(string text) => text.EnumerateRunes().Skip(Piece - 1).Any();

    /// <summary>A pattern of LIKE for texts that contain this one.</summary>
    public static string Containing(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    /// <summary>Of a condition that says both that a span failed and how long it took at least, the comparisons of the duration.</summary>
    public static IEnumerable<ComparisonPredicate> DurationsOfFailed(AllPredicate all)
    {
        ComparisonPredicate[] terms = [.. Terms(all).OfType<ComparisonPredicate>().Where(term => term.Field.Source == FieldSource.Intrinsic)];
        return terms.Any(term => term is { Operator: ComparisonOperator.Equal, Field.Name: Intrinsics.Status } && IsError(term.Value))
            ? terms.Where(term => term is { Operator: ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual, Field.Name: Intrinsics.Duration })
            : [];
    }

    private static bool IsFailedAndSlow(AllPredicate all) => DurationsOfFailed(all).Any();

    private static bool IsError(Literal value) => value.Text is "2" || string.Equals(value.Text, nameof(SpanStatus.Error), StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Predicate> Terms(AllPredicate all) => all.Terms.SelectMany(term => term is AllPredicate inner ? Terms(inner) : [term]);
}
