using System.Globalization;
using System.Runtime.CompilerServices;
using Clew.Query.Language;
using Clew.Query.LogQL.Source;
using Clew.Query.PromQL.Data;
using Clew.Telemetry;

namespace Clew.Query.LogQL.Stored;

/// <summary>Log lines from the store.</summary>
/// <param name="withLevel">
/// Whether entries have <c>detected_level</c> among their structured metadata. Loki gives it to all; here it is for those who ask for it by name or want
/// structured metadata apart, so that a stream and a count of its lines have the labels that were pushed, and no other.
/// </param>
/// <remarks>
/// <para>First the streams of the time are looked up, with the matchers applied to their labels. Then entries are read in portions that grow, from the end of the time
/// that is wanted first, with the streams and what is known of the line filters as conditions in the store.</para>
/// <para>Entries of one moment are in the order of their streams and lines; backwards in the reverse one.</para>
/// </remarks>
public sealed class StoreLogSource(ITelemetryReader store, Tenant tenant, LogSearchLimits limits, bool withLevel) : ILogSource
{
    /// <summary>The least entries that the first question is for.</summary>
    private const int FirstPortion = 200;

    /// <summary>Each portion is for so many times as many entries as the one before.</summary>
    private const int Growth = 4;

    private static readonly Field Resource = Field.Intrinsic(Intrinsics.ResourceFingerprint);
    private static readonly Field Severity = Field.Intrinsic(Intrinsics.Severity);
    private static readonly Field SeverityText = Field.Intrinsic(Intrinsics.SeverityText);
    private static readonly Field PushedLevel = new(FieldSource.Attribute, StoredLevel.Label);

    private readonly StoredStreams _streams = new(store, tenant, limits);

    /// <summary>Bytes of the lines that were handed over so far.</summary>
    public long BytesRead { get; private set; }

    public async IAsyncEnumerable<LogPortion> SelectAsync(LogSelection selection, QueryBudget budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(budget);
        var range = new TimeRange(new Timestamp(selection.Start), new Timestamp(selection.End));
        var lines = LineConditions.Of(selection.LineFilters, out _);
        StreamCondition? streams = null;
        var all = range;

        // Finding the streams of the time takes longer than finding a text that is rare: then the lines come first, and mostly that is all.
        var isTextFirst = LineConditions.HasText(selection.LineFilters);
        if (range.Start >= range.End || (!isTextFirst && (streams = await _streams.WhereAsync(selection.Matchers, range, cancellation)) is null))
        {
            yield break;
        }

        var parts = selection.NeedsMetadata ? RecordParts.Attributes : RecordParts.Core;
        var isForward = selection.Direction == LogDirection.Forward;
        var ask = selection.Wanted == 0 ? limits.PortionEntries : Math.Min(limits.PortionEntries, Math.Max(FirstPortion, selection.Wanted));
        while (range.Start < range.End)
        {
            budget.Check();
            var query = new RecordQuery(tenant, range, Predicate.AllOf(streams?.Where, lines), ask, isForward ? TimeOrder.OldestFirst : TimeOrder.NewestFirst) { Parts = parts };
            var batch = await store.FindLogsAsync(query, cancellation);
            var isLast = batch.Count < ask;
            if (!isLast)
            {
                // Entries of the last moment may be cut in two: they are read with the next portion, or all at once if there is no other moment.
                var last = batch[batch.Count - 1].Time;
                if (batch[0].Time == last)
                {
                    batch = await MomentAsync(query, last, cancellation);
                    range = isForward ? range with { Start = new Timestamp(last.UnixNanoseconds + 1) } : range with { End = last };
                }
                else
                {
                    batch.Truncate(CountBefore(batch, last));
                    range = isForward ? range with { Start = last } : range with { End = new Timestamp(last.UnixNanoseconds + 1) };
                }
            }

            yield return Portion(batch, selection, isForward);
            if (isLast || (streams ??= await _streams.WhereAsync(selection.Matchers, all, cancellation)) is null)
            {
                yield break;
            }

            ask = (int)Math.Min(limits.PortionEntries, (long)ask * Growth);
        }
    }

    public async Task<IReadOnlyList<LogCount>?> CountAsync(LogCounting counting, QueryBudget budget, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(counting);
        ArgumentNullException.ThrowIfNull(budget);
        const long NanosecondsPerTick = 100;
        var condition = LineConditions.Of(counting.LineFilters, out var isExact);
        if (!isExact || counting.Width % NanosecondsPerTick != 0 || counting.Width <= 0 || counting.Start >= counting.End || counting.End == long.MaxValue)
        {
            return counting.Start >= counting.End ? [] : null;
        }

        // The first nanosecond of a stretch does not count and the one after the last does: everything one later.
        var range = new TimeRange(new Timestamp(counting.Start + 1), new Timestamp(counting.End + 1));
        if (await _streams.WhereAsync(counting.Matchers, range, cancellation) is not { } streams)
        {
            return [];
        }

        var byLevel = counting.By.Contains(StoredLevel.Label) && !streams.Streams.Any(stream => stream.Labels[StoredLevel.Label].Length > 0);
        if (!streams.IsExact || counting.By.Any(name => !(byLevel && name == StoredLevel.Label) && !streams.Streams.All(stream => stream.Labels[name].Length > 0)))
        {
            // A name that is no label of some stream can be a name of structured metadata.
            return null;
        }

        budget.Check();
        var table = await store.ReadAsync(Plan(counting, range, Predicate.AllOf(streams.Where, condition), byLevel), cancellation);
        return table.RowCount > limits.Counts ? null : Counts(counting, table, byLevel);
    }

