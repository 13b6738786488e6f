using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>Orders the series of an instant query.</summary>
internal static class SortFunctions
{
    public static List<SeriesColumn> Evaluate(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var columns = evaluator.Vector(call.Arguments[0], grid);
        if (grid.Count > 1)
        {
            evaluator.Context.Annotations.Warn("sort is ineffective for range queries since results are always ordered by labels", call.Span);
            return columns;
        }

        var descending = call.Function.Name.EndsWith("_desc", StringComparison.Ordinal);
        if (call.Function.Name is "sort" or "sort_desc")
        {
            return columns.Where(column => column.HasFloat(0) && column.HistogramAt(0) is null)
                .OrderBy(column => column.Floats[0], Comparer<double>.Create((left, right) => Statistics.CompareNaNLast(left, right, descending)))
                .ToList();
        }

        var labels = call.Arguments.Skip(1).Select(Evaluator.Text).ToList();
        var sorted = columns.FindAll(column => column.Has(0));
        sorted.Sort((left, right) => (descending ? -1 : 1) * Compare(left.Labels, right.Labels, labels));
        return sorted;
    }

    private static int Compare(LabelSet left, LabelSet right, List<string> labels)
    {
        foreach (var label in labels)
        {
            var order = NaturalOrder(left[label], right[label]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.CompareTo(right);
    }

    /// <summary>Text with numbers in it, in the order of the numbers: <c>a2</c> before <c>a10</c>.</summary>
    private static int NaturalOrder(string left, string right)
    {
        for (int l = 0, r = 0; ;)
        {
            if (l == left.Length || r == right.Length)
            {
                return (left.Length - l).CompareTo(right.Length - r);
            }

            if (char.IsAsciiDigit(left[l]) && char.IsAsciiDigit(right[r]))
            {
                var leftNumber = Digits(left, ref l);
                var rightNumber = Digits(right, ref r);
                var order = leftNumber.Length != rightNumber.Length ? leftNumber.Length.CompareTo(rightNumber.Length) : leftNumber.SequenceCompareTo(rightNumber);
                if (order != 0)
                {
                    return order;
                }

                continue;
            }

            if (left[l] != right[r])
            {
                return left[l].CompareTo(right[r]);
            }

            l++;
            r++;
        }
    }

    /// <summary>The digits from a place on without zeros before them. Moves past them.</summary>
    private static ReadOnlySpan<char> Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return text.AsSpan(start, at - start).TrimStart('0');
    }
}
