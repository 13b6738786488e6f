using System.Globalization;
using Clew.Storage.Engine;
using Clew.Storage.Native;
using Clew.Storage.Reading;
using Clew.Storage.Schema;
using Clew.Storage.Writing;

namespace Clew.Storage.Sampling;

/// <summary>Deciding over stored traces, on an engine. The statements are in <see cref="SamplingSql"/>.</summary>
/// <remarks>
/// Rows go by the engine's lightweight deletes, which mask them at once and are finished by the engine after a crash; the room is given back by
/// applying the masks once a day is decided. docs/adr/0014-sampling-deletes.md has the measurements.
/// </remarks>
internal sealed class SamplingStore(IStoreEngine engine, StorageLimits limits) : ISamplingStore
{
    /// <summary>The name of decisions that an error made, whatever the policies said.</summary>
    private const string ErrorGuard = "errors";

    private const string WaitForIt = " SETTINGS mutations_sync = 1, lightweight_deletes_sync = 1";

    /// <summary>Days in which everything was decided when last looked at, with their newest insert then.</summary>
    private readonly Dictionary<long, long> _settled = [];

    public async Task<IReadOnlyList<SpanHour>> GetOpenHoursAsync(Timestamp before, CancellationToken cancellation)
    {
        var open = new List<SpanHour>();
        foreach (var (day, newest) in await DaysAsync(cancellation))
        {
            var range = RangeOf(day);
            if (range.Start >= before || _settled.GetValueOrDefault(day, -1) == newest)
            {
                continue;
            }

            var looked = range.End <= before ? range : range with { End = before };
            var decided = await CountsAsync(SamplingSql.DecidedHours(looked), cancellation);
            var undecided = (await CountsAsync(SamplingSql.SpansByHour(looked), cancellation))
                .Where(hour => decided.GetValueOrDefault(hour.Key, -1) < hour.Value)
                .Select(hour => new SpanHour(new Tenant(hour.Key.Tenant), Timestamp.FromUnixSeconds(hour.Key.Hour), hour.Value))
                .OrderBy(hour => hour.Hour).ThenBy(hour => hour.Tenant.Name, StringComparer.Ordinal)
                .ToList();
            if (undecided.Count == 0 && range.End <= before)
            {
                _settled[day] = newest;
            }

            open.AddRange(undecided);
        }

        return open;
    }

    public async Task<IReadOnlyList<SpanHour>> GetHoursAsync(Tenant tenant, TimeRange range, CancellationToken cancellation) =>
    [
        .. from hour in await CountsAsync(SamplingSql.SpansByHour(range), cancellation)
           where hour.Key.Tenant == tenant.Name
           orderby hour.Key.Hour
           select new SpanHour(tenant, Timestamp.FromUnixSeconds(hour.Key.Hour), hour.Value),
    ];

    public async Task<IReadOnlyList<SpanStretch>> SplitAsync(Tenant tenant, TimeRange range, long maxSpans, CancellationToken cancellation)
    {
        var stretches = new List<SpanStretch>();
        foreach (var block in await AskAsync(SamplingSql.SpansBySecond(tenant, range), cancellation))
        {
            var seconds = block.Fixed("second").As<long>();
            var counts = block.Fixed("spans").As<long>();
            for (var row = 0; row < block.Rows; row++)
            {
                var start = Timestamp.FromUnixSeconds(seconds[row]);
                var second = new TimeRange(start < range.Start ? range.Start : start, Earlier(start + TimeSpan.FromSeconds(1), range.End));
                if (stretches.Count > 0 && stretches[^1].Spans + counts[row] <= maxSpans)
                {
                    stretches[^1] = new SpanStretch(stretches[^1].Range with { End = second.End }, stretches[^1].Spans + counts[row]);
                }
                else
                {
                    stretches.Add(new SpanStretch(second, counts[row]));
                }
            }
        }

        return stretches;
    }

