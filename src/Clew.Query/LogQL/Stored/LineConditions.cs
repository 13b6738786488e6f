using System.Buffers;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Pipeline;
using Clew.Query.LogQL.Syntax;
using Clew.Telemetry;

namespace Clew.Query.LogQL.Stored;

/// <summary>Line filters as conditions on the bodies of records.</summary>
internal static class LineConditions
{
    private static readonly Field Body = Field.Intrinsic(Intrinsics.Body);
    private static readonly SearchValues<char> PatternCharacters = SearchValues.Create(@"\.+*?()[]{}^$|");

    /// <summary>
    /// A condition that every line fulfils for which all filters hold; null for none. <c>true</c> in <paramref name="isExact"/>: and no other line does.
    /// </summary>
    public static Predicate? Of(IReadOnlyList<LogQlLineFilter> filters, out bool isExact)
    {
        isExact = true;
        var all = new List<Predicate>();
        foreach (var filter in filters)
        {
            var terms = filter.Terms.Where(term => !term.IsAddress).Select(term => Of(filter.Kind, term.Text)).ToList();
            var isWhole = terms.Count == filter.Terms.Count && !terms.Contains(null);
            isExact &= isWhole && filter.Kind is LineFilterKind.Contains or LineFilterKind.NotContains;
            var known = terms.OfType<Predicate>().ToList();
            if (filter.Kind.IsNegative())
            {
                // None of them may hold: what is known of some is enough to leave lines out.
                all.AddRange(known.Select(term => new NotPredicate(term)));
            }
            else if (isWhole)
            {
                all.Add(known.Count == 1 ? known[0] : new AnyPredicate(known));
            }
        }

        return Predicate.AllOf(all);
    }

    /// <summary>Whether some filter wants a text that a store can be expected to have an index for, so that few lines remain or none.</summary>
    public static bool HasText(IReadOnlyList<LogQlLineFilter> filters) => filters.Any(filter =>
        filter.Kind == LineFilterKind.Contains && filter.Terms.Count > 0 && filter.Terms.All(term => !term.IsAddress && term.Text.Length >= ShortestText));

    /// <summary>Characters of a text that leaves many lines out.</summary>
    private const int ShortestText = 3;

    private static Predicate? Of(LineFilterKind kind, string text)
    {
        switch (kind)
        {
            case LineFilterKind.Contains or LineFilterKind.NotContains:
                return text.Length == 0 ? new AllPredicate([]) : Predicate.Compare(Body, ComparisonOperator.Contains, Literal.String(text));
            case LineFilterKind.Regex or LineFilterKind.NotRegex when text.Length == 0:
                return new AllPredicate([]);
            case LineFilterKind.Regex or LineFilterKind.NotRegex when !text.AsSpan().ContainsAny(PatternCharacters):
                return Predicate.Compare(Body, ComparisonOperator.Contains, Literal.String(text));
            case LineFilterKind.Regex or LineFilterKind.NotRegex:
                // A text that every match contains spares the store the expression, and where it has an index, the line.
                var required = RequiredLiteral.Of(text);
                return Predicate.AllOf(
                    required.Length == 0 ? null : Predicate.Compare(Body, ComparisonOperator.Contains, Literal.String(required)),
                    Predicate.Compare(Body, ComparisonOperator.ContainsMatch, Literal.String(text)));
            case LineFilterKind.Pattern:
                return LogQlLinePattern.TryParse(text, out var pattern, out _) && pattern.LongestLiteral is { Length: > 0 } literal
                    ? Predicate.Compare(Body, ComparisonOperator.Contains, Literal.String(literal))
                    : new AllPredicate([]);
            default:
                // A line without the literal would not match the pattern, but one with it need not either.
                return null;
        }
    }
}
