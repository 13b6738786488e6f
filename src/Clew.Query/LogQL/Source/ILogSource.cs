using Clew.Query.Language;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Source;

/// <summary>Which of two moments comes first in an answer.</summary>
public enum LogDirection
{
    /// <summary>Newest first.</summary>
    Backward,

    /// <summary>Oldest first.</summary>
    Forward,
}

/// <summary>Which entries of which streams.</summary>
/// <param name="Matchers">All of them must be fulfilled by the labels of the stream; the source applies them.</param>
/// <param name="LineFilters">Hold for every line that is wanted: the source may leave out lines for which they do not. They are tested again.</param>
/// <param name="Start">The first moment wanted, in nanoseconds since the Unix epoch.</param>
/// <param name="End">Nothing from this moment on is wanted.</param>
/// <param name="Direction">The order of the answer.</param>
/// <param name="Wanted">About how many entries the reader expects to need, for the size of the first portions; 0 for all.</param>
/// <param name="NeedsLines">Whether the lines are looked at; otherwise they may be empty.</param>
/// <param name="NeedsMetadata">Whether structured metadata is looked at; otherwise there may be none.</param>
public sealed record LogSelection(
    IReadOnlyList<LabelMatcher> Matchers,
    IReadOnlyList<LogQlLineFilter> LineFilters,
    long Start,
    long End,
    LogDirection Direction,
    int Wanted,
    bool NeedsLines,
    bool NeedsMetadata);

/// <summary>How many entries, or bytes of lines, for each set of labels and stretch of time.</summary>
/// <param name="Matchers">All of them must be fulfilled by the labels of the stream.</param>
/// <param name="LineFilters">All of them must be fulfilled by the line.</param>
/// <param name="Start">Nanoseconds since the Unix epoch; an entry exactly there does not count.</param>
/// <param name="End">An entry exactly there counts.</param>
/// <param name="Width">Nanoseconds of a stretch: stretch n goes from Start + n·Width (not included) to Start + (n+1)·Width (included).</param>
/// <param name="By">The labels, of the stream or of the entry's metadata, that entries are told apart by.</param>
/// <param name="Bytes">Whether to add up the bytes of the lines in UTF-8; otherwise entries are counted.</param>
public sealed record LogCounting(
    IReadOnlyList<LabelMatcher> Matchers, IReadOnlyList<LogQlLineFilter> LineFilters, long Start, long End, long Width, IReadOnlyList<string> By, bool Bytes);

/// <summary>One number of a counting.</summary>
/// <param name="Labels">Those of <see cref="LogCounting.By"/> that the entries have.</param>
/// <param name="Stretch">Number of the stretch, from 0.</param>
/// <param name="Entries">How many entries it is made of, more than 0.</param>
/// <param name="Value">Entries or bytes.</param>
public readonly record struct LogCount(LabelSet Labels, long Stretch, long Entries, double Value);

/// <summary>Where LogQL gets log lines from.</summary>
/// <remarks>
/// <para>Order: entries by time in the direction asked for, over all streams and portions; the order of entries of one moment is the source's, the same in
/// every answer.</para>
/// <para>Portions: answers come in portions that fit into memory together with what is made of them. Whoever reads them may stop at any time; a portion is
/// not looked at any more once the next one is asked for, so its buffers may be used again.</para>
/// <para>Budget: the reader takes the entries it is given from the budget; the source calls <see cref="QueryBudget.Check"/> while it works.</para>
/// <para>Errors: those of the store behind it (<see cref="Clew.Telemetry.StoreUnavailableException"/>, <see cref="Clew.Telemetry.QueryLimitException"/>) and
/// <see cref="OperationCanceledException"/>.</para>
/// </remarks>
public interface ILogSource
{
    /// <summary>Streams the entries of the streams that fulfil all matchers, within the time.</summary>
    IAsyncEnumerable<LogPortion> SelectAsync(LogSelection selection, QueryBudget budget, CancellationToken cancellation);

    /// <summary>
    /// Counts entries without handing them over; null when the source cannot do that exactly, so that they must be read. A stretch without entries has no
    /// number.
    /// </summary>
    Task<IReadOnlyList<LogCount>?> CountAsync(LogCounting counting, QueryBudget budget, CancellationToken cancellation);
}
