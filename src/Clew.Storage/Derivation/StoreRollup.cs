using System.Globalization;
using Clew.Storage.Engine;
using Clew.Storage.Native;
using Clew.Storage.Reading;

namespace Clew.Storage.Derivation;

/// <summary>The roll-ups on an engine. Works in a lane of its own, with one thread.</summary>
internal sealed class StoreRollup(IStoreEngine engine, StorageLimits limits, ChangedMinutes changed, TimeProvider time) : ITelemetryRollup, IDisposable
{
    /// <summary>Minutes of one statement: bounds its memory and how long it cannot be interrupted.</summary>
    private const int MostMinutes = 60;

    /// <summary>Changed minutes closer together than this are rolled in one statement with those between them: reading them is cheaper than another one.</summary>
    private const int NearMinutes = 3;

    /// <summary>A minute that changed after it was rolled up is rolled again when it is this old, and from then on whenever it changes.</summary>
    private const int LateMinutes = 10;

    private readonly SemaphoreSlim _rolling = new(1);
    private long _lastRoll;

    public async Task<RollupResult> RollAsync(Timestamp settled, CancellationToken cancellation)
    {
        await _rolling.WaitAsync(cancellation);
        try
        {
            var end = settled.UnixNanoseconds / ChangedMinutes.Nanoseconds;
            if (!changed.IsKnown)
            {
                changed.Known(await FindMinutesAsync(RollupSql.Changed, cancellation), end);
            }

            var marks = changed.Take(end, end - LateMinutes);
            if (marks.Count == 0)
            {
                return new RollupResult(0, []);
            }

            var all = new TimeRange(At(marks[0].Minute - 1), At(marks[^1].Minute + 1));
            var shrunk = (await FindMinutesAsync(RollupSql.Shrunk(all), cancellation)).ToHashSet();
            changed.Unmark(marks.Where(mark => shrunk.Contains(mark.Minute)));
            var ranges = Ranges([.. marks.Select(mark => mark.Minute).Where(minute => !shrunk.Contains(minute))], shrunk);
            foreach (var range in ranges)
            {
                // Larger than any before it, also after a restart. The minute before is computed too: its calls may have been answered in this one.
                var roll = _lastRoll = Math.Max(time.GetUtcNow().UtcTicks, _lastRoll + 1);
                var before = (range.Start.UnixNanoseconds / ChangedMinutes.Nanoseconds) - 1;
                var edges = shrunk.Contains(before) ? range : range with { Start = At(before) };
                await RunAsync(RollupSql.Edges(edges, roll), cancellation);

                // Last, because a minute with as many spans in span_minutes as in spans counts as rolled up.
                await RunAsync(RollupSql.Spans(range, roll), cancellation);
                changed.Unmark(marks.Where(mark => range.Contains(At(mark.Minute))));
            }

            return new RollupResult(marks.Count(mark => !shrunk.Contains(mark.Minute)), ranges);
        }
        finally
        {
            _rolling.Release();
        }
    }

    public async Task<IReadOnlyList<SpanSeriesPoint>> GetSpanSeriesAsync(Tenant tenant, TimeRange range, Timestamp from, int limit, CancellationToken cancellation)
    {
        var blocks = await RunAsync(
            $"""
            SELECT * FROM
            (
                SELECT minute, service, name, kind, status, sum(spans) OVER w AS total, sum(duration_sum) OVER w AS duration, {Cumulative("buckets")} AS durations, sum(size_sum) OVER w AS bytes, slowest, slowest_trace, slowest_span
                FROM span_minutes FINAL
                WHERE {StoreReader.TenantIs(tenant)} AND {StoreReader.InRange(range, "minute")}
                WINDOW w AS (PARTITION BY service, name, kind, status ORDER BY minute)
            )
            WHERE minute >= {SqlLiteral.Time(from)}
            ORDER BY service, name, kind, status, minute
            LIMIT {SqlLiteral.Int(limit)}
            """,
            cancellation);
        var points = new List<SpanSeriesPoint>();
        foreach (var block in blocks)
        {
            for (var row = 0; row < block.Rows; row++)
            {
                points.Add(new SpanSeriesPoint(
                    new Timestamp(block.Fixed("minute").As<long>()[row] + ChangedMinutes.Nanoseconds),
                    block["service"].GetString(row),
                    block["name"].GetString(row),
                    block.Fixed("kind").As<SpanKind>()[row],
                    block.Fixed("status").As<SpanStatus>()[row],
                    block.Fixed("total").As<ulong>()[row],
                    Histogram(block, "durations", "duration", row),
                    block.Fixed("slowest_trace").As<TraceId>()[row],
                    block.Fixed("slowest_span").As<SpanId>()[row],
                    block.Fixed("slowest").As<long>()[row],
                    block.Fixed("bytes").As<ulong>()[row]));
            }
        }

        return points;
    }

