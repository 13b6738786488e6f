using System.Globalization;
using Clew.Storage.Reading;

namespace Clew.Storage.Derivation;

/// <summary>The statements that compute roll-ups from spans; snapshots of them are reviewed.</summary>
internal static class RollupSql
{
    /// <summary>Buckets of durations: up to 2 ms · 2^i for i from 0 to 13, and one beyond.</summary>
    public const int Buckets = 15;

    /// <summary>A span's start, cut to its minute.</summary>
    public const string Minute = "fromUnixTimestamp64Nano(intDiv(toUnixTimestamp64Nano(time), 60000000000) * 60000000000, 'UTC')";

    /// <summary>
    /// A callee's span is tied to a parent that started up to this long before the minute of the child. Longer ones are batch jobs and streams, and looking for
    /// them would read hours of spans for every minute.
    /// </summary>
    public static readonly TimeSpan ParentLookBack = TimeSpan.FromMinutes(5);

    /// <summary>A call whose callee's span starts within this of the call's minute is answered.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(1);

    /// <summary>Minutes whose sums differ from the spans: those with more spans than were rolled up. Fewer are what retention or sampling left of them.</summary>
    public const string Changed =
        $"""
        SELECT toInt64(intDiv(toUnixTimestamp64Nano(minute), 60000000000)) AS number
        FROM (SELECT {Minute} AS minute, count() AS n FROM spans GROUP BY minute) AS stored
        LEFT JOIN (SELECT minute, sum(spans) AS n FROM span_minutes FINAL GROUP BY minute) AS rolled USING (minute)
        WHERE stored.n > rolled.n
        """;

    /// <summary>Minutes of which fewer spans are stored than were rolled up: what sampling took away has been counted, and is not to be counted anew.</summary>
    public static string Shrunk(TimeRange range) =>
        $"""
        SELECT toInt64(intDiv(toUnixTimestamp64Nano(minute), 60000000000)) AS number
        FROM (SELECT minute, sum(spans) AS n FROM span_minutes FINAL WHERE {StoreReader.InRange(range, "minute")} GROUP BY minute) AS rolled
        LEFT JOIN (SELECT {Minute} AS minute, count() AS n FROM spans WHERE {StoreReader.InRange(range, "time")} GROUP BY minute) AS stored USING (minute)
        WHERE rolled.n > stored.n
        """;

    public static string Spans(TimeRange range, long roll) =>
        $"""
        INSERT INTO span_minutes (tenant, minute, service, name, kind, status, spans, duration_sum, durations, buckets, slowest, slowest_trace, slowest_span, roll, size_sum)
        SELECT tenant, minute, service, name, kind, status, sum(n), sum(d), quantileTDigestMergeState(q), {Spread("bucket", "n")}, max(slow), argMax(trace, slow), argMax(span, slow), {SqlLiteral.Int(roll)}, sum(bytes)
        FROM
        (
            SELECT tenant, {Minute} AS minute, service, name, kind, status, {Bucket("duration")} AS bucket,
                count() AS n, sum(duration) AS d, quantileTDigestState(duration) AS q, max(duration) AS slow, argMax(trace_id, duration) AS trace, argMax(span_id, duration) AS span,
                sum(toUInt64(size)) AS bytes
            FROM spans
            WHERE {StoreReader.InRange(range, "time")}
            GROUP BY tenant, minute, service, name, kind, status, bucket
        )
        GROUP BY tenant, minute, service, name, kind, status
        """;

    /// <summary>The ids that two halves of one call have, the caller's and the callee's. There are none unless somebody sends Zipkin's shared spans.</summary>
    /// <param name="where">Which spans are looked at.</param>
    public static string Twins(string where) =>
        $"SELECT trace_id, span_id FROM spans WHERE {where} AND kind IN (3, 4) AND (trace_id, span_id) IN (SELECT trace_id, span_id FROM spans WHERE {where} AND shared = 1)";

    /// <summary>Whether a span is the caller's half of two; such a half has no other child than the other one.</summary>
    public static string IsCallersHalf(string twins) => $"(kind IN (3, 4) AND (trace_id, span_id) IN ({twins}))";

    /// <summary>Whether a span is the callee's half of two.</summary>
    public static string IsCalleesHalf(string twins) => $"(shared = 1 AND (trace_id, spans.span_id) IN ({twins}))";

