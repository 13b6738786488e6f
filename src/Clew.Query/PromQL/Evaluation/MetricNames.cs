using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>When a result is not the metric any more, its name goes, and with it type and unit.</summary>
internal static class MetricNames
{
    public static bool IsMetadata(string label, PromQlOptions options) =>
        label == LabelNames.MetricName || (options.TypeAndUnitLabels && label is "__type__" or "__unit__");

    /// <summary>Takes the name from labels.</summary>
    public static LabelSet Drop(LabelSet labels, PromQlOptions options) => labels.Where(label => !IsMetadata(label, options));

    /// <summary>The same samples without a name: at once, or marked to lose it in the end.</summary>
    public static SeriesColumn Drop(SeriesColumn column, PromQlOptions options) => options.DelayNameRemoval
        ? column.DropName ? column : column.Relabeled(column.Labels, true)
        : column.Relabeled(Drop(column.Labels, options), false);

    /// <summary>Takes the names from the columns that are marked, and merges what is the same then.</summary>
    public static List<SeriesColumn> Settle(List<SeriesColumn> columns, PromQlOptions options) =>
        ColumnSet.Merge(columns.ConvertAll(column => column.DropName ? column.Relabeled(Drop(column.Labels, options), false) : column));
}
