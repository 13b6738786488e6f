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

    /// <summary>Operations per stretch whose exact figures are read; the busiest ones.</summary>
    private const int MaxOperations = 5_000;

    private static readonly Field TraceIdField = Field.Intrinsic(Intrinsics.TraceId);
    private static readonly Predicate IsError = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"));

    /// <summary>Reads everything an investigation of this scope may look at.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<World> LoadAsync(InvestigationScope scope, CancellationToken cancellation)
    {
        var start = scope.Window.Start.UnixNanoseconds;
        var end = scope.Window.End.UnixNanoseconds;
        var stepLength = Math.Max((long)(MinStepSeconds * 1e9), (end - start) / limits.StretchesPerWindow);
        var baseline = await PickBaselineAsync(scope, stepLength, cancellation);
        var window = await MeasureAsync(scope, start, end, cancellation);
        var builder = new WorldBuilder(window, baseline.Stretches);
        foreach (var service in scope.Inventory)
        {
            builder.AddService(service);
        }

        var truncations = new List<string>();
        var windowSample = OneIn(window.Spans, limits.WindowSpans);
        var baselineSample = OneIn(baseline.Stretches.Sum(s => s.Spans), limits.BaselineSpans);
        Sampled(truncations, "window", windowSample);
        Sampled(truncations, "baseline", baselineSample);
        var ranges = new List<(TimeRange Range, int OneIn)> { (scope.Window, windowSample) };
        ranges.AddRange(Merge(baseline.Stretches).Select(r => (r, baselineSample)));
        foreach (var (range, oneIn) in ranges)
        {
            builder.Add(await ReadSpansAsync(scope, range, oneIn, truncations, cancellation));
        }

        await AddLogsAsync(scope, builder, ranges, truncations, cancellation);
        var comparedSince = await new MetricsLoader(store, limits).LoadAsync(scope, builder, truncations, cancellation);
        await AddRedAsync(scope, builder, window, -1, cancellation);
        for (var i = 0; i < baseline.Stretches.Count; i++)
        {
            await AddRedAsync(scope, builder, baseline.Stretches[i], i, cancellation);
        }

        if (windowSample > 1)
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

    private async Task<PickedBaseline> PickBaselineAsync(InvestigationScope scope, long stepLength, CancellationToken cancellation)
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
            return BaselinePicker.Pick(before, stepLength, start, gap, limits);
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

    private async Task<SpanBatch> ReadSpansAsync(InvestigationScope scope, TimeRange range, int oneIn, List<string> truncations, CancellationToken cancellation)
    {
        var limit = 2 * Math.Max(limits.WindowSpans, limits.BaselineSpans);
        var batch = await store.FindSpansAsync(
            new RecordQuery(scope.Tenant, Widened(range), null, limit, TimeOrder.OldestFirst) { OneTraceIn = oneIn, Parts = RecordParts.All }, cancellation);
        if (batch.Count >= limit)
        {
            truncations.Add(string.Create(CultureInfo.InvariantCulture, $"Only the first {limit} spans of {range} were read."));
        }

        return batch;
    }

    private async Task AddLogsAsync(
        InvestigationScope scope, WorldBuilder builder, List<(TimeRange Range, int OneIn)> ranges, List<string> truncations, CancellationToken cancellation)
    {
        long total = 0;
        foreach (var (range, _) in ranges)
        {
            var table = await store.ReadAsync(new ReadPlan(scope.Tenant, Dataset.Logs, range) { Aggregates = [Aggregate.Count()] }, cancellation);
            total += table.RowCount == 0 ? 0 : table.Longs("count")[0];
        }

        var thinned = OneIn(total, limits.Logs);
        var ordered = ranges.OrderBy(r => r.Range.Start).ToArray();
        var read = TimeRange.All.Start;
        for (var i = 0; i < ordered.Length; i++)
        {
            // Widened for traces across the edge, but no record twice: unlike a span, a repeated line cannot be told from a second one.
            var (range, oneIn) = ordered[i];
            var wide = Widened(range);
            wide = new TimeRange(
                wide.Start > read ? wide.Start : read, i + 1 < ordered.Length && ordered[i + 1].Range.Start < wide.End ? ordered[i + 1].Range.Start : wide.End);
            read = wide.End;
            var keep = Math.Max(oneIn, thinned);
            builder.Add(await store.FindLogsAsync(
                new RecordQuery(scope.Tenant, wide, null, limits.Logs, TimeOrder.OldestFirst) { OneTraceIn = keep, Parts = RecordParts.Attributes }, cancellation));
            if (keep > 1)
            {
                var loose = Predicate.AllOf(
                    Predicate.Equal(TraceIdField, Literal.String(default(TraceId).ToString())),
                    Predicate.Compare(Field.Intrinsic(Intrinsics.Severity), ComparisonOperator.GreaterOrEqual, Literal.Int(WorldTemplate.ErrorSeverity)));
                builder.Add(await store.FindLogsAsync(
                    new RecordQuery(scope.Tenant, range, loose, limits.LooseErrors, TimeOrder.OldestFirst) { Parts = RecordParts.Attributes }, cancellation));
            }
        }

        if (thinned > 1)
        {
            truncations.Add(string.Create(CultureInfo.InvariantCulture, $"Of {total} log records those of one trace in {thinned} were read, and errors without a trace."));
        }
    }

    private async Task AddRedAsync(InvestigationScope scope, WorldBuilder builder, WorldStretch stretch, int index, CancellationToken cancellation)
    {
        var duration = Field.Intrinsic(Intrinsics.Duration);
        var table = await store.ReadAsync(
            new ReadPlan(scope.Tenant, Dataset.Spans, new TimeRange(new Timestamp(stretch.Start), new Timestamp(stretch.End)))
            {
                GroupBy = [Field.Intrinsic(Intrinsics.Service), Field.Intrinsic(Intrinsics.Name), Field.Intrinsic(Intrinsics.Kind)],
                Aggregates =
                [
                    Aggregate.Count(),
                    new Aggregate(AggregateFunction.CountIf, "errors", If: IsError),
                    new Aggregate(AggregateFunction.Quantile, "p50", duration, 0.5),
                    new Aggregate(AggregateFunction.Quantile, "p95", duration, 0.95),
                ],
                Limit = MaxOperations,
            },
            cancellation);
        var (services, names, kinds) = (table.Texts(Intrinsics.Service), table.Texts(Intrinsics.Name), table.Texts(Intrinsics.Kind));
        var (counts, errors, p50, p95) = (table.Longs("count"), table.Longs("errors"), table.Doubles("p50"), table.Doubles("p95"));

        // The store answers in any order; a world must be the same each time.
        foreach (var i in Enumerable.Range(0, table.RowCount).OrderBy(i => services[i], StringComparer.Ordinal).ThenBy(i => names[i], StringComparer.Ordinal).ThenBy(i => kinds[i], StringComparer.Ordinal))
        {
            builder.AddRed(services[i], names[i], KindOf(kinds[i]), index, counts[i], errors[i], p50[i], p95[i]);
        }
    }

    private static SpanKind KindOf(string text) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (SpanKind)number : Enum.TryParse<SpanKind>(text, ignoreCase: true, out var kind) ? kind : SpanKind.Unspecified;

    private TimeRange Widened(TimeRange range) => new(range.Start - limits.LongestTrace, range.End + limits.LongestTrace);

    private static int OneIn(long rows, int budget) => (int)Math.Max(1, (rows + budget - 1) / budget);

    private static void Sampled(List<string> truncations, string what, int oneIn)
    {
        if (oneIn > 1)
        {
            truncations.Add(string.Create(CultureInfo.InvariantCulture, $"One trace in {oneIn} of the {what} was read span by span; counts and rates are exact."));
        }
    }

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
