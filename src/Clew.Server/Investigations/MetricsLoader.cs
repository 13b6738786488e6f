using System.Globalization;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Investigations;

/// <summary>
/// Loads metrics of the window, of the time before it that usual values are taken from, and of the hours before that for slow trends. Where the time
/// before the window holds none, the nearest earlier points are taken; where it holds so few of each series that nobody could say from them what is usual
/// (metrics of clouds come every five minutes), earlier ones are taken, too.
/// </summary>
internal sealed class MetricsLoader(ITelemetryReader store, InvestigationLimits limits)
{
    /// <summary>Shortest stretch by which earlier points are looked for.</summary>
    private static readonly TimeSpan SearchStep = TimeSpan.FromMinutes(30);

    /// <summary>Points of a series that tell what is usual, though earlier incidents be among them: a day of one every five minutes.</summary>
    private const int UsualPoints = 288;

    /// <summary>Fewer points of a series than this are too few.</summary>
    private const int FewPoints = 30;

    /// <summary>Metrics that somebody sent, not those that were computed from the spans read anyway.</summary>
    private static readonly Predicate IsSent = new NotPredicate(Predicate.Equal(Field.Intrinsic(Intrinsics.ScopeName), Literal.String(Derivation.SpanMetrics.Scope)));

    /// <summary>Reads what the world shall hold.</summary>
    /// <returns>The metrics; what was left out; from when on values count as usual, nanoseconds.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<(IReadOnlyList<MetricBatch> Batches, IReadOnlyList<string> Truncations, long ComparedSince)> LoadAsync(InvestigationScope scope, CancellationToken cancellation)
    {
        var truncations = new List<string>();
        var length = scope.Window.Length;
        var compared = TimeSpan.FromTicks(Math.Max(limits.MetricLookBack.Ticks, length.Ticks * 4));
        var before = new TimeRange(scope.Window.Start - compared, scope.Window.Start);
        if (await CountAsync(scope, before, cancellation) == 0 && await CountAsync(scope, scope.Window, cancellation) > 0
            && await NearestAsync(scope, before.Start, compared, cancellation) is { } nearest)
        {
            truncations.Add(string.Create(CultureInfo.InvariantCulture,
                $"There are no metric points in the {compared.TotalMinutes:0} min before the window; metrics are compared with the nearest earlier ones, of {nearest}."));
            return ([await ReadAsync(scope, nearest, cancellation), await ReadAsync(scope, scope.Window, cancellation)], truncations, nearest.Start.UnixNanoseconds);
        }

        if (await FurtherAsync(scope, before, cancellation) is { } further)
        {
            truncations.Add(string.Create(CultureInfo.InvariantCulture,
                $"The {compared.TotalMinutes:0} min before the window hold fewer than {FewPoints} points of a metric on average; metrics are compared with those since {further.Start}."));
            return ([await ReadAsync(scope, further, cancellation), await ReadAsync(scope, scope.Window, cancellation)], truncations, further.Start.UnixNanoseconds);
        }

        var back = TimeSpan.FromTicks(Math.Max(limits.MetricTrendLookBack.Ticks, compared.Ticks));
        var points = await CountAsync(scope, new TimeRange(scope.Window.Start - back, scope.Window.End), cancellation);
        if (points > limits.MetricPoints)
        {
            back = TimeSpan.FromTicks(Math.Max(length.Ticks, (long)(back.Ticks * ((double)limits.MetricPoints / points))));
            if (back < compared)
            {
                truncations.Add(string.Create(CultureInfo.InvariantCulture, $"Metrics were compared with {back.TotalMinutes:0.#} min before the window only, because there are {points} points in more."));
            }
        }

        return ([await ReadAsync(scope, new TimeRange(scope.Window.Start - back, scope.Window.End), cancellation)], truncations, before.Start.UnixNanoseconds);
    }

    private Task<MetricBatch> ReadAsync(InvestigationScope scope, TimeRange range, CancellationToken cancellation) =>
        store.FindMetricsAsync(new RecordQuery(scope.Tenant, range, IsSent, 2 * limits.MetricPoints, TimeOrder.OldestFirst), cancellation);

    private async Task<long> CountAsync(InvestigationScope scope, TimeRange range, CancellationToken cancellation)
    {
        var table = await store.ReadAsync(new ReadPlan(scope.Tenant, Dataset.NumberPoints, range) { Where = IsSent, Aggregates = [Aggregate.Count()] }, cancellation);
        return table.RowCount == 0 ? 0 : table.Longs("count")[0];
    }

    /// <summary>The time before the window that holds enough points of each series, when the usual time does not and there are earlier ones.</summary>
    private async Task<TimeRange?> FurtherAsync(InvestigationScope scope, TimeRange usual, CancellationToken cancellation)
    {
        var (points, series) = await DensityAsync(scope, usual, cancellation);
        return series > 0 && points < FewPoints * series && await EarlierAsync(scope, usual.Start, (UsualPoints * series) - points, TimeSpan.Zero, cancellation) is { } earlier
            ? new TimeRange(earlier.Start, usual.End)
            : null;
    }

    /// <summary>The latest time before a moment that holds points: as long as what it stands in for, and enough of them of each series of the window; null when there is none.</summary>
    private async Task<TimeRange?> NearestAsync(InvestigationScope scope, Timestamp until, TimeSpan wanted, CancellationToken cancellation)
    {
        var (_, series) = await DensityAsync(scope, scope.Window, cancellation);
        return await EarlierAsync(scope, until, UsualPoints * series, wanted * 4, cancellation);
    }

    private async Task<(long Points, long Series)> DensityAsync(InvestigationScope scope, TimeRange range, CancellationToken cancellation)
    {
        var plan = new ReadPlan(scope.Tenant, Dataset.NumberPoints, range) { Where = IsSent, Aggregates = [Aggregate.Count(), new(AggregateFunction.Distinct, "series", Field.Intrinsic(Intrinsics.SeriesFingerprint))] };
        var table = await store.ReadAsync(plan, cancellation);
        return table.RowCount == 0 ? (0, 0) : (table.Longs("count")[0], table.Longs("series")[0]);
    }

    /// <summary>The latest time before a moment that is so long and holds so many points, within the budget; null when none is there.</summary>
    private async Task<TimeRange?> EarlierAsync(InvestigationScope scope, Timestamp until, long wanted, TimeSpan length, CancellationToken cancellation)
    {
        var table = await store.ReadAsync(
            new ReadPlan(scope.Tenant, Dataset.NumberPoints, new TimeRange(until - limits.MetricSearch, until))
            {
                Where = IsSent,
                Step = SearchStep,
                Aggregates = [Aggregate.Count()],
                Limit = (int)(limits.MetricSearch / SearchStep) + 2,
            },
            cancellation);
        var (buckets, counts) = (table.Longs("bucket"), table.Longs("count"));
        var order = Enumerable.Range(0, table.RowCount).Where(i => counts[i] > 0).OrderByDescending(i => buckets[i]).ToArray();
        if (order.Length == 0)
        {
            return null;
        }

        var end = buckets[order[0]] + (SearchStep.Ticks * 100);
        var start = end;
        long points = 0;
        foreach (var i in order)
        {
            if ((points >= wanted && end - buckets[i] > length.Ticks * 100) || points + counts[i] > limits.MetricPoints)
            {
                break;
            }

            (start, points) = (buckets[i], points + counts[i]);
        }

        return start == end ? null : new TimeRange(new Timestamp(start), new Timestamp(Math.Min(end, until.UnixNanoseconds)));
    }
}
