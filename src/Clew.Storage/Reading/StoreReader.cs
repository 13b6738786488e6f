using System.Globalization;
using Clew.Storage.Derivation;
using Clew.Storage.Engine;
using Clew.Storage.Native;
using Clew.Storage.Writing;

namespace Clew.Storage.Reading;

/// <summary>The reader on an engine: writes the SQL, decodes the blocks.</summary>
internal sealed class StoreReader(IStoreEngine engine, StorageLimits limits, ChangedMinutes changed, ArrayNames arrays) : ITelemetryReader
{
    /// <summary>
    /// For questions that an index narrows to a few granules, where starting threads and reading ahead cost more than they bring: one thread, no
    /// sorted streams per part, indexes evaluated once and before reading, plain reads. Half the time of the engine's defaults, see docs/performance.md.
    /// </summary>
    private const string FewGranules =
        ", max_threads = 1, optimize_read_in_order = 0, use_skip_indexes_on_data_read = 0, local_filesystem_read_method = 'pread'";

    /// <summary>
    /// For conditions that an index narrows, but nobody knows how much: the index is looked at before reading, so that parts without the value are not opened. Twice as fast as the
    /// engine's defaults, see docs/performance.md.
    /// </summary>
    private const string Narrowed = ", use_skip_indexes_on_data_read = 0, local_filesystem_read_method = 'pread'";

    /// <summary>Up to so many traces lie in a few granules.</summary>
    private const int FewTraces = 50;

    private readonly ContentCache _contents = new(engine, limits);

    private RecordReading Records => new((sql, stop) => AskAsync(sql, stop));

    public async Task<SpanBatch> GetSpansAsync(Tenant tenant, IReadOnlyList<TraceId> traces, TimeRange? range, CancellationToken cancellation)
    {
        if (traces.Count == 0)
        {
            return new SpanBatch { Tenant = tenant };
        }

        var where = TenantIs(tenant) + (range is { } limited ? $" AND {InRange(limited, "time")}" : string.Empty);
        var from = $"FROM spans PREWHERE {TraceIn(traces)} WHERE {where} ORDER BY time, span_id LIMIT {SqlLiteral.Int(limits.TraceSpans + 1L)}";
        if (traces.Count > FewTraces)
        {
            return Whole(await ReadSpansAsync(tenant, $"SELECT {SpanDecoder.Columns(RecordParts.All)} {from}", RecordParts.All, cancellation));
        }

        // Events and links are spread over as many streams on disk as all the rest together, and few traces have any: their lengths are asked first.
        var sql = $"SELECT {SpanDecoder.Columns(RecordParts.Attributes)}, length(events) + length(links) AS details {from}";
        var blocks = await AskAsync(sql, cancellation, FewGranules);
        var batch = Whole(await DecodeSpansAsync(tenant, blocks, RecordParts.Attributes, cancellation));
        if (!blocks.Any(block => block.Fixed("details").As<ulong>().ContainsAnyExcept(0UL)))
        {
            return batch;
        }

        var details = await AskAsync($"SELECT span_id, events, links {from}", cancellation, FewGranules);
        if (!SameSpans(details, batch))
        {
            // A span came in between.
            return Whole(await ReadSpansAsync(tenant, $"SELECT {SpanDecoder.Columns(RecordParts.All)} {from}", RecordParts.All, cancellation));
        }

        SpanDecoder.DecodeDetails(details, batch);
        return batch;
    }

    public async Task<SpanBatch> FindSpansAsync(RecordQuery query, CancellationToken cancellation)
    {
        query = query with { Where = arrays.Narrowed(query.Tenant, query.Where) };
        var (where, settings) = await WhereAsync(query, Dataset.Spans, cancellation);
        return await ReadSpansAsync(query.Tenant, $"SELECT {SpanDecoder.Columns(query.Parts)} FROM spans WHERE {where} {Order(query)}", query.Parts, cancellation, settings);
    }