    public static string Edges(TimeRange range, long roll)
    {
        var parents = new TimeRange(range.Start - ParentLookBack, range.End + AnswerTime);
        var answers = new TimeRange(range.Start - AnswerTime, range.End + AnswerTime);
        var twins = Twins(StoreReader.InRange(parents, "time"));
        return $"""
            INSERT INTO edge_minutes (tenant, minute, client, server, link, calls, failed, callee_failed, server_sum, server_buckets, client_sum, client_buckets, waiting_sum, waiting_buckets, slowest, slowest_trace, slowest_span, roll)
            SELECT tenant, minute, client, server, link, sum(n), sum(f), sum(cf), sum(server_time), {Spread("server_bucket", "n")}, sum(client_time), {Spread("client_bucket", "n")},
                sum(waiting), {Spread("waiting_bucket", "n")}, max(slow), argMax(trace, slow), argMax(span, slow), {SqlLiteral.Int(roll)}
            FROM
            (
                SELECT tenant, minute, client, server, link, {Bucket("server_duration")} AS server_bucket, {Bucket("client_duration")} AS client_bucket,
                    if(link = 2, {Bucket("delay")}, 255) AS waiting_bucket, count() AS n, countIf(client_status = 2 OR server_status = 2) AS f, countIf(server_status = 2) AS cf,
                    sum(server_duration) AS server_time, sum(client_duration) AS client_time, sumIf(delay, link = 2) AS waiting,
                    max(server_duration) AS slow, argMax(trace_id, server_duration) AS trace, argMax(server_span, server_duration) AS span
                FROM
                (
                    SELECT tenant, minute, client, server, multiIf(client_kind = 3 AND server_kind = 2, 1, client_kind = 4 AND server_kind = 5, 2, 3) AS link, client_status, server_status,
                        client_duration, server_duration, greatest(0, server_start - client_start - client_duration) AS delay, trace_id, server_span
                    FROM
                    (
                        SELECT tenant AS client_tenant, trace_id, span_id, {IsCallersHalf(twins)} AS half, service AS client, kind AS client_kind, status AS client_status, duration AS client_duration, toUnixTimestamp64Nano(time) AS client_start
                        FROM spans
                        WHERE {StoreReader.InRange(parents, "time")}
                    ) AS parent
                    SEMI RIGHT JOIN
                    (
                        SELECT tenant, {Minute} AS minute, trace_id, {IsCalleesHalf(twins)} AS half, if(half, spans.span_id, parent_span_id) AS span_id, spans.span_id AS server_span, service AS server, kind AS server_kind, status AS server_status,
                            duration AS server_duration, toUnixTimestamp64Nano(time) AS server_start
                        FROM spans
                        WHERE {StoreReader.InRange(range, "time")} AND (parent_span_id != toFixedString('', 8) OR shared = 1)
                    ) AS child
                    USING (trace_id, span_id, half)
                    WHERE client_tenant = tenant AND (client != server OR link < 3)
                )
                GROUP BY tenant, minute, client, server, link, server_bucket, client_bucket, waiting_bucket
                UNION ALL
                SELECT tenant, minute, client, server, link, 255 AS server_bucket, {Bucket("client_duration")} AS client_bucket, 255 AS waiting_bucket, count() AS n,
                    countIf(client_status = 2) AS f, 0 AS cf, 0 AS server_time, sum(client_duration) AS client_time, 0 AS waiting,
                    max(client_duration) AS slow, argMax(trace_id, client_duration) AS trace, argMax(span_id, client_duration) AS span
                FROM
                (
                    SELECT tenant, {Minute} AS minute, trace_id, span_id, service AS client, status AS client_status, duration AS client_duration,
                        if({FirstOf("db.system.name", "db.system")} != '', 4, 5) AS link,
                        if(link = 4, {FirstOf("peer.service", "db.namespace", "db.name", "server.address", "net.peer.name", "db.system.name", "db.system")},
                            {FirstOf("peer.service", "server.address", "net.peer.name")}) AS named,
                        if(named != '' OR link = 4, named, {FirstOf("rpc.service")}) AS called,
                        if(called != '', called, domain(if(attributes['url.full'] != '', attributes['url.full'], attributes['http.url']))) AS server
                    FROM spans
                    WHERE {StoreReader.InRange(range, "time")} AND kind = 3
                ) AS call
                ANTI LEFT JOIN
                (
                    SELECT trace_id, if(shared = 1, spans.span_id, parent_span_id) AS span_id
                    FROM spans
                    WHERE {StoreReader.InRange(answers, "time")} AND kind IN (2, 5)
                ) AS answer
                USING (trace_id, span_id)
                WHERE server != ''
                GROUP BY tenant, minute, client, server, link, client_bucket
            )
            GROUP BY tenant, minute, client, server, link
            """;
    }

    /// <summary>The place of a duration among the buckets; 2 ms itself and all below is the first.</summary>
    private static string Bucket(string duration) => $"toUInt8(least({Buckets - 1}, greatest(0, ceil(log2(greatest({duration}, 1) / 2000000)))))";

    /// <summary>Counts by place as one array.</summary>
    private static string Spread(string place, string count) =>
        string.Create(CultureInfo.InvariantCulture, $"sumForEach(arrayMap(i -> if(i = {place}, {count}, toUInt64(0)), range({Buckets})))");

    private static string FirstOf(params string[] keys)
    {
        var present = keys.Select(key => $"attributes[{SqlLiteral.Text(key)}]").ToArray();
        return present.Length == 1
            ? present[0]
            : $"multiIf({string.Join(", ", present[..^1].Select(value => $"{value} != '', {value}"))}, {present[^1]})";
    }
}