    private ReadPlan Plan(LogCounting counting, TimeRange range, Predicate? where, bool byLevel)
    {
        var bytes = new Aggregate(AggregateFunction.Sum, "bytes", Field.Intrinsic(Intrinsics.BodyLength));
        return new ReadPlan(tenant, Dataset.Logs, range)
        {
            Where = where,
            GroupBy = byLevel ? [Resource, Severity, SeverityText, PushedLevel] : [Resource],
            Step = TimeSpan.FromTicks(counting.Width / 100),
            Origin = range.Start,
            Aggregates = counting.Bytes ? [Aggregate.Count("entries"), bytes] : [Aggregate.Count("entries")],
            Limit = limits.Counts + 1,
        };
    }

    private List<LogCount> Counts(LogCounting counting, ResultTable table, bool byLevel)
    {
        var by = counting.By.ToHashSet(StringComparer.Ordinal);
        var totals = new Dictionary<(LabelSet Labels, long Stretch), (long Entries, double Value)>();
        var buckets = table.Longs("bucket");
        var entries = table.Longs("entries");
        var kept = new Dictionary<LogQlStream, LabelSet>();
        for (var row = 0; row < table.RowCount; row++)
        {
            var stored = _streams.Of(table, row);
            if (!StoredStreams.Matches(counting.Matchers, stored.Stream.Labels))
            {
                continue;
            }

            if (!kept.TryGetValue(stored.Stream, out var labels))
            {
                labels = stored.Stream.Labels.Where(by.Contains);
                kept.Add(stored.Stream, labels);
            }

            if (byLevel)
            {
                var pushed = table.Texts(PushedLevel.ToString())[row];
                labels = labels.With(
                    StoredLevel.Label,
                    pushed.Length > 0 ? pushed : StoredLevel.Of(byte.Parse(table.Texts(Severity.ToString())[row], CultureInfo.InvariantCulture), table.Texts(SeverityText.ToString())[row]));
            }

            var key = (labels, (buckets[row] - counting.Start - 1) / counting.Width);
            var (count, value) = totals.GetValueOrDefault(key);
            totals[key] = (count + entries[row], value + (counting.Bytes ? table.Doubles("bytes")[row] : entries[row]));
        }

        return [.. totals.Select(total => new LogCount(total.Key.Labels, total.Key.Stretch, total.Value.Entries, total.Value.Value))];
    }

    private async Task<LogBatch> MomentAsync(RecordQuery query, Timestamp moment, CancellationToken cancellation)
    {
        var whole = query with { Range = new TimeRange(moment, new Timestamp(moment.UnixNanoseconds + 1)), Limit = limits.PortionEntries + 1 };
        var batch = await store.FindLogsAsync(whole, cancellation);
        return batch.Count <= limits.PortionEntries ? batch : throw new QueryLimitException(
            "query.portion_entries",
            string.Create(CultureInfo.InvariantCulture, $"more than {limits.PortionEntries} lines have the same time, {moment} (limit query.portion_entries); ask for fewer streams"));
    }

    private static int CountBefore(LogBatch batch, Timestamp last)
    {
        var count = batch.Count;
        while (batch[count - 1].Time == last)
        {
            count--;
        }

        return count;
    }

    private StoredLogPortion Portion(LogBatch batch, LogSelection selection, bool isForward)
    {
        var streams = new StoredStream[batch.Resources.Count];
        var matches = new bool[streams.Length];
        for (var resource = 0; resource < streams.Length; resource++)
        {
            streams[resource] = _streams.Of(batch.Resources[resource]);
            matches[resource] = StoredStreams.Matches(selection.Matchers, streams[resource].Stream.Labels);
        }

        var rows = Enumerable.Range(0, batch.Count).Where(row => matches[batch.ResourceIndexes[row]]).ToArray();
        foreach (var row in rows)
        {
            BytesRead += batch.Bodies[row].Length;
        }

        SortMoments(batch, rows, isForward);
        return new StoredLogPortion(batch, rows, streams, withLevel);
    }

    /// <summary>The store gives entries of one moment in any order.</summary>
    private static void SortMoments(LogBatch batch, int[] rows, bool isForward)
    {
        for (var start = 0; start < rows.Length;)
        {
            var end = start + 1;
            while (end < rows.Length && batch[rows[end]].Time == batch[rows[start]].Time)
            {
                end++;
            }

            if (end > start + 1)
            {
                Array.Sort(rows, start, end - start, Comparer<int>.Create((left, right) =>
                {
                    var order = batch.Resources.Fingerprints[batch.ResourceIndexes[left]].CompareTo(batch.Resources.Fingerprints[batch.ResourceIndexes[right]]);
                    order = order != 0 ? order : batch.Arena.Get(batch.Bodies[left]).SequenceCompareTo(batch.Arena.Get(batch.Bodies[right]));
                    return isForward ? order : -order;
                }));
            }

            start = end;
        }
    }
}
