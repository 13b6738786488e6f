using System.Buffers;
using Clew.Query.LogQL.Matching;
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

    private static Predicate? Of(LineFilterKind kind, string text)
    {
        switch (kind)
        {
            case LineFilterKind.Contains or LineFilterKind.NotContains:
                return text.Length == 0 ? new AllPredicate([]) : Predicate.Compare(Body, ComparisonOperator.Contains, Literal.String(text));
            case LineFilterKind.Regex or LineFilterKind.NotRegex:
                return text.Length == 0 ? new AllPredicate([])
                    : !text.AsSpan().ContainsAny(PatternCharacters) ? Predicate.Compare(Body, ComparisonOperator.Contains, Literal.String(text))
                    : Predicate.Compare(Body, ComparisonOperator.ContainsMatch, Literal.String(text));
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
