using Clew.Analysis.Doctor;
using Clew.Server.Limiting;
using Clew.Server.Normalisation;
using Clew.Telemetry;

namespace Clew.Server.Doctor;

/// <summary>Assembles a survey: exact counts by aggregation inside the store, a sample of whole traces, a slice of time, and the server's own state.</summary>
internal sealed class SurveyLoader(ITelemetryReader store, ServerStateReader server, ISchemaDrift drift, CardinalityGuard guard, TimeProvider clock)
{
    /// <summary>How long a trace may go on beyond the window and still be read whole.</summary>
    private static readonly TimeSpan LongestTrace = TimeSpan.FromMinutes(5);

    /// <summary>Spans of an error may arrive this long after its log record.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Field Service = Field.Intrinsic(Intrinsics.Service);
    private static readonly Field Kind = Field.Intrinsic(Intrinsics.Kind);
    private static readonly Field Time = Field.Intrinsic(Intrinsics.Time);
    private static readonly Field Trace = Field.Intrinsic(Intrinsics.TraceId);
    private static readonly Field Severity = Field.Intrinsic(Intrinsics.Severity);
    private static readonly Predicate NoParent = Predicate.Equal(Field.Intrinsic(Intrinsics.ParentSpanId), Literal.String(default(SpanId).ToString()));
    private static readonly Predicate HasTrace = new NotPredicate(Predicate.Equal(Trace, Literal.String(default(TraceId).ToString())));

    /// <summary>Metrics that somebody sent, not those that were computed from spans.</summary>
    private static readonly Predicate IsSent = new NotPredicate(Predicate.Equal(Field.Intrinsic(Intrinsics.ScopeName), Literal.String(Derivation.SpanMetrics.Scope)));

    /// <summary>Everything the checks look at.</summary>
    public async Task<TelemetrySurvey> LoadAsync(Tenant tenant, TimeRange window, CancellationToken cancellation)
    {
        var survey = await LoadAsync(tenant, window, DoctorLimits.SampleSpans, cancellation);
        return survey with
        {
            Slice = survey.Sample is null ? null : await SliceAsync(tenant, window, cancellation),
            Schemas = [.. drift.Snapshot(tenant).Select(NotesOf)],
            Capped = [.. guard.Capped(tenant).Select(NamesOf)],
        };
    }

    /// <summary>What the measures need, from a smaller sample: cheap enough to be done again and again.</summary>
    public Task<TelemetrySurvey> LoadForMeasuresAsync(Tenant tenant, TimeRange window, CancellationToken cancellation) =>
        LoadAsync(tenant, window, DoctorLimits.SampleSpans / 4, cancellation);

    /// <summary>The window when nobody named one: so long up to the latest span, or up to now when there is none.</summary>
    public async Task<TimeRange> UsualWindowAsync(Tenant tenant, TimeSpan length, CancellationToken cancellation)
    {
        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        var latest = await store.FindSpansAsync(new RecordQuery(tenant, TimeRange.All, null, 1) { Parts = RecordParts.Core }, cancellation);
        var end = latest.Count == 0 ? now : latest[0].Start + TimeSpan.FromMilliseconds(1);
        return new TimeRange(end - length, end);
    }

    private static SchemaNotes NotesOf(ServiceSchema schema) => new()
    {
        Service = schema.Service,
        RenamedKeys = [.. schema.OldNames.Select(renamed => renamed.OldName), .. schema.NewNames],
        MixedTypes = [.. schema.MixedTypes.Select(mixed => new MixedTypes { Key = mixed.Key, Types = [.. mixed.Types.Select(type => type.ToString().ToLowerInvariant())] })],
    };

    private static CappedNames NamesOf(CappedCardinality capped) => new()
    {
        Setting = capped.Kind.Setting(),
        Service = capped.Service,
        Metric = capped.Metric,
        Limit = capped.Limit,
        Refused = capped.Refused,
        Example = capped.Examples.Count == 0 ? string.Empty : capped.Examples[0],
    };

