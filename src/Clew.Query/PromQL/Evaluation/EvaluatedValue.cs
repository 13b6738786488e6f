using Clew.Query.PromQL.Data;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>What an expression came to over all steps of a grid.</summary>
internal abstract class EvaluatedValue;

/// <summary>A number for each step.</summary>
internal sealed class ScalarValue(double[] values) : EvaluatedValue
{
    public double[] Values { get; } = values;
}

internal sealed class TextValue(string text) : EvaluatedValue
{
    public string Text { get; } = text;
}

/// <summary>The columns of an instant vector. Columns without samples may be among them.</summary>
internal sealed class VectorValue(List<SeriesColumn> columns) : EvaluatedValue
{
    public List<SeriesColumn> Columns { get; } = columns;
}