    public async Task<LogBatch> FindLogsAsync(RecordQuery query, CancellationToken cancellation)
    {
        var (where, settings) = await WhereAsync(query, Dataset.Logs, cancellation);
        var blocks = await AskAsync($"SELECT {LogDecoder.Columns(query.Parts)} FROM logs WHERE {where} {Order(query)}", cancellation, settings);
        var batch = new LogBatch { Tenant = query.Tenant };
        var contents = new ContentIndexes(batch, await _contents.LoadAsync(query.Tenant, blocks, cancellation));
        foreach (var block in blocks)
        {
            LogDecoder.Decode(block, query.Parts, contents, batch);
        }

        return batch;
    }

    public Task<IReadOnlyList<LogTemplate>> GetLogTemplatesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation) => Records.LogTemplatesAsync(tenant, ids, cancellation);

    public Task<IReadOnlyList<ErrorSignature>> GetErrorSignaturesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation) =>
        Records.ErrorSignaturesAsync(tenant, ids, cancellation);

    public Task<MetricBatch> FindMetricsAsync(RecordQuery query, CancellationToken cancellation) =>
        new MetricReading((sql, stop) => AskAsync(sql, stop), _contents).ReadAsync(query, cancellation);

    public async Task<IReadOnlyList<TraceSummary>> FindTracesAsync(TraceQuery query, CancellationToken cancellation)
    {
        query = query with { Where = arrays.Narrowed(query.Tenant, query.Where) };
        var conditions = await ConditionsAsync(query.Tenant, Dataset.Spans, query.Where, cancellation);
        var condition = conditions.Write(query.Where);
        var isNarrowed = conditions.IsNarrowed(query.Where);
        var search = new NewestTraces(
            sql => AskAsync(sql, cancellation, isNarrowed ? Narrowed : string.Empty),
            range => $"{TenantIs(query.Tenant)} AND {InRange(range, "time")} AND {condition}",
            query.Limit);
        var order = await search.FindAsync(query.Range, isNarrowed);
        if (order.Count == 0)
        {
            return [];
        }

        var spans = await AskAsync(
            $"SELECT trace_id, span_id, parent_span_id, time, duration, service, name, status FROM spans PREWHERE {TraceIn(order)} WHERE {TenantIs(query.Tenant)}",
            cancellation,
            order.Count <= FewTraces ? FewGranules : string.Empty);
        return TraceSummaries.Of(order, spans);
    }

    public Task<IReadOnlyList<Tenant>> GetTenantsAsync(TimeRange range, CancellationToken cancellation) => Records.TenantsAsync(range, cancellation);

    public Task<IReadOnlyList<MetricDescription>> GetMetricDescriptionsAsync(int limit, CancellationToken cancellation) => Records.MetricDescriptionsAsync(limit, cancellation);

    public Task<ResultTable> ReadAsync(ReadPlan plan, CancellationToken cancellation) =>
        new PlanReading((sql, stop) => AskAsync(sql, stop), _contents, changed).ReadAsync(
            plan with
            {
                Where = arrays.Narrowed(plan.Tenant, plan.Where),
                Aggregates = [.. plan.Aggregates.Select(aggregate => aggregate with { If = arrays.Narrowed(plan.Tenant, aggregate.If) })],
            },
            cancellation);

    public async Task<IReadOnlyList<Field>> GetAttributeNamesAsync(AttributeQuery query, IReadOnlyList<FieldSource> places, CancellationToken cancellation)
    {
        query = query with { Where = arrays.Narrowed(query.Tenant, query.Where) };
        var shared = await SharedMatches.FindAsync((sql, stop) => AskAsync(sql, stop), query.Tenant, query.Where, cancellation);
        return AttributeSql.Names(query, places, shared) is { } sql ? AttributeSql.ReadNames(await AskAsync(sql, cancellation)) : [];
    }

    public async Task<IReadOnlyList<AttributeValue>> GetAttributeValuesAsync(AttributeQuery query, Field attribute, CancellationToken cancellation)
    {
        query = query with { Where = arrays.Narrowed(query.Tenant, query.Where) };
        var shared = await SharedMatches.FindAsync((sql, stop) => AskAsync(sql, stop), query.Tenant, query.Where, cancellation);
        return AttributeSql.ReadValues(await AskAsync(AttributeSql.Values(query, attribute, shared), cancellation, AttributeSql.ValuesSettings));
    }

    public async Task<IReadOnlyList<ServiceDependency>> GetDependenciesAsync(Tenant tenant, TimeRange range, CancellationToken cancellation)
    {
        var parts = RolledParts.Of(range, changed);
        var parents = $"{TenantIs(tenant)} AND {parts.RawCondition(before: RollupSql.ParentLookBack)}";
        var twins = RollupSql.Twins(parents);
        var blocks = await AskAsync(
            $"""
            SELECT caller, callee, toInt64(sum(n)) AS calls, toInt64(sum(failed)) AS errors
            FROM
            (
                SELECT client AS caller, server AS callee, calls AS n, callee_failed AS failed
                FROM edge_minutes FINAL
                WHERE {TenantIs(tenant)} AND {parts.RolledCondition} AND link < 4 AND client != server
                UNION ALL
                SELECT caller, callee, count() AS n, countIf(status = 2) AS failed
                FROM
                (
                    SELECT trace_id, {RollupSql.IsCalleesHalf(twins)} AS half, if(half, spans.span_id, parent_span_id) AS span_id, service AS callee, status
                    FROM spans
                    WHERE {TenantIs(tenant)} AND {parts.RawCondition()} AND (parent_span_id != toFixedString('', 8) OR shared = 1)
                ) AS child
                SEMI LEFT JOIN
                (
                    SELECT trace_id, span_id, {RollupSql.IsCallersHalf(twins)} AS half, service AS caller
                    FROM spans
                    WHERE {parents}
                ) AS parent
                USING (trace_id, span_id, half)
                WHERE caller != callee
                GROUP BY caller, callee
            )
            GROUP BY caller, callee
            ORDER BY calls DESC, caller, callee
            """,
            cancellation);
        var dependencies = new List<ServiceDependency>();
        foreach (var block in blocks)
        {
            var callers = block["caller"];
            var callees = block["callee"];
            var calls = block.Fixed("calls").As<long>();
            var errors = block.Fixed("errors").As<long>();
            for (var row = 0; row < block.Rows; row++)
            {
                dependencies.Add(new ServiceDependency(callers.GetString(row), callees.GetString(row), calls[row], errors[row]));
            }
        }

        return dependencies;
    }

    public async Task<IReadOnlyList<ChangeRecord>> GetChangesAsync(Tenant tenant, TimeRange range, CancellationToken cancellation)
    {
        var blocks = await AskAsync(
            "SELECT time, id, kind, service, summary, version, author, link, attributes "
            + $"FROM service_changes FINAL WHERE {TenantIs(tenant)} AND {InRange(range, "time")} ORDER BY time, id, service",
            cancellation);
        var changes = new List<ChangeRecord>();
        foreach (var block in blocks)
        {
            var times = block.Fixed("time").As<long>();
            for (var row = 0; row < block.Rows; row++)
            {
                string At(string column) => block[column].GetString(row);
                changes.Add(new ChangeRecord(
                    At("id"), new Timestamp(times[row]), At("kind"), At("service"), At("summary"), At("version"), At("author"), At("link"),
                    RecordReading.Map(block.Array("attributes"), row)));
            }
        }

        return changes;
    }

    public Task<IReadOnlyList<KubernetesObject>> FindKubernetesObjectsAsync(KubernetesObjectQuery query, CancellationToken cancellation) => Records.FindAsync(query, cancellation);

    public Task<IReadOnlyList<KubernetesObject>> GetKubernetesObjectsAsOfAsync(Tenant tenant, IReadOnlyList<KubernetesMoment> moments, CancellationToken cancellation) =>
        Records.AsOfAsync(tenant, moments, cancellation);

    public Task<IReadOnlyList<KubernetesEvent>> FindKubernetesEventsAsync(KubernetesEventQuery query, CancellationToken cancellation) => Records.FindAsync(query, cancellation);

    public Task<ILookup<string, string>> GetServicesOfPodsAsync(Tenant tenant, IReadOnlyList<string> pods, CancellationToken cancellation) =>
        Records.ServicesOfPodsAsync(tenant, pods, cancellation);

    public Task<IReadOnlyList<AlertRecord>> FindAlertsAsync(AlertQuery query, CancellationToken cancellation) => Records.FindAsync(query, cancellation);

    internal static string TenantIs(Tenant tenant) => $"tenant = {SqlLiteral.Text(tenant.Name)}";

    internal static string InRange(TimeRange range, string column) =>
        $"{column} >= {SqlLiteral.Time(range.Start)} AND {column} < {SqlLiteral.Time(range.End)}";

    internal static string KeepTraces(Dataset dataset, int oneIn)
    {
        if (oneIn <= 1)
        {
            return string.Empty;
        }

        // The least hashes, not a remainder: one trace in 30 is then among one in 10.
        var id = dataset == Dataset.Logs ? $"if(trace_id = {SqlLiteral.Id(default(TraceId))}, cityHash64(time), cityHash64(trace_id))" : "cityHash64(trace_id)";
        return $" AND {id} < {(ulong.MaxValue / (ulong)oneIn).ToString(CultureInfo.InvariantCulture)}";
    }

    private async Task<(string Where, string Settings)> WhereAsync(RecordQuery query, Dataset dataset, CancellationToken cancellation)
    {
        var conditions = await ConditionsAsync(query.Tenant, dataset, query.Where, cancellation);
        return (
            $"{TenantIs(query.Tenant)} AND {InRange(query.Range, "time")} AND {conditions.Write(query.Where)}{KeepTraces(dataset, query.OneTraceIn)}",
            conditions.IsNarrowed(query.Where) ? Narrowed : string.Empty);
    }

    private async Task<ConditionSql> ConditionsAsync(Tenant tenant, Dataset dataset, Predicate? condition, CancellationToken cancellation) =>
        new(tenant, dataset, await SharedMatches.FindAsync((sql, stop) => AskAsync(sql, stop), tenant, condition, cancellation));

    private static string Order(RecordQuery query) =>
        $"ORDER BY time{(query.Order == TimeOrder.NewestFirst ? " DESC" : string.Empty)} LIMIT {SqlLiteral.Int(query.Limit)}";

    private static string TraceIn(IReadOnlyList<TraceId> traces) => traces.Count == 1
        ? $"trace_id = {SqlLiteral.Id(traces[0])}"
        : $"trace_id IN ({string.Join(", ", traces.Select(SqlLiteral.Id))})";

    /// <exception cref="QueryLimitException">There are more spans than an answer may have.</exception>
    private SpanBatch Whole(SpanBatch batch) => batch.Count <= limits.TraceSpans
        ? batch
        : throw new QueryLimitException(
            "query.spans",
            string.Create(CultureInfo.InvariantCulture, $"These traces have more than query.spans = {limits.TraceSpans} spans together; ask for fewer traces or raise the limit."));

    private static bool SameSpans(IReadOnlyList<NativeBlock> blocks, SpanBatch batch)
    {
        var row = 0;
        foreach (var block in blocks)
        {
            var ids = block.Fixed("span_id").As<SpanId>();
            if (row + ids.Length > batch.Count || !batch.SpanIds.Values.Slice(row, ids.Length).SequenceEqual(ids))
            {
                return false;
            }

            row += ids.Length;
        }

        return row == batch.Count;
    }

    private async Task<SpanBatch> ReadSpansAsync(Tenant tenant, string sql, RecordParts parts, CancellationToken cancellation, string settings = "") =>
        await DecodeSpansAsync(tenant, await AskAsync(sql, cancellation, settings), parts, cancellation);

    private async Task<SpanBatch> DecodeSpansAsync(Tenant tenant, IReadOnlyList<NativeBlock> blocks, RecordParts parts, CancellationToken cancellation)
    {
        var batch = new SpanBatch { Tenant = tenant };
        var contents = new ContentIndexes(batch, await _contents.LoadAsync(tenant, blocks, cancellation));
        foreach (var block in blocks)
        {
            SpanDecoder.Decode(block, parts, contents, batch);
        }

        return batch;
    }

    private Task<IReadOnlyList<NativeBlock>> AskAsync(string sql, CancellationToken cancellation, string settings = "") =>
        LimitedQuestion.AskAsync(engine, limits, sql, cancellation, settings);
}

/// <summary>Asks the engine a question within the limits.</summary>
internal delegate Task<IReadOnlyList<NativeBlock>> Ask(string sql, CancellationToken cancellation);