    /// <param name="budget">Spans of the sample.</param>
    private async Task<TelemetrySurvey> LoadAsync(Tenant tenant, TimeRange window, int budget, CancellationToken cancellation)
    {
        var services = await CountAsync(tenant, window, cancellation);
        var spans = services.Sum(service => service.Spans);
        return new TelemetrySurvey
        {
            Start = window.Start.UnixNanoseconds,
            End = window.End.UnixNanoseconds,
            Services = services,
            Sample = spans == 0 ? null : await SampleAsync(tenant, window, spans, budget, cancellation),
            Capture = await CaptureAsync(tenant, window, cancellation),
            Server = await server.ReadAsync(window, cancellation),
        };
    }

    private async Task<IReadOnlyList<ServiceCounts>> CountAsync(Tenant tenant, TimeRange window, CancellationToken cancellation)
    {
        var services = new Dictionary<string, ServiceCounts>(StringComparer.Ordinal);
        var spans = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, window)
            {
                GroupBy = [Service, Kind],
                Aggregates =
                [
                    Aggregate.Count(),
                    new Aggregate(AggregateFunction.CountIf, "errors", If: Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"))),
                    new Aggregate(AggregateFunction.CountIf, "roots", If: NoParent),
                    new Aggregate(AggregateFunction.CountIf, "negative", If: Predicate.Compare(Field.Intrinsic(Intrinsics.Duration), ComparisonOperator.Less, Literal.Int(0))),
                    new Aggregate(AggregateFunction.Min, "first", Time),
                    new Aggregate(AggregateFunction.Max, "last", Time),
                ],
                Limit = DoctorLimits.Services * 6,
            },
            cancellation);
        for (var row = 0; row < spans.RowCount; row++)
        {
            var name = spans.Texts(Intrinsics.Service)[row];
            var kind = SpanKindOf(spans.Texts(Intrinsics.Kind)[row]);
            var count = spans.Longs("count")[row];
            var known = services.GetValueOrDefault(name) ?? new ServiceCounts { Name = name, FirstSpan = long.MaxValue };
            services[name] = known with
            {
                Spans = known.Spans + count,
                Errors = known.Errors + spans.Longs("errors")[row],
                ServerSpans = known.ServerSpans + (kind == SpanKind.Server ? count : 0),
                ClientSpans = known.ClientSpans + (kind == SpanKind.Client ? count : 0),
                ProducerSpans = known.ProducerSpans + (kind == SpanKind.Producer ? count : 0),
                ConsumerSpans = known.ConsumerSpans + (kind == SpanKind.Consumer ? count : 0),
                UnspecifiedSpans = known.UnspecifiedSpans + (kind == SpanKind.Unspecified ? count : 0),
                InnerRoots = known.InnerRoots + (kind is SpanKind.Server or SpanKind.Consumer ? 0 : spans.Longs("roots")[row]),
                NegativeDurations = known.NegativeDurations + spans.Longs("negative")[row],
                FirstSpan = Math.Min(known.FirstSpan, (long)spans.Doubles("first")[row]),
                LastSpan = Math.Max(known.LastSpan, (long)spans.Doubles("last")[row]),
            };
        }

