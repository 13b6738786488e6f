using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>The labels by which series of two vectors are brought together.</summary>
internal static class MatchKey
{
    public static LabelSet Of(LabelSet labels, VectorMatching matching) => matching.IsOn
        ? labels.Where(matching.Labels.Contains)
        : labels.Where(label => label != LabelNames.MetricName && !matching.Labels.Contains(label));

    /// <summary>The places of the columns for each key, in the order of the columns.</summary>
    public static Dictionary<LabelSet, List<int>> Group(List<SeriesColumn> columns, VectorMatching matching)
    {
        var groups = new Dictionary<LabelSet, List<int>>();
        for (var i = 0; i < columns.Count; i++)
        {
            var key = Of(columns[i].Labels, matching);
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = []);
            }

            group.Add(i);
        }

        return groups;
    }
}
