using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary><c>and</c>, <c>or</c> and <c>unless</c>: which samples stay is decided step by step.</summary>
internal static class SetEvaluation
{
    public static List<SeriesColumn> Evaluate(BinaryExpression binary, List<SeriesColumn> left, List<SeriesColumn> right, EvaluationContext context)
    {
        var matching = binary.Matching ?? VectorMatching.Simple;
        return binary.Operator == BinaryOperator.Or
            ? ColumnSet.Merge([.. left, .. Filter(right, Presence(left, matching), matching, keepPresent: false, context)])
            : Filter(left, Presence(right, matching), matching, binary.Operator == BinaryOperator.And, context);
    }

    /// <summary>For each key the steps at which any of its columns has a sample.</summary>
    private static Dictionary<LabelSet, bool[]> Presence(List<SeriesColumn> columns, VectorMatching matching)
    {
        var presence = new Dictionary<LabelSet, bool[]>();
        foreach (var column in columns)
        {
            var key = MatchKey.Of(column.Labels, matching);
            if (!presence.TryGetValue(key, out var steps))
            {
                presence.Add(key, steps = new bool[column.Steps]);
            }

            for (var step = 0; step < steps.Length; step++)
            {
                steps[step] |= column.Has(step);
            }
        }

        return presence;
    }

    private static List<SeriesColumn> Filter(List<SeriesColumn> columns, Dictionary<LabelSet, bool[]> presence, VectorMatching matching, bool keepPresent, EvaluationContext context)
    {
        var filtered = new List<SeriesColumn>(columns.Count);
        foreach (var column in columns)
        {
            context.Budget.TakeSamples(column.Steps);
            presence.TryGetValue(MatchKey.Of(column.Labels, matching), out var steps);
            var result = new SeriesColumn(column.Labels, column.DropName, column.Steps);
            for (var step = 0; step < column.Steps; step++)
            {
                if (column.Has(step) && (steps?[step] ?? false) == keepPresent)
                {
                    result.CopyFrom(column, step);
                }
            }

            filtered.Add(result);
        }

        return filtered.FindAll(column => !column.IsEmpty);
    }
}
