using System.Globalization;
using Clew.Analysis.Worlds;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Investigations;

/// <summary>
/// Loads a world from the store: exact figures by aggregation inside the store, structure from an unbiased sample of whole traces with their
/// logs, metrics of the time before and during, changes.
/// </summary>
public sealed class WorldLoader(ITelemetryReader store, InvestigationLimits limits)
{
    private const double MinStepSeconds = 1;

    private static readonly Field TraceIdField = Field.Intrinsic(Intrinsics.TraceId);
    private static readonly Predicate LooseErrors = new AllPredicate(
    [
        Predicate.Equal(TraceIdField, Literal.String(default(TraceId).ToString())),
        Predicate.Compare(Field.Intrinsic(Intrinsics.Severity), ComparisonOperator.GreaterOrEqual, Literal.Int(WorldTemplate.ErrorSeverity)),
    ]);

    private static readonly Predicate IsError = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"));

    /// <summary>Reads everything an investigation of this scope may look at.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<World> LoadAsync(InvestigationScope scope, CancellationToken cancellation)
    {
        var start = scope.Window.Start.UnixNanoseconds;
        var end = scope.Window.End.UnixNanoseconds;
        var stepLength = Math.Max((long)(MinStepSeconds * 1e9), (end - start) / limits.StretchesPerWindow);
        var window = await MeasureAsync(scope, start, end, cancellation);
        var baseline = await PickBaselineAsync(scope, stepLength, window.Spans, cancellation);
        var builder = new WorldBuilder(window, baseline.Stretches);
        foreach (var service in scope.Inventory)
        {
            builder.AddService(service);
        }

        var truncations = new List<string>();
        var oneIn = OneIn(window.Spans + baseline.Stretches.Sum(s => s.Spans), limits.Spans);
        if (oneIn > 1)
        {
            truncations.Add(string.Create(CultureInfo.InvariantCulture, $"One trace in {oneIn} was read span by span; counts and rates are exact."));
        }

        TimeRange[] ranges = [scope.Window, .. Merge(baseline.Stretches)];
        var metrics = new MetricsLoader(store, limits);
        long comparedSince = 0;
        await BuildAsync(
        [
            .. ranges.Select<TimeRange, Read>(range => () => SpansAsync(scope, builder, range, oneIn, truncations, cancellation)),
            async () =>
            {
                var logs = await ReadLogsAsync(scope, ranges, oneIn, cancellation);
                return () =>
                {
                    foreach (var batch in logs.Batches)
                    {
                        builder.Add(batch);
                    }

                    truncations.AddRange(logs.Truncations);
                };
            },
            async () =>
            {
                var read = await metrics.LoadAsync(scope, cancellation);
                return () =>
                {
                    foreach (var batch in read.Batches)
                    {
                        builder.Add(batch);
                    }

                    truncations.AddRange(read.Truncations);
                    comparedSince = read.ComparedSince;
                };
            },
            async () =>
            {
                var stretches = await Task.WhenAll(baseline.Stretches.Prepend(window).Select(s => OperationFigures.ReadAsync(store, scope.Tenant, new TimeRange(new Timestamp(s.Start), new Timestamp(s.End)), cancellation)));
                return () =>
                {
                    for (var i = 0; i < stretches.Length; i++)
                    {
                        foreach (var row in stretches[i])
                        {
                            builder.AddRed(row.Service, row.Name, row.Kind, i - 1, row.Count, row.Errors, row.P50, row.P95);
                        }
                    }
                };
            },
        ]);

        await new SeasonLoader(store).LoadAsync(scope, builder, cancellation);
        if (oneIn > 1)
        {
            // A complete sample shows every call by itself.
            foreach (var edge in await store.GetDependenciesAsync(scope.Tenant, scope.Window, cancellation))
            {
                builder.AddEdge(edge.Caller, edge.Callee, edge.Calls, edge.Errors);
            }
        }

        var changes = await store.GetChangesAsync(scope.Tenant, new TimeRange(scope.Window.Start - limits.ChangeLookBack, scope.Window.End), cancellation);
        return builder.Build(new WorldFrame(scope.Origin, baseline.Reason)
        {
            Inventory = scope.Inventory,
            FocusService = scope.FocusService,
            FocusTrace = scope.FocusTrace.IsEmpty ? string.Empty : scope.FocusTrace.ToString(),
            Changes = changes,
            Kubernetes = await KubernetesLoader.LoadAsync(store, scope, limits, truncations, cancellation),
            Truncations = truncations,
            ComparedSince = comparedSince,
        });
    }

