using Clew.Storage.Reading;

namespace Clew.Storage.Sampling;

/// <summary>The statements that deciding over stored traces is made of. Policies become conditions by <see cref="ConditionSql"/>; no text of a policy gets here any other way.</summary>
internal static class SamplingSql
{
    private const string Hour = "toInt64(toUnixTimestamp(toStartOfHour(time)))";

    /// <summary>What of a span counts as its size: the fixed columns, and what varies.</summary>
    private const string SpanBytes = "80 + length(trace_state) + length(status_message) + byteSize(attributes) + byteSize(events) + byteSize(links)";

    /// <summary>W3C trace state, the entry of vendor <c>ot</c>, its part <c>th</c>: the rejection threshold of consistent probability sampling.</summary>
    private const string Threshold = "extract(trace_state, '(?:^|,)[ \\\\t]*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})')";

    /// <summary>Days of spans with the number of the newest insert into each; it grows with every insert and with nothing else.</summary>
    public const string Days =
        "SELECT toInt64(partition_id) AS day, toInt64(max(max_block_number)) AS newest FROM system.parts "
        + "WHERE active AND database = currentDatabase() AND table = 'spans' GROUP BY partition_id ORDER BY day";

    public static string SpansByHour(TimeRange range) =>
        $"SELECT tenant, {Hour} AS hour, toInt64(count()) AS spans FROM spans WHERE {StoreReader.InRange(range, "time")} GROUP BY tenant, hour ORDER BY hour, tenant";

    public static string DecidedHours(TimeRange range) =>
        $"SELECT tenant, {Hour} AS hour, toInt64(argMax(spans_left, decided_at)) AS spans FROM sampling_hours WHERE {StoreReader.InRange(range, "time")} GROUP BY tenant, hour";

    public static string SpansBySecond(Tenant tenant, TimeRange range) =>
        $"SELECT toInt64(toUnixTimestamp(toStartOfSecond(time))) AS second, toInt64(count()) AS spans FROM spans WHERE {In(tenant, range)} GROUP BY second ORDER BY second";

    /// <summary>
    /// The traces with a span in the stretch, grouped over everything within reach. When asked for undecided ones, the decisions tell which are left;
    /// otherwise a trace belongs to the stretch its first span is in.
    /// </summary>
    public static string Traces(TraceQuestion question)
    {
        var conditions = new ConditionSql(question.Tenant, Dataset.Spans);
        var matches = string.Concat(question.Conditions.Select((condition, i) => $", max(toUInt8(ifNull({conditions.Write(condition)}, 0))) AS m{i}"));
        var window = Around(question.Stretch, question.Reach);
        var candidates = $"trace_id IN (SELECT trace_id FROM spans WHERE {In(question.Tenant, question.Stretch)})";
        var which = question.OnlyUndecided
            ? $"{candidates} AND trace_id NOT IN (SELECT trace_id FROM sampling_decisions WHERE {In(question.Tenant, window)})"
            : candidates;
        var having = question.OnlyUndecided
            ? string.Empty
            : $" HAVING start >= {SqlLiteral.Int(question.Stretch.Start.UnixNanoseconds)} AND start < {SqlLiteral.Int(question.Stretch.End.UnixNanoseconds)}";
        return
            "SELECT trace_id, min(toUnixTimestamp64Nano(time)) AS start, max(toUnixTimestamp64Nano(time) + greatest(duration, 0)) AS finish, "
            + "toInt64(count()) AS spans, toInt64(countIf(status = 2)) AS errors, "
            + $"{(question.WithBytes ? $"toInt64(sum({SpanBytes}))" : "toInt64(0)")} AS bytes, "
            + "toString(argMin(service, (parent_span_id != toFixedString('', 8), time))) AS root_service, "
            + "toString(argMin(name, (parent_span_id != toFixedString('', 8), time))) AS root_name, "
            + $"maxIf({Threshold}, notEmpty(trace_state)) AS threshold, "
            + $"maxIf(attributes['sampler.param'], attributes['sampler.type'] = 'probabilistic') AS sampler{matches} "
            + $"FROM spans PREWHERE {which} WHERE {In(question.Tenant, window)} GROUP BY trace_id{having} ORDER BY start, trace_id";
    }

    /// <summary>Traces of the hour that were dropped for want of a policy and now show an error: kept from here on.</summary>
    public static string KeepLateErrors(Tenant tenant, TimeRange hour, TimeSpan reach, string policy) =>
        "INSERT INTO sampling_decisions (tenant, time, trace_id, kept, explicit_drop, policy, head_count, tail_count) "
        + $"SELECT tenant, time, trace_id, 1, 0, {SqlLiteral.Text(policy)}, head_count, 1 FROM sampling_decisions WHERE {In(tenant, Around(hour, reach))} "
        + $"AND kept = 0 AND explicit_drop = 0 AND trace_id IN ({TracesWithErrors(tenant, hour)})";

    /// <summary>Spans, or log records, of the hour whose trace is dropped.</summary>
    /// <param name="table"><c>spans</c> or <c>logs</c>.</param>
    public static string OfDropped(string table, Tenant tenant, TimeRange hour, TimeSpan reach) =>
        $"FROM {table} WHERE {In(tenant, hour)} AND trace_id IN ("
        + $"SELECT trace_id FROM sampling_decisions WHERE {In(tenant, Around(hour, reach))} GROUP BY trace_id "
        + $"HAVING max(kept) = 0 AND (max(explicit_drop) = 1 OR trace_id NOT IN ({TracesWithErrors(tenant, Around(hour, reach))})))";

    /// <summary>Counts only spans of kept traces, so that whatever arrived while the hour was being decided shows as more than that.</summary>
    public static string Complete(Tenant tenant, TimeRange hour, TimeSpan reach) =>
        "INSERT INTO sampling_hours (tenant, time, spans_left, decided_at) "
        + $"SELECT {SqlLiteral.Text(tenant.Name)}, {SqlLiteral.Time(hour.Start)}, count(), now64(3, 'UTC') FROM spans WHERE {In(tenant, hour)} "
        + $"AND trace_id IN (SELECT trace_id FROM sampling_decisions WHERE {In(tenant, Around(hour, reach))} AND kept = 1)";

    public static string Decision(Tenant tenant, TraceId trace) =>
        "SELECT toUnixTimestamp64Nano(time) AS start, kept, explicit_drop, toString(policy) AS policy, head_count, tail_count "
        + $"FROM sampling_decisions WHERE {StoreReader.TenantIs(tenant)} AND trace_id = {SqlLiteral.Id(trace)} ORDER BY kept DESC, time LIMIT 1";

    public static TimeRange Around(TimeRange range, TimeSpan reach) => new(range.Start - reach, range.End + reach);

    private static string TracesWithErrors(Tenant tenant, TimeRange range) => $"SELECT trace_id FROM spans WHERE {In(tenant, range)} AND status = 2";

    private static string In(Tenant tenant, TimeRange range) => $"{StoreReader.TenantIs(tenant)} AND {StoreReader.InRange(range, "time")}";
}
