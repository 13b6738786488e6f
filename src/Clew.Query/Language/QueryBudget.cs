using System.Globalization;
using Clew.Telemetry;

namespace Clew.Query.Language;

/// <summary>
/// What is left of one query's time and memory. Whoever reads or computes for the query takes from it before it does, and asks
/// <see cref="Check"/> at least every few thousand values. One query, one thread at a time.
/// </summary>
public sealed class QueryBudget
{
    private readonly TimeProvider _clock;
    private readonly long _started;
    private long _samples;
    private long _entries;
    private long _textBytes;

    public QueryBudget(QueryBudgetLimits limits, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(clock);
        Limits = limits;
        Cancellation = cancellation;
        _clock = clock;
        _started = clock.GetTimestamp();
    }

    public QueryBudgetLimits Limits { get; }

    /// <summary>Cancelled when the asker went away.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Values taken so far.</summary>
    public long SamplesTaken => _samples;

    /// <summary>Log lines read so far.</summary>
    public long EntriesTaken => _entries;

    public TimeSpan Elapsed => _clock.GetElapsedTime(_started);

    /// <summary>Stops the query when its time is over or its asker went away.</summary>
    /// <exception cref="QueryLimitException">The time is over; names <c>query.language_timeout</c>.</exception>
    /// <exception cref="OperationCanceledException">The asker went away.</exception>
    public void Check()
    {
        Cancellation.ThrowIfCancellationRequested();
        if (Elapsed > Limits.Timeout)
        {
            throw new QueryLimitException(
                "query.language_timeout",
                string.Create(CultureInfo.InvariantCulture, $"the query took longer than {Limits.Timeout.TotalSeconds:0.###} s (limit query.language_timeout); ask for less time or fewer series"));
        }
    }

    /// <summary>Takes values from the budget, before they are held.</summary>
    /// <exception cref="QueryLimitException">There are not that many left; names <c>query.samples</c>.</exception>
    public void TakeSamples(long count)
    {
        _samples += count;
        if (_samples > Limits.Samples)
        {
            throw new QueryLimitException(
                "query.samples",
                string.Create(CultureInfo.InvariantCulture, $"the query holds more than {Limits.Samples} samples (limit query.samples); ask for less time, fewer series or larger steps"));
        }
    }

    /// <summary>Counts log lines that were read, and looks at the clock.</summary>
    /// <exception cref="QueryLimitException">There were more than allowed; names <c>query.entries</c>. Or the time is over.</exception>
    public void TakeEntries(long count)
    {
        Check();
        _entries += count;
        if (_entries > Limits.Entries)
        {
            throw new QueryLimitException(
                "query.entries",
                string.Create(CultureInfo.InvariantCulture, $"the query reads more than {Limits.Entries} log lines (limit query.entries); ask for less time or fewer streams"));
        }
    }

    /// <summary>Takes memory for text of the answer, before it is held.</summary>
    /// <exception cref="QueryLimitException">There is not that much left; names <c>query.text</c>.</exception>
    public void TakeText(long bytes)
    {
        _textBytes += bytes;
        if (_textBytes > Limits.TextBytes)
        {
            throw new QueryLimitException(
                "query.text",
                string.Create(CultureInfo.InvariantCulture, $"the answer holds more than {Limits.TextBytes} bytes of text (limit query.text); ask for fewer lines or less time"));
        }
    }

    /// <summary>Gives values back that are not held any longer.</summary>
    public void ReturnSamples(long count) => _samples -= Math.Min(count, _samples);

    /// <summary>Refuses a range query with too many steps, before anything is read.</summary>
    /// <exception cref="QueryLimitException">Names <c>query.steps</c>.</exception>
    public void CheckSteps(long steps)
    {
        if (steps > Limits.Steps)
        {
            throw new QueryLimitException(
                "query.steps",
                string.Create(CultureInfo.InvariantCulture, $"the query has {steps} steps, more than {Limits.Steps} (limit query.steps); use larger steps or less time"));
        }
    }
}