    /// <summary>Reads one thing after the other and adds it, always reading one ahead: the store works while the builder, which takes one thing at a time, does too.</summary>
    private static async Task BuildAsync(IEnumerable<Read> reads)
    {
        Task<Action>? ahead = null;
        try
        {
            foreach (var read in reads)
            {
                var current = ahead;
                ahead = Task.Run(() => read());
                if (current is not null)
                {
                    (await current)();
                }
            }

            if (ahead is not null)
            {
                (await ahead)();
            }
        }
        finally
        {
            // Of a failed build nothing goes on reading behind the asker's back.
            await Task.WhenAny(ahead ?? Task.CompletedTask);
        }
    }

    private async Task<Action> SpansAsync(InvestigationScope scope, WorldBuilder builder, TimeRange range, int oneIn, List<string> truncations, CancellationToken cancellation)
    {
        var limit = 2 * limits.Spans;
        var batch = await store.FindSpansAsync(
            new RecordQuery(scope.Tenant, Widened(range), null, limit, TimeOrder.OldestFirst) { OneTraceIn = oneIn, Parts = RecordParts.All }, cancellation);
        return () =>
        {
            builder.Add(batch);
            if (batch.Count >= limit)
            {
                truncations.Add(string.Create(CultureInfo.InvariantCulture, $"Only the first {limit} spans of {range} were read."));
            }
        };
    }

    private async Task<PickedBaseline> PickBaselineAsync(InvestigationScope scope, long stepLength, long windowSpans, CancellationToken cancellation)
    {
        var start = scope.Window.Start.UnixNanoseconds;
        if (scope.Baseline is { } chosen)
        {
            var steps = await ReadStepsAsync(scope, chosen, stepLength, cancellation);
            return BaselinePicker.Cut(chosen.Start.UnixNanoseconds, chosen.End.UnixNanoseconds, stepLength, steps, limits);
        }

        var lookBack = Math.Min(limits.LookBack.Ticks * 100, stepLength * limits.LookBackSteps);
        var gap = (scope.Window.End.UnixNanoseconds - start) / 2;

        // Steps are aligned to the epoch; the one the window begins in is cut off by the range's end.
        var before = await ReadStepsAsync(scope, new TimeRange(new Timestamp(start - lookBack), scope.Window.Start), stepLength, cancellation);
        if (before.Count > 0)
        {
            var picked = BaselinePicker.Pick(before, stepLength, start, gap, limits.Stretches);
            return windowSpans + picked.Stretches.Sum(s => s.Spans) <= limits.Spans ? picked : BaselinePicker.Pick(before, stepLength, start, gap, limits.SampledStretches);
        }

        // Without spans, logs and metrics are compared with the time right before.
        var stretches = Enumerable.Range(1, limits.Stretches).Reverse()
            .Select(i => new WorldStretch(start - gap - (i * stepLength), start - gap - ((i - 1) * stepLength), 0, 0)).ToArray();
        return new PickedBaseline(stretches, string.Create(CultureInfo.InvariantCulture,
            $"The store holds no spans before the window; logs and metrics are compared with the {limits.Stretches} stretches of {stepLength / 1e9:0.#} s before it."));
    }

    private async Task<List<Step>> ReadStepsAsync(InvestigationScope scope, TimeRange range, long stepLength, CancellationToken cancellation)
    {
        var table = await store.ReadAsync(
            new ReadPlan(scope.Tenant, Dataset.Spans, range)
            {
                Step = TimeSpan.FromTicks(stepLength / 100),
                Aggregates =
                [
                    Aggregate.Count("spans"),
                    new Aggregate(AggregateFunction.Distinct, "traces", TraceIdField),
                    new Aggregate(AggregateFunction.CountIf, "errors", If: IsError),
                    new Aggregate(AggregateFunction.Quantile, "p95", Field.Intrinsic(Intrinsics.Duration), 0.95),
                ],
                Limit = limits.LookBackSteps + 2,
            },
            cancellation);
        var (buckets, spans, traces, errors, p95) = (table.Longs("bucket"), table.Longs("spans"), table.Longs("traces"), table.Longs("errors"), table.Doubles("p95"));
        var steps = new List<Step>(table.RowCount);
        for (var i = 0; i < table.RowCount; i++)
        {
            // A step that only partly lies in the range must not reach outside it.
            var from = Math.Max(buckets[i], range.Start.UnixNanoseconds);
            steps.Add(new Step(from, spans[i], traces[i], errors[i] / (double)Math.Max(1, spans[i]), p95[i]));
        }

        return steps;
    }

