namespace Clew.Cli.Import;

/// <summary>What an import has done so far. Written by the import's tasks, read by whoever shows progress, at any time.</summary>
public sealed class ImportTotals(int sources, long? storedBytes)
{
    private readonly Lock _lock = new();
    private readonly long[] _accepted = new long[Enum.GetValues<Signal>().Length];
    private long _refused;
    private long _badLines;
    private long _plain;
    private long _lines;
    private long _bytes;
    private long _requests;
    private long _retries;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private long _storedBefore;
    private int _sourcesDone;
    private OpenSource? _open;

    /// <summary>One line was read, of so many bytes (unpacked).</summary>
    public void CountLine(long bytes)
    {
        lock (_lock)
        {
            _lines++;
            _bytes += bytes;
        }
    }

    public void CountBadLine()
    {
        lock (_lock)
        {
            _badLines++;
        }
    }

    /// <summary>So many log records were of no format that is known and are kept as they are.</summary>
    public void CountPlain(int records)
    {
        lock (_lock)
        {
            _plain += records;
        }
    }

    public void CountRetry()
    {
        lock (_lock)
        {
            _retries++;
        }
    }

    /// <summary>A request was answered: of its records so many are stored, so many are not.</summary>
    public void CountAnswer(Signal signal, long accepted, long refused, long first, long last)
    {
        lock (_lock)
        {
            _requests++;
            _accepted[(int)signal] += accepted;
            _refused += refused;
            if (accepted > 0 && first <= last)
            {
                _first = Math.Min(_first, first);
                _last = Math.Max(_last, last);
            }
        }
    }

    public void Begin(OpenSource source)
    {
        lock (_lock)
        {
            _open = source;
        }
    }

    public void End(ImportSource source)
    {
        lock (_lock)
        {
            _storedBefore += source.Size ?? _open?.StoredBytesRead ?? 0;
            _open = null;
            _sourcesDone++;
        }
    }

    public ImportSnapshot Snapshot()
    {
        lock (_lock)
        {
            return new ImportSnapshot
            {
                Sources = sources,
                SourcesDone = _sourcesDone,
                Spans = _accepted[(int)Signal.Traces],
                LogRecords = _accepted[(int)Signal.Logs],
                DataPoints = _accepted[(int)Signal.Metrics],
                Objects = _accepted[(int)Signal.Kubernetes],
                Changes = _accepted[(int)Signal.Changes],
                Alerts = _accepted[(int)Signal.Alerts],
                Refused = _refused,
                BadLines = _badLines,
                PlainRecords = _plain,
                Lines = _lines,
                Bytes = _bytes,
                StoredBytesRead = _storedBefore + (_open?.StoredBytesRead ?? 0),
                StoredBytes = storedBytes,
                Requests = _requests,
                Retries = _retries,
                FirstTimeUnixNano = _first > _last ? null : _first,
                LastTimeUnixNano = _first > _last ? null : _last,
            };
        }
    }
}

/// <summary>How far an import is.</summary>
public sealed record ImportSnapshot
{
    public required int Sources { get; init; }

    public required int SourcesDone { get; init; }

    /// <summary>Spans the server has acknowledged; likewise for the other two.</summary>
    public required long Spans { get; init; }

    public required long LogRecords { get; init; }

    public required long DataPoints { get; init; }

    /// <summary>Objects and events of Kubernetes clusters.</summary>
    public long Objects { get; init; }

    public long Changes { get; init; }

    public long Alerts { get; init; }

    /// <summary>Records that were sent and not stored.</summary>
    public required long Refused { get; init; }

    /// <summary>Lines that could not be sent, or were refused whole.</summary>
    public required long BadLines { get; init; }

    /// <summary>Log records of no format that is known: the whole line is their body.</summary>
    public required long PlainRecords { get; init; }

    /// <summary>Lines (or documents) read that were not empty.</summary>
    public required long Lines { get; init; }

    /// <summary>Bytes of these, unpacked.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes read of the files as they are stored.</summary>
    public required long StoredBytesRead { get; init; }

    /// <summary>Bytes of all files as they are stored; null when that is not known (standard input).</summary>
    public required long? StoredBytes { get; init; }

    public required long Requests { get; init; }

    public required long Retries { get; init; }

    /// <summary>Earliest time of what was stored, nanoseconds since 1970.</summary>
    public required long? FirstTimeUnixNano { get; init; }

    public required long? LastTimeUnixNano { get; init; }

    public long Records => Spans + LogRecords + DataPoints + Objects + Changes + Alerts;
}

/// <summary>How an import ended.</summary>
public enum ImportOutcome
{
    /// <summary>Everything was read and everything is stored.</summary>
    Complete,

    /// <summary>Everything was read; some of it was bad or refused.</summary>
    SomeRefused,

    /// <summary>It stopped before the end because going on made no sense.</summary>
    Failed,

    /// <summary>It was asked to stop.</summary>
    Interrupted,
}

/// <summary>The end of an import.</summary>
/// <param name="Reason">Why it stopped early, as a sentence; null otherwise.</param>
public sealed record ImportResult(ImportOutcome Outcome, string? Reason, ImportSnapshot Totals, TimeSpan Duration);

/// <summary>Something that did not get in.</summary>
/// <param name="Where">Source and line, <c>spans.jsonl:17</c>, or a run of lines when it cannot be told which.</param>
/// <param name="Text">What is the matter, as a sentence without its full stop.</param>
public sealed record ImportProblem(string Where, string Text);

/// <summary>Is told what happens during an import; called from several threads.</summary>
public interface IImportWatcher
{
    /// <summary>A line was bad or a request was refused; the import goes on unless it says otherwise.</summary>
    void OnProblem(ImportProblem problem);

    /// <summary>The server is busy or away; a request will be tried again after <paramref name="delay"/>.</summary>
    void OnWaiting(string reason, TimeSpan delay);
}
