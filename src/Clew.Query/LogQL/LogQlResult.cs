using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;

namespace Clew.Query.LogQL;

/// <summary>What an answer is made of.</summary>
public enum LogQlResultType
{
    /// <summary>Log lines.</summary>
    Streams,

    /// <summary>Series with one sample each.</summary>
    Vector,

    /// <summary>Series with a sample for each step.</summary>
    Matrix,

    /// <summary>One number.</summary>
    Scalar,
}

/// <summary>The labels of a line after the pipeline, by where they come from.</summary>
/// <param name="All">All together; what names the stream that the line belongs to in the answer.</param>
/// <param name="Stream">Those of the stream that are left.</param>
/// <param name="Metadata">Those of structured metadata that are left.</param>
/// <param name="Parsed">Those that the pipeline made.</param>
public sealed record LogQlLabels(LabelSet All, LabelSet Stream, LabelSet Metadata, LabelSet Parsed);

/// <summary>A line of an answer.</summary>
/// <param name="Time">Nanoseconds since the Unix epoch.</param>
public readonly record struct LogQlResultLine(LogQlLabels Labels, long Time, string Line);

/// <summary>What a query answers.</summary>
/// <param name="Lines">In the order asked for; empty unless the type is <see cref="LogQlResultType.Streams"/>.</param>
/// <param name="Series">
/// Of a vector in the order that <c>sort</c> and <c>topk</c> give, otherwise by labels; of a matrix by labels; of a scalar one without labels. Times are
/// milliseconds since the Unix epoch.
/// </param>
/// <param name="EntriesRead">How many log lines were looked at for it.</param>
public sealed record LogQlResult(LogQlResultType Type, IReadOnlyList<LogQlResultLine> Lines, IReadOnlyList<ResultSeries> Series, long EntriesRead);
