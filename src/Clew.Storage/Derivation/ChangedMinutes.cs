namespace Clew.Storage.Derivation;

/// <summary>
/// Which minutes have spans that the roll-ups do not know yet. Writers mark minutes when their rows are durable and before their caller is told, so that
/// whoever asks after an acknowledgement never gets an old sum; a roll unmarks only what was not marked again meanwhile. Minutes are counted from 1970.
/// </summary>
internal sealed class ChangedMinutes
{
    public const long Nanoseconds = 60_000_000_000;

    /// <summary>More marks than this are forgotten, and the roll-ups count as unknown until they are compared with the spans again.</summary>
    private const int MostMarks = 200_000;

    /// <summary>Minutes after a span's own in which its children may start and be tied to it.</summary>
    private static readonly int ChildMinutes = (int)RollupSql.ParentLookBack.TotalMinutes;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, long> _marks = [];
    private long _generation;
    private long _horizon;
    private bool _isTaken;
    private bool _isKnown;

    /// <summary>Whether every minute that is not marked is rolled up as it is: after the first comparison.</summary>
    public bool IsKnown
    {
        get
        {
            lock (_lock)
            {
                return _isKnown;
            }
        }
    }

    /// <summary>The different minutes of some times, in no order.</summary>
    public static HashSet<long> MinutesOf(ReadOnlySpan<long> times)
    {
        var minutes = new HashSet<long>();
        var last = long.MinValue;
        foreach (var time in times)
        {
            var minute = time / Nanoseconds;
            if (minute != last)
            {
                minutes.Add(minute);
                last = minute;
            }
        }

        return minutes;
    }

    /// <summary>Marks the minutes of new spans, and those after them that were rolled up already: a parent that comes late changes the calls of its children.</summary>
    public void Mark(IEnumerable<long> minutes)
    {
        lock (_lock)
        {
            _generation++;
            foreach (var minute in minutes)
            {
                _marks[minute] = _generation;
                for (var later = minute + 1; later <= minute + ChildMinutes && later < _horizon; later++)
                {
                    _marks[later] = _generation;
                }
            }

            if (_marks.Count > MostMarks)
            {
                _marks.Clear();
                _isKnown = false;
            }
        }
    }

    /// <summary>Tells that these minutes, and no others but the marked ones, differ from the spans.</summary>
    /// <param name="changed">As a comparison found them.</param>
    /// <param name="settled">Minutes before this one may have been rolled up.</param>
    public void Known(IEnumerable<long> changed, long settled)
    {
        lock (_lock)
        {
            _horizon = Math.Max(_horizon, settled);
        }

        Mark(changed);
        lock (_lock)
        {
            _isKnown = true;
        }
    }

    /// <summary>
    /// What is to be rolled up now: marked minutes that have settled since the last time, and, once they are old, those that were marked again. Long spans come
    /// late by nature; so a minute is computed twice, and not whenever one of them ends.
    /// </summary>
    /// <param name="settled">Minutes from this one on are left alone.</param>
    /// <param name="old">Minutes before this one are old.</param>
    public IReadOnlyList<(long Minute, long Mark)> Take(long settled, long old)
    {
        lock (_lock)
        {
            var since = _isTaken ? _horizon : 0;
            (_horizon, _isTaken) = (Math.Max(_horizon, settled), true);
            return [.. _marks.TakeWhile(mark => mark.Key < settled).Where(mark => mark.Key >= since || mark.Key < old).Select(mark => (mark.Key, mark.Value))];
        }
    }

    /// <summary>Takes marks away that are still the same.</summary>
    public void Unmark(IEnumerable<(long Minute, long Mark)> rolled)
    {
        lock (_lock)
        {
            foreach (var (minute, mark) in rolled)
            {
                if (_marks.TryGetValue(minute, out var now) && now == mark)
                {
                    _marks.Remove(minute);
                }
            }
        }
    }

    /// <summary>Marked minutes from one (included) to another (not included), ascending; null while nothing is known.</summary>
    public IReadOnlyList<long>? Between(long from, long to)
    {
        lock (_lock)
        {
            return _isKnown ? [.. _marks.Keys.SkipWhile(minute => minute < from).TakeWhile(minute => minute < to)] : null;
        }
    }
}