    public async Task<IReadOnlyList<EdgeSeriesPoint>> GetEdgeSeriesAsync(Tenant tenant, TimeRange range, Timestamp from, int limit, CancellationToken cancellation)
    {
        var blocks = await RunAsync(
            $"""
            SELECT * FROM
            (
                SELECT minute, client, server, link, sum(calls) OVER w AS total, sum(failed) OVER w AS failures,
                    sum(server_sum) OVER w AS server_time, {Cumulative("server_buckets")} AS server_durations,
                    sum(client_sum) OVER w AS client_time, {Cumulative("client_buckets")} AS client_durations,
                    sum(waiting_sum) OVER w AS waiting_time, {Cumulative("waiting_buckets")} AS waiting_durations, slowest, slowest_trace, slowest_span
                FROM edge_minutes FINAL
                WHERE {StoreReader.TenantIs(tenant)} AND {StoreReader.InRange(range, "minute")} AND (minute, roll) IN ({Latest(tenant, range)})
                WINDOW w AS (PARTITION BY client, server, link ORDER BY minute)
            )
            WHERE minute >= {SqlLiteral.Time(from)}
            ORDER BY client, server, link, minute
            LIMIT {SqlLiteral.Int(limit)}
            """,
            cancellation);
        var points = new List<EdgeSeriesPoint>();
        foreach (var block in blocks)
        {
            for (var row = 0; row < block.Rows; row++)
            {
                points.Add(new EdgeSeriesPoint(
                    new Timestamp(block.Fixed("minute").As<long>()[row] + ChangedMinutes.Nanoseconds),
                    block["client"].GetString(row),
                    block["server"].GetString(row),
                    block.Fixed("link").As<EdgeLink>()[row],
                    block.Fixed("total").As<ulong>()[row],
                    block.Fixed("failures").As<ulong>()[row],
                    Histogram(block, "server_durations", "server_time", row),
                    Histogram(block, "client_durations", "client_time", row),
                    Histogram(block, "waiting_durations", "waiting_time", row),
                    block.Fixed("slowest_trace").As<TraceId>()[row],
                    block.Fixed("slowest_span").As<SpanId>()[row],
                    block.Fixed("slowest").As<long>()[row]));
            }
        }

        return points;
    }

    public void Dispose() => _rolling.Dispose();

    private static string Cumulative(string buckets) => $"sumForEach({buckets}) OVER w";

    private static DurationHistogram Histogram(NativeBlock block, string buckets, string sum, int row)
    {
        var lists = block.Array(buckets);
        var start = row == 0 ? 0 : lists.Ends[row - 1];
        return new DurationHistogram(((FixedColumn)lists.Elements).As<ulong>()[start..lists.Ends[row]].ToArray(), block.Fixed(sum).As<long>()[row]);
    }

    /// <summary>A call that was answered late is no longer one of an unknown peer: rows of an earlier roll that the latest did not make again are void.</summary>
    private static string Latest(Tenant tenant, TimeRange range) =>
        $"SELECT minute, max(roll) FROM edge_minutes WHERE {StoreReader.TenantIs(tenant)} AND {StoreReader.InRange(range, "minute")} GROUP BY minute";

    private static Timestamp At(long minute) => new(minute * ChangedMinutes.Nanoseconds);

    /// <summary>Changed minutes as stretches, none longer than <see cref="MostMinutes"/> and none over a minute that must stay as it is.</summary>
    private static List<TimeRange> Ranges(IReadOnlyList<long> minutes, HashSet<long> kept)
    {
        var ranges = new List<TimeRange>();
        for (var i = 0; i < minutes.Count;)
        {
            var first = minutes[i];
            var last = first;
            for (i++; i < minutes.Count && minutes[i] - last <= NearMinutes && minutes[i] - first < MostMinutes && !Enumerable.Range(1, (int)(minutes[i] - last)).Any(step => kept.Contains(last + step)); i++)
            {
                last = minutes[i];
            }

            ranges.Add(new TimeRange(At(first), At(last + 1)));
        }

        return ranges;
    }

    private async Task<List<long>> FindMinutesAsync(string sql, CancellationToken cancellation)
    {
        var minutes = new List<long>();
        foreach (var block in await RunAsync(sql, cancellation))
        {
            minutes.AddRange(block.Fixed("number").As<long>());
        }

        return minutes;
    }

    private async Task<IReadOnlyList<NativeBlock>> RunAsync(string sql, CancellationToken cancellation)
    {
        try
        {
            return await engine.QueryAsync(
                EngineWork.Derive, string.Create(CultureInfo.InvariantCulture, $"{sql} SETTINGS max_threads = 1, max_memory_usage = {limits.QueryMemory}"), cancellation);
        }
        catch (EngineException error)
        {
            throw StoreErrors.Translate(error);
        }
    }
}
