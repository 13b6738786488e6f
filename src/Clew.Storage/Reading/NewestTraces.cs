using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>
/// Finds the traces with the newest spans that fulfil a condition, without reading more of the time than it takes: what an index narrows is asked of all of it at once, anything else
/// of its newest part first. Spans are read in the order of time up to a limit, which the engine stops at; different traces are told apart here, because it reads everything
/// before it could.
/// </summary>
/// <param name="ask">Asks the engine.</param>
/// <param name="where">The condition, with the time that it is about.</param>
/// <param name="limit">Traces that are wanted.</param>
internal sealed class NewestTraces(Func<string, Task<IReadOnlyList<NativeBlock>>> ask, Func<TimeRange, string> where, int limit)
{
    /// <summary>Of a trace several spans may fulfil the condition: so many are read for each trace that is wanted, at first.</summary>
    private const int SpansPerTrace = 4;

    /// <summary>If they were too few, so many times as many are read.</summary>
    private const int Growth = 8;

    /// <summary>Ids that are read to tell traces apart here, 16 bytes each; where they are not enough the engine does it.</summary>
    private const int MostSpans = 200_000;

    /// <summary>The newest part of a time is 1/64 of it, the next one reaches back to 1/16, the next to 1/4.</summary>
    private const int SmallestPart = 64;

    private const int PartGrowth = 4;

    private readonly List<TraceId> _found = [];
    private readonly HashSet<TraceId> _seen = [];

    /// <param name="isNarrowed">An index leaves most of the time out.</param>
    /// <returns>Ids by their newest span that fulfils the condition, newest first.</returns>
    public async Task<IReadOnlyList<TraceId>> FindAsync(TimeRange range, bool isNarrowed)
    {
        foreach (var part in isNarrowed ? [range] : NewestFirst(range))
        {
            await FindWithinAsync(part);
            if (_found.Count == limit)
            {
                break;
            }
        }

        return _found;
    }

    /// <summary>The parts of a time, newest first. A time without a start or an end is one part.</summary>
    internal static IEnumerable<TimeRange> NewestFirst(TimeRange range)
    {
        var length = range.End.UnixNanoseconds - range.Start.UnixNanoseconds;
        if (range.Start.UnixNanoseconds <= 0 || range.End == Timestamp.MaxValue || length < SmallestPart)
        {
            yield return range;
            yield break;
        }

        var end = range.End;
        for (var part = SmallestPart; part > 1; part /= PartGrowth)
        {
            var start = new Timestamp(range.End.UnixNanoseconds - (length / part));
            yield return new TimeRange(start, end);
            end = start;
        }

        yield return range with { End = end };
    }

    private async Task FindWithinAsync(TimeRange part)
    {
        for (var spans = Math.Min(MostSpans, (long)(limit - _found.Count) * SpansPerTrace); ; spans = Math.Min(MostSpans, spans * Growth))
        {
            var read = Take(await ask($"SELECT trace_id FROM spans WHERE {where(part)} ORDER BY time DESC LIMIT {SqlLiteral.Int(spans)}"));
            if (read < spans || _found.Count == limit)
            {
                return;
            }

            if (spans == MostSpans)
            {
                Take(await ask($"SELECT trace_id FROM spans WHERE {where(part)} ORDER BY time DESC LIMIT 1 BY trace_id LIMIT {SqlLiteral.Int((long)limit + _seen.Count)}"));
                return;
            }
        }
    }

    /// <returns>How many ids there were.</returns>
    private long Take(IReadOnlyList<NativeBlock> blocks)
    {
        var read = 0L;
        foreach (var block in blocks)
        {
            foreach (var id in block.Fixed("trace_id").As<TraceId>())
            {
                if (_found.Count < limit && _seen.Add(id))
                {
                    _found.Add(id);
                }
            }

            read += block.Rows;
        }

        return read;
    }
}