    public async Task<TraceFacts> GetTracesAsync(TraceQuestion question, CancellationToken cancellation)
    {
        // A large stretch groups on disk rather than failing.
        var sql = string.Create(
            CultureInfo.InvariantCulture,
            $"{SamplingSql.Traces(question)} SETTINGS max_memory_usage = {limits.QueryMemory}, max_bytes_before_external_group_by = {limits.QueryMemory / 2}");
        var facts = new TraceFacts();
        foreach (var _ in question.Conditions)
        {
            facts.Matches.Add(new Column<byte>());
        }

        foreach (var block in await AskAsync(sql, cancellation))
        {
            facts.Ids.AddRange(block.Fixed("trace_id").As<TraceId>());
            facts.Starts.AddRange(block.Fixed("start").As<long>());
            facts.Ends.AddRange(block.Fixed("finish").As<long>());
            facts.Spans.AddRange(block.Fixed("spans").As<long>());
            facts.Errors.AddRange(block.Fixed("errors").As<long>());
            facts.Bytes.AddRange(block.Fixed("bytes").As<long>());
            AddTexts(block.Strings("root_service"), facts.Services);
            AddTexts(block.Strings("root_name"), facts.Operations);
            AddTexts(block.Strings("threshold"), facts.Thresholds);
            AddTexts(block.Strings("sampler"), facts.SamplerParameters);
            for (var i = 0; i < facts.Matches.Count; i++)
            {
                facts.Matches[i].AddRange(block.Fixed(string.Create(CultureInfo.InvariantCulture, $"m{i}")).As<byte>());
            }
        }

        return facts;
    }

    public async Task RecordAsync(Tenant tenant, IReadOnlyList<SamplingDecision> decisions, CancellationToken cancellation)
    {
        if (decisions.Count == 0)
        {
            return;
        }

        var rows = new EncodedRows(Tables.SamplingDecisions);
        var columns = BlockColumns.Start(rows, decisions.Count);
        var arena = new TextArena();
        var dictionary = new TextDictionary(arena);
        var policies = decisions.Select(decision => dictionary.Add(decision.Policy)).ToArray();
        var to = columns.Begin("tenant");
        to.LowCardinalityHeader();
        to.LowCardinalityConstant(System.Text.Encoding.UTF8.GetBytes(tenant.Name), decisions.Count);
        columns.Begin("time").Raw<long>(decisions.Select(decision => decision.Start.UnixNanoseconds).ToArray());
        columns.Begin("trace_id").Raw<TraceId>(decisions.Select(decision => decision.TraceId).ToArray());
        columns.Begin("kept").Raw<byte>(decisions.Select(decision => decision.Kept ? (byte)1 : (byte)0).ToArray());
        columns.Begin("explicit_drop").Raw<byte>(decisions.Select(decision => decision.IsExplicitDrop ? (byte)1 : (byte)0).ToArray());
        columns.Begin("policy");
        to.LowCardinalityHeader();
        to.LowCardinality(dictionary, policies, new DictionaryScratch());
        columns.Begin("head_count").Raw<double>(decisions.Select(decision => decision.HeadCount).ToArray());
        columns.Begin("tail_count").Raw<double>(decisions.Select(decision => decision.TailCount).ToArray());
        cancellation.ThrowIfCancellationRequested();
        try
        {
            await engine.InsertAsync(EngineWork.Sampling, [.. new[] { rows }.GroupBy(row => row.Table)]);
        }
        catch (EngineException error)
        {
            throw StoreErrors.Translate(error);
        }
    }

    public async Task DeleteDroppedAsync(Tenant tenant, TimeRange hour, TimeSpan reach, bool logs, CancellationToken cancellation)
    {
        await AskAsync(SamplingSql.KeepLateErrors(tenant, hour, reach, ErrorGuard), cancellation);
        await DeleteAsync("spans", tenant, hour, reach, cancellation);
        if (logs)
        {
            await DeleteAsync("logs", tenant, hour, reach, cancellation);
        }
    }

    public Task CompleteAsync(Tenant tenant, TimeRange hour, TimeSpan reach, CancellationToken cancellation) =>
        AskAsync(SamplingSql.Complete(tenant, hour, reach), cancellation);

    public async Task<IReadOnlyList<Timestamp>> GetDecidedHoursAsync(Tenant tenant, TimeRange range, CancellationToken cancellation) =>
    [
        .. from hour in await CountsAsync(SamplingSql.DecidedHours(range), cancellation)
           where hour.Key.Tenant == tenant.Name
           orderby hour.Key.Hour
           select Timestamp.FromUnixSeconds(hour.Key.Hour),
    ];

    public async Task ReclaimAsync(Timestamp before, CancellationToken cancellation)
    {
        var masked = await AskAsync(
            "SELECT table, toInt64(partition_id) AS day FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('spans', 'logs') AND has_lightweight_delete "
            + "GROUP BY table, partition_id",
            cancellation);
        foreach (var block in masked)
        {
            for (var row = 0; row < block.Rows; row++)
            {
                var day = block.Fixed("day").As<long>()[row];
                if (RangeOf(day).End <= before)
                {
                    var table = block["table"].GetString(row) == "spans" ? "spans" : "logs";
                    await AskAsync($"ALTER TABLE {table} APPLY DELETED MASK IN PARTITION ID {SqlLiteral.Text(SqlLiteral.Int(day))} SETTINGS mutations_sync = 1", cancellation);
                }
            }
        }
    }