        var logs = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Logs, window)
            {
                GroupBy = [Service],
                Aggregates =
                [
                    Aggregate.Count(),
                    new Aggregate(AggregateFunction.CountIf, "traced", If: HasTrace),
                    new Aggregate(AggregateFunction.CountIf, "debug", If: Predicate.AllOf(
                        Predicate.Compare(Severity, ComparisonOperator.Greater, Literal.Int(0)), Predicate.Compare(Severity, ComparisonOperator.Less, Literal.Int(9)))),
                    new Aggregate(AggregateFunction.Max, "last", Time),
                ],
                Limit = DoctorLimits.Services,
            },
            cancellation);
        for (var row = 0; row < logs.RowCount; row++)
        {
            var name = logs.Texts(Intrinsics.Service)[row];
            services[name] = (services.GetValueOrDefault(name) ?? new ServiceCounts { Name = name }) with
            {
                Logs = logs.Longs("count")[row],
                LogsWithTrace = logs.Longs("traced")[row],
                DebugLogs = logs.Longs("debug")[row],
                LastLog = (long)logs.Doubles("last")[row],
            };
        }

        var points = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.NumberPoints, window) { Where = IsSent, GroupBy = [Service], Aggregates = [Aggregate.Count()], Limit = DoctorLimits.Services }, cancellation);
        for (var row = 0; row < points.RowCount; row++)
        {
            var name = points.Texts(Intrinsics.Service)[row];
            services[name] = (services.GetValueOrDefault(name) ?? new ServiceCounts { Name = name }) with { MetricPoints = points.Longs("count")[row] };
        }

        return
        [
            .. services.Values.OrderByDescending(service => service.Spans + service.Logs + service.MetricPoints).ThenBy(service => service.Name, StringComparer.Ordinal).Take(DoctorLimits.Services),
        ];
    }

    private async Task<TraceSample> SampleAsync(Tenant tenant, TimeRange window, long spans, int budget, CancellationToken cancellation)
    {
        var oneIn = (int)Math.Max(1, (spans + budget - 1) / budget);
        var wide = new TimeRange(window.Start - LongestTrace, window.End + LongestTrace);
        var batch = await store.FindSpansAsync(
            new RecordQuery(tenant, wide, null, 4 * budget, TimeOrder.OldestFirst) { OneTraceIn = oneIn, Parts = RecordParts.All }, cancellation);
        return SampleReader.Read(batch, oneIn, window, SensitiveValues.Recognise);
    }

    private async Task<TimeSlice> SliceAsync(Tenant tenant, TimeRange window, CancellationToken cancellation)
    {
        var batch = await store.FindSpansAsync(
            new RecordQuery(tenant, window, null, DoctorLimits.SliceSpans, TimeOrder.NewestFirst) { Parts = RecordParts.Attributes }, cancellation);
        var start = batch.Count < DoctorLimits.SliceSpans ? window.Start.UnixNanoseconds : batch.StartTimes.Values.ToArray().Min();
        return SliceReader.Read(batch, start, window.End.UnixNanoseconds);
    }

    private async Task<ErrorCapture?> CaptureAsync(Tenant tenant, TimeRange window, CancellationToken cancellation)
    {
        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        var end = window.End < now - Patience ? window.End : now - Patience;
        if (end <= window.Start)
        {
            return null;
        }

        var isError = Predicate.AllOf(HasTrace, Predicate.Compare(Severity, ComparisonOperator.GreaterOrEqual, Literal.Int(17)));
        var logs = await store.FindLogsAsync(
            new RecordQuery(tenant, new TimeRange(window.Start, end), isError, 10 * DoctorLimits.CapturedTraces) { Parts = RecordParts.Core }, cancellation);
        var services = new Dictionary<TraceId, string>();
        for (var row = 0; row < logs.Count && services.Count < DoctorLimits.CapturedTraces; row++)
        {
            services.TryAdd(logs.TraceIds[row], logs[row].Resource.Service);
        }

        if (services.Count == 0)
        {
            return null;
        }

        var stored = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, new TimeRange(window.Start - TimeSpan.FromHours(1), window.End + TimeSpan.FromHours(1)))
            {
                Where = new InPredicate(Trace, [.. services.Keys.Select(id => Literal.String(id.ToString()))]),
                GroupBy = [Trace],
                Aggregates = [Aggregate.Count()],
                Limit = services.Count,
            },
            cancellation);
        var found = stored.Texts(Intrinsics.TraceId).ToHashSet(StringComparer.Ordinal);
        var missing = services.Where(item => !found.Contains(item.Key.ToString())).ToArray();
        return new ErrorCapture
        {
            Traces = services.Count,
            Missing = missing.Length,
            Services = [.. missing.CountBy(item => item.Value).OrderByDescending(item => item.Value).ThenBy(item => item.Key, StringComparer.Ordinal).Select(item => item.Key)],
            Examples = [.. missing.Take(3).Select(item => item.Key.ToString())],
        };
    }

    private static SpanKind SpanKindOf(string text) => byte.TryParse(text, out var number) ? (SpanKind)number : SpanKind.Unspecified;
}
