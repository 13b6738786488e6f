using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary><c>label_replace</c> and <c>label_join</c>.</summary>
internal static class LabelFunctions
{
    public static List<SeriesColumn> Replace(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var columns = evaluator.Vector(call.Arguments[0], grid);
        var destination = Destination(call.Arguments[1], "label_replace", evaluator);
        var template = Evaluator.Text(call.Arguments[2]);
        var source = Evaluator.Text(call.Arguments[3]);
        var expression = Evaluator.Text(call.Arguments[4]);
        if (!Re2Pattern.TryParse(expression, whole: true, out var pattern, out var problem))
        {
            throw new PromQlException($"invalid regular expression in label_replace(): {QuotedText.Quote(expression)}: {problem}");
        }

        return Relabel(columns, destination, evaluator.Context, labels => pattern.Match(labels[source]) is { } match ? pattern.Expand(template, match) : null);
    }

    public static List<SeriesColumn> Join(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var columns = evaluator.Vector(call.Arguments[0], grid);
        var destination = Destination(call.Arguments[1], "label_join", evaluator);
        var separator = Evaluator.Text(call.Arguments[2]);
        var sources = call.Arguments.Skip(3).Select(Evaluator.Text).ToList();
        if (sources.Find(source => !LabelNames.IsValid(source)) is { } wrong)
        {
            throw new PromQlException($"invalid source label name in label_join(): {QuotedText.Quote(wrong)}");
        }

        return Relabel(columns, destination, evaluator.Context, labels => string.Join(separator, sources.Select(source => labels[source])));
    }

    private static string Destination(Expression argument, string function, Evaluator evaluator) => Evaluator.Text(argument) is var name && LabelNames.IsValid(name)
        ? name
        : throw new PromQlException($"invalid destination label name in {function}(): {QuotedText.Quote(name)}");

    /// <param name="value">The label's new value, or null to leave the series as it is.</param>
    private static List<SeriesColumn> Relabel(List<SeriesColumn> columns, string label, EvaluationContext context, Func<LabelSet, string?> value)
    {
        // Who sets the name anew wants to keep it.
        var relabeled = columns.ConvertAll(column => value(column.Labels) is { } text
            ? column.Relabeled(column.Labels.With(label, text), column.DropName && label != LabelNames.MetricName)
            : column);
        context.Budget.Check();
        return ColumnSet.Merge(relabeled);
    }
}