    public async Task ForgetDroppedAsync(Timestamp before, CancellationToken cancellation)
    {
        var where = $"WHERE kept = 0 AND time < {SqlLiteral.Time(before)}";
        if (await AnyAsync($"FROM sampling_decisions {where}", cancellation))
        {
            await AskAsync($"ALTER TABLE sampling_decisions DELETE {where} SETTINGS mutations_sync = 1", cancellation);
        }
    }

    public async Task<SamplingDecision?> FindDecisionAsync(Tenant tenant, TraceId trace, CancellationToken cancellation)
    {
        // The engine's filter for the first rows of an order fails on a column of one byte once a part has several values of it.
        foreach (var block in await AskAsync($"{SamplingSql.Decision(tenant, trace)} SETTINGS use_top_k_dynamic_filtering = 0", cancellation))
        {
            return new SamplingDecision(
                trace,
                new Timestamp(block.Fixed("start").As<long>()[0]),
                block.Fixed("kept").As<byte>()[0] != 0,
                block.Fixed("explicit_drop").As<byte>()[0] != 0,
                block["policy"].GetString(0),
                block.Fixed("head_count").As<double>()[0],
                block.Fixed("tail_count").As<double>()[0]);
        }

        return null;
    }

    private static Timestamp Earlier(Timestamp one, Timestamp other) => one < other ? one : other;

    /// <param name="day">As partitions are named: 20260301.</param>
    private static TimeRange RangeOf(long day)
    {
        var date = new DateTimeOffset((int)(day / 10_000), (int)(day / 100 % 100), (int)(day % 100), 0, 0, 0, TimeSpan.Zero);
        return new TimeRange(Timestamp.FromDateTimeOffset(date), Timestamp.FromDateTimeOffset(date.AddDays(1)));
    }

    private static void AddTexts(StringColumn column, List<string> to)
    {
        // A few texts stand for many rows: each is kept once.
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var row = 0; row < column.Rows; row++)
        {
            var text = column.GetString(row);
            if (!known.TryGetValue(text, out var shared))
            {
                known.Add(text, shared = text);
            }

            to.Add(shared);
        }
    }

    private async Task DeleteAsync(string table, Tenant tenant, TimeRange hour, TimeSpan reach, CancellationToken cancellation)
    {
        // Every mutation is looked at by later merges, so none is made where there is nothing to delete.
        var rows = SamplingSql.OfDropped(table, tenant, hour, reach);
        if (await AnyAsync(rows, cancellation))
        {
            await AskAsync($"DELETE {rows}{WaitForIt}", cancellation);
        }
    }

    private async Task<bool> AnyAsync(string rows, CancellationToken cancellation) =>
        (await AskAsync($"SELECT toInt64(count()) AS n FROM (SELECT 1 {rows} LIMIT 1)", cancellation))[0].Fixed("n").As<long>()[0] > 0;

    private async Task<List<(long Day, long Newest)>> DaysAsync(CancellationToken cancellation)
    {
        var days = new List<(long, long)>();
        foreach (var block in await AskAsync(SamplingSql.Days, cancellation))
        {
            for (var row = 0; row < block.Rows; row++)
            {
                days.Add((block.Fixed("day").As<long>()[row], block.Fixed("newest").As<long>()[row]));
            }
        }

        return days;
    }

    private async Task<Dictionary<(string Tenant, long Hour), long>> CountsAsync(string sql, CancellationToken cancellation)
    {
        var counts = new Dictionary<(string, long), long>();
        foreach (var block in await AskAsync(sql, cancellation))
        {
            for (var row = 0; row < block.Rows; row++)
            {
                counts[(block["tenant"].GetString(row), block.Fixed("hour").As<long>()[row])] = block.Fixed("spans").As<long>()[row];
            }
        }

        return counts;
    }

    private async Task<IReadOnlyList<NativeBlock>> AskAsync(string sql, CancellationToken cancellation)
    {
        try
        {
            return await engine.QueryAsync(EngineWork.Sampling, sql, cancellation);
        }
        catch (EngineException error)
        {
            throw StoreErrors.Translate(error);
        }
    }
}
