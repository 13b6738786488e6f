using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>One sample of an answer.</summary>
/// <param name="Time">Milliseconds since the Unix epoch.</param>
/// <param name="Histogram">The value when it is a histogram; then <paramref name="Value"/> does not count.</param>
public readonly record struct ResultSample(long Time, double Value, FloatHistogram? Histogram = null);

/// <summary>One series of an answer, samples by time.</summary>
public sealed record ResultSeries(LabelSet Labels, IReadOnlyList<ResultSample> Samples);

/// <summary>What a query answers.</summary>
/// <param name="Type">Of an instant query the type of the expression; of a range query always a range vector.</param>
/// <param name="Series">
/// Of a vector the series, with one sample each, in the order that <c>sort</c> and <c>topk</c> give, otherwise by labels; of a range vector by labels; of a
/// scalar one without labels.
/// </param>
/// <param name="Text">The value of a string.</param>
public sealed record QueryResult(ExpressionType Type, IReadOnlyList<ResultSeries> Series, string? Text, IReadOnlyCollection<Annotation> Annotations);