    private async Task<WorldStretch> MeasureAsync(InvestigationScope scope, long start, long end, CancellationToken cancellation)
    {
        var table = await store.ReadAsync(
            new ReadPlan(scope.Tenant, Dataset.Spans, scope.Window)
            {
                Aggregates = [Aggregate.Count("spans"), new Aggregate(AggregateFunction.Distinct, "traces", TraceIdField)],
            },
            cancellation);
        return table.RowCount == 0 ? new WorldStretch(start, end, 0, 0) : new WorldStretch(start, end, table.Longs("spans")[0], table.Longs("traces")[0]);
    }

    /// <summary>
    /// Reads log records of all ranges by the same share: those of the sampled traces, and so many of those without a trace. Errors without a trace are read all: a single one may be what matters.
    /// </summary>
    private async Task<(IReadOnlyList<LogBatch> Batches, IReadOnlyList<string> Truncations)> ReadLogsAsync(
        InvestigationScope scope, TimeRange[] ranges, int oneIn, CancellationToken cancellation)
    {
        var batches = new List<LogBatch>();
        long total = 0;
        foreach (var range in ranges)
        {
            var table = await store.ReadAsync(new ReadPlan(scope.Tenant, Dataset.Logs, range) { Aggregates = [Aggregate.Count()] }, cancellation);
            total += table.RowCount == 0 ? 0 : table.Longs("count")[0];
        }

        var keep = Math.Max(oneIn, OneIn(total, limits.Logs));
        var ordered = ranges.OrderBy(range => range.Start).ToArray();
        var read = TimeRange.All.Start;
        for (var i = 0; i < ordered.Length; i++)
        {
            // Widened for traces across the edge, but no record twice: unlike a span, a repeated line cannot be told from a second one.
            var wide = Widened(ordered[i]);
            wide = new TimeRange(
                wide.Start > read ? wide.Start : read, i + 1 < ordered.Length && ordered[i + 1].Start < wide.End ? ordered[i + 1].Start : wide.End);
            read = wide.End;
            batches.Add(await store.FindLogsAsync(
                new RecordQuery(scope.Tenant, wide, keep > 1 ? new NotPredicate(LooseErrors) : null, limits.Logs, TimeOrder.OldestFirst) { OneTraceIn = keep, Parts = RecordParts.Attributes }, cancellation));
            if (keep > 1)
            {
                batches.Add(await store.FindLogsAsync(
                    new RecordQuery(scope.Tenant, ordered[i], LooseErrors, limits.LooseErrors, TimeOrder.OldestFirst) { Parts = RecordParts.Attributes }, cancellation));
            }
        }

        return (batches, keep > 1
            ? [string.Create(CultureInfo.InvariantCulture, $"Of {total} log records those of one trace in {keep} were read, of those without a trace one in {keep}, and all errors without a trace.")]
            : []);
    }

    /// <summary>Reads something; gives what is to be done with it.</summary>
    private delegate Task<Action> Read();

    private TimeRange Widened(TimeRange range) => new(range.Start - limits.LongestTrace, range.End + limits.LongestTrace);

    private static int OneIn(long rows, int budget) => (int)Math.Max(1, (rows + budget - 1) / budget);

    /// <summary>Neighbouring stretches as one range, so that the traces across their edges are read once.</summary>
    private static IEnumerable<TimeRange> Merge(IReadOnlyList<WorldStretch> stretches)
    {
        for (var i = 0; i < stretches.Count; i++)
        {
            var start = stretches[i].Start;
            while (i + 1 < stretches.Count && stretches[i + 1].Start <= stretches[i].End)
            {
                i++;
            }

            yield return new TimeRange(new Timestamp(start), new Timestamp(stretches[i].End));
        }
    }
}
