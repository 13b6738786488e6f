using Clew.Analysis.Detection;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Detection;

/// <summary>Reads rates, errors and durations of the operations that serve requests, step by step.</summary>
internal sealed class RedReader(ITelemetryReader store, DetectionOptions options)
{
    // Rows of one answer: steps times operations, but never more than the store may be asked for at once.
    private const int MaxRows = 200_000;

    private static readonly Predicate Serves = new AnyPredicate(
    [
        Predicate.Equal(Field.Intrinsic(Intrinsics.Kind), Literal.String("server")), Predicate.Equal(Field.Intrinsic(Intrinsics.Kind), Literal.String("consumer")),
    ]);

    private static readonly Predicate IsError = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"));
    private static readonly Predicate IsRoot = Predicate.Equal(Field.Intrinsic(Intrinsics.ParentSpanId), Literal.String(default(SpanId).ToString()));

    /// <summary>The steps of a time. Its start is the start of the first step.</summary>
    /// <param name="step">Length of a step.</param>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<RedTimeline> ReadAsync(Tenant tenant, TimeRange range, TimeSpan step, CancellationToken cancellation)
    {
        var duration = Field.Intrinsic(Intrinsics.Duration);
        var length = step.Ticks * 100;
        var start = range.Start.UnixNanoseconds;
        var count = (int)((range.End.UnixNanoseconds - start + length - 1) / length);
        var table = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, range)
            {
                Where = Serves,
                GroupBy = [Field.Intrinsic(Intrinsics.Service), Field.Intrinsic(Intrinsics.Name), Field.Intrinsic(Intrinsics.Kind)],
                Step = step,
                Origin = range.Start,
                Aggregates =
                [
                    Aggregate.Count(),
                    new Aggregate(AggregateFunction.CountIf, "errors", If: IsError),
                    new Aggregate(AggregateFunction.CountIf, "roots", If: IsRoot),
                    new Aggregate(AggregateFunction.Quantile, "p50", duration, 0.5),
                    new Aggregate(AggregateFunction.Quantile, "p95", duration, 0.95),
                ],
                Limit = Math.Min(MaxRows, count * options.Operations),
            },
            cancellation);
        var (services, names, kinds) = (table.Texts(Intrinsics.Service), table.Texts(Intrinsics.Name), table.Texts(Intrinsics.Kind));
        var (buckets, counts, errors, roots) = (table.Longs("bucket"), table.Longs("count"), table.Longs("errors"), table.Longs("roots"));
        var (p50, p95) = (table.Doubles("p50"), table.Doubles("p95"));
        var series = new Dictionary<(string, string, string), (RedStep[] Steps, long Count, long Roots)>();
        for (var i = 0; i < table.RowCount; i++)
        {
            var key = (services[i], names[i], kinds[i]);
            var at = (buckets[i] - start) / length;
            if (at < 0 || at >= count)
            {
                continue;
            }

            var known = series.TryGetValue(key, out var found) ? found : (new RedStep[count], 0, 0);
            known.Item1[at] = new RedStep(counts[i], errors[i], p50[i], p95[i]);
            series[key] = (known.Item1, known.Item2 + counts[i], known.Item3 + roots[i]);
        }

        return new RedTimeline(start, length, count,
        [
            .. series.OrderByDescending(s => s.Value.Count).Take(options.Operations)
                .OrderBy(s => s.Key.Item1, StringComparer.Ordinal).ThenBy(s => s.Key.Item2, StringComparer.Ordinal).ThenBy(s => s.Key.Item3, StringComparer.Ordinal)
                .Select(s => new RedSeries(s.Key.Item1, s.Key.Item2, IsServer(s.Key.Item3) && 2 * s.Value.Roots > s.Value.Count, s.Value.Steps)),
        ]);
    }

    private static bool IsServer(string kind) => kind is "server" or "2";
}
