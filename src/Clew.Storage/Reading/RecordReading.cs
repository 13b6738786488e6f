using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Reads records that are no telemetry: objects and events of clusters, alerts.</summary>
internal sealed class RecordReading(Ask ask)
{
    private const string ObjectColumns = "time, version, uid, kind, namespace, name, workload_kind, workload, service, node, phase, deleted, fields";

    public async Task<IReadOnlyList<KubernetesObject>> FindAsync(KubernetesObjectQuery query, CancellationToken cancellation)
    {
        // What never changes of an object narrows the states that are looked at; the rest is asked of the state that answers.
        var fixedParts = $"{StoreReader.TenantIs(query.Tenant)}{AnyOf("kind", query.Kinds)}{AnyOf("namespace", query.Namespaces)}{AnyOf("name", query.Names)}";
        var otherParts = $"{AnyOf("service", query.Services)}{AnyOf("workload", query.Workloads)}{AnyOf("node", query.Nodes)}";
        var limit = SqlLiteral.Int(query.Limit);
        var sql = query.IsHistory
            ? $"SELECT {ObjectColumns} FROM kubernetes_objects FINAL WHERE {fixedParts} AND {StoreReader.InRange(query.Range, "time")}{otherParts} ORDER BY time DESC, version DESC, uid LIMIT {limit}"
            : $"SELECT {ObjectColumns} FROM (SELECT {ObjectColumns} FROM kubernetes_objects WHERE {fixedParts} AND time < {SqlLiteral.Time(query.Range.End)} ORDER BY time DESC, version DESC LIMIT 1 BY uid) "
                + $"WHERE NOT (deleted = 1 AND time < {SqlLiteral.Time(query.Range.Start)}){otherParts} ORDER BY kind, namespace, name, uid LIMIT {limit}";
        return Objects(await ask(sql, cancellation));
    }

    public async Task<IReadOnlyList<KubernetesObject>> AsOfAsync(Tenant tenant, IReadOnlyList<KubernetesMoment> moments, CancellationToken cancellation)
    {
        if (moments.Count == 0)
        {
            return [];
        }

        var uids = string.Join(", ", moments.Select(moment => SqlLiteral.Text(moment.Uid)));
        var times = string.Join(", ", moments.Select(moment => SqlLiteral.Int(moment.Time.UnixNanoseconds)));
        var versions = string.Join(", ", moments.Select(moment => moment.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var blocks = await ask(
            $"WITH [{uids}] AS uids, [{times}]::Array(Int64) AS times, [{versions}]::Array(UInt64) AS versions, indexOf(uids, uid) AS at "
            + $"SELECT {ObjectColumns} FROM kubernetes_objects WHERE {StoreReader.TenantIs(tenant)} AND uid IN ({uids}) "
            + "AND if(version > 0 AND versions[at] > 0, version <= versions[at], toUnixTimestamp64Nano(time) <= times[at]) ORDER BY version DESC, time DESC LIMIT 1 BY uid",
            cancellation);
        return Objects(blocks);
    }

    public async Task<IReadOnlyList<KubernetesEvent>> FindAsync(KubernetesEventQuery query, CancellationToken cancellation)
    {
        var text = string.IsNullOrEmpty(query.Text) ? string.Empty : $" AND positionCaseInsensitiveUTF8(message, {SqlLiteral.Text(query.Text)}) > 0";
        var blocks = await ask(
            "SELECT time, first_time, version, uid, type, reason, message, count, kind, namespace, name, object_uid, field_path, component, node, workload, service "
            + $"FROM kubernetes_events WHERE {StoreReader.TenantIs(query.Tenant)} AND {StoreReader.InRange(query.Range, "time")}"
            + AnyOf("type", query.Types) + AnyOf("reason", query.Reasons) + AnyOf("kind", query.Kinds) + AnyOf("namespace", query.Namespaces)
            + AnyOf("name", query.Names) + AnyOf("service", query.Services) + AnyOf("workload", query.Workloads) + text
            + $" ORDER BY time DESC, version DESC, uid LIMIT 1 BY uid LIMIT {SqlLiteral.Int(query.Limit)}",
            cancellation);
        var events = new List<KubernetesEvent>();
        foreach (var block in blocks)
        {
            var times = block.Fixed("time").As<long>();
            var firsts = block.Fixed("first_time").As<long>();
            var versions = block.Fixed("version").As<ulong>();
            var counts = block.Fixed("count").As<uint>();
            for (var row = 0; row < block.Rows; row++)
            {
                string At(string column) => block[column].GetString(row);
                events.Add(new KubernetesEvent
                {
                    Time = new Timestamp(times[row]),
                    FirstTime = new Timestamp(firsts[row]),
                    Version = versions[row],
                    Uid = At("uid"),
                    Type = At("type"),
                    Reason = At("reason"),
                    Message = At("message"),
                    Count = (int)counts[row],
                    Kind = At("kind"),
                    Namespace = At("namespace"),
                    Name = At("name"),
                    ObjectUid = At("object_uid"),
                    FieldPath = At("field_path"),
                    Component = At("component"),
                    Node = At("node"),
                    Workload = At("workload"),
                    Service = At("service"),
                });
            }
        }

        return events;
    }

    public async Task<ILookup<string, string>> ServicesOfPodsAsync(Tenant tenant, IReadOnlyList<string> pods, CancellationToken cancellation)
    {
        if (pods.Count == 0)
        {
            return Array.Empty<string>().ToLookup(pod => pod);
        }

        var blocks = await ask(
            $"SELECT DISTINCT pod, service FROM resources WHERE {StoreReader.TenantIs(tenant)}{AnyOf("pod", pods)} AND service != '' ORDER BY pod, service", cancellation);
        return blocks.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => (Pod: block["pod"].GetString(row), Service: block["service"].GetString(row))))
            .ToLookup(pair => pair.Pod, pair => pair.Service, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<Tenant>> TenantsAsync(TimeRange range, CancellationToken cancellation)
    {
        var blocks = await ask(
            $"SELECT DISTINCT tenant FROM spans WHERE {StoreReader.InRange(range, "time")} ORDER BY tenant LIMIT {SqlLiteral.Int(ITelemetryReader.MaxTenants)}", cancellation);
        return [.. blocks.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => new Tenant(block["tenant"].GetString(row))))];
    }

    public async Task<IReadOnlyList<MetricDescription>> MetricDescriptionsAsync(int limit, CancellationToken cancellation)
    {
        var blocks = await ask(
            $"""
            SELECT tenant, name, any(said) AS type, any(unit_said) AS unit, any(help) AS description
            FROM (SELECT tenant, name, metadata['prometheus.type'] AS said, unit AS unit_said, description AS help FROM metric_series WHERE said NOT IN ('', 'unknown'))
            GROUP BY tenant, name
            HAVING uniqExact(said, unit_said) = 1
            ORDER BY tenant, name
            LIMIT {SqlLiteral.Int(limit)}
            """,
            cancellation);
        return
        [
            .. blocks.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => new MetricDescription(
                new Tenant(block["tenant"].GetString(row)), block["name"].GetString(row), block["type"].GetString(row), block["unit"].GetString(row), block["description"].GetString(row)))),
        ];
    }

    public async Task<IReadOnlyList<AlertRecord>> FindAsync(AlertQuery query, CancellationToken cancellation)
    {
        var status = query.Status is { } wanted ? $" AND status = {SqlLiteral.Int((int)wanted)}" : string.Empty;
        var blocks = await ask(
            "SELECT time, end_time, updated, fingerprint, status, source, name, severity, service, summary, link, labels, annotations "
            + $"FROM source_alerts FINAL WHERE {StoreReader.TenantIs(query.Tenant)} AND time < {SqlLiteral.Time(query.Range.End)} "
            + $"AND (end_time = 0 OR end_time >= {SqlLiteral.Int(query.Range.Start.UnixNanoseconds)}){status}"
            + AnyOf("service", query.Services) + AnyOf("source", query.Sources) + AnyOf("name", query.Names) + AnyOf("severity", query.Severities)
            + $" ORDER BY time DESC, fingerprint, source LIMIT {SqlLiteral.Int(query.Limit)}",
            cancellation);
        var alerts = new List<AlertRecord>();
        foreach (var block in blocks)
        {
            var times = block.Fixed("time").As<long>();
            var ends = block.Fixed("end_time").As<long>();
            var updated = block.Fixed("updated").As<long>();
            var statuses = block.Fixed("status").As<byte>();
            for (var row = 0; row < block.Rows; row++)
            {
                string At(string column) => block[column].GetString(row);
                alerts.Add(new AlertRecord
                {
                    Start = new Timestamp(times[row]),
                    End = ends[row] == 0 ? null : new Timestamp(ends[row]),
                    Updated = new Timestamp(updated[row]),
                    Fingerprint = At("fingerprint"),
                    Status = (AlertStatus)statuses[row],
                    Source = At("source"),
                    Name = At("name"),
                    Severity = At("severity"),
                    Service = At("service"),
                    Summary = At("summary"),
                    Link = At("link"),
                    Labels = Map(block.Array("labels"), row),
                    Annotations = Map(block.Array("annotations"), row),
                });
            }
        }

        return alerts;
    }

    public async Task<IReadOnlyList<LogTemplate>> LogTemplatesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation)
    {
        var templates = new List<LogTemplate>();
        foreach (var block in await DerivedAsync("log_templates", "any(text) AS text", tenant, ids, cancellation))
        {
            for (var row = 0; row < block.Rows; row++)
            {
                templates.Add(new LogTemplate(block.Fixed("id").As<ulong>()[row], block["text"].GetString(row), new Timestamp(block.Fixed("first").As<long>()[row])));
            }
        }

        return templates;
    }

    public async Task<IReadOnlyList<ErrorSignature>> ErrorSignaturesAsync(Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation)
    {
        var signatures = new List<ErrorSignature>();
        foreach (var block in await DerivedAsync("error_signatures", "any(type) AS type, any(message) AS message, any(frames) AS frames", tenant, ids, cancellation))
        {
            for (var row = 0; row < block.Rows; row++)
            {
                string At(string column) => block[column].GetString(row);
                signatures.Add(new ErrorSignature(
                    block.Fixed("id").As<ulong>()[row], At("type"), At("message"), At("frames").Split('\n', StringSplitOptions.RemoveEmptyEntries), new Timestamp(block.Fixed("first").As<long>()[row])));
            }
        }

        return signatures;
    }

    private async Task<IReadOnlyList<NativeBlock>> DerivedAsync(string table, string columns, Tenant tenant, IReadOnlyList<ulong> ids, CancellationToken cancellation) => ids.Count == 0
        ? []
        : await ask(
            $"SELECT id, {columns}, min(first_seen) AS first FROM {table} WHERE {StoreReader.TenantIs(tenant)} "
            + $"AND id IN ({string.Join(", ", ids.Select(id => id.ToString(System.Globalization.CultureInfo.InvariantCulture)))}) GROUP BY id",
            cancellation);

    /// <summary>The pairs of a row of a map of texts; of a key that stands there twice the last one.</summary>
    internal static Dictionary<string, string> Map(ArrayColumn map, int row)
    {
        var pairs = (TupleColumn)map.Elements;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = row == 0 ? 0 : map.Ends[row - 1]; i < map.Ends[row]; i++)
        {
            found[pairs[0].GetString(i)] = pairs[1].GetString(i);
        }

        return found;
    }

    private static string AnyOf(string column, IReadOnlyList<string> values) =>
        values.Count == 0 ? string.Empty : $" AND {column} IN ({string.Join(", ", values.Select(SqlLiteral.Text))})";

    private static List<KubernetesObject> Objects(IReadOnlyList<NativeBlock> blocks)
    {
        var objects = new List<KubernetesObject>();
        foreach (var block in blocks)
        {
            var times = block.Fixed("time").As<long>();
            var versions = block.Fixed("version").As<ulong>();
            var deleted = block.Fixed("deleted").As<byte>();
            for (var row = 0; row < block.Rows; row++)
            {
                string At(string column) => block[column].GetString(row);
                objects.Add(new KubernetesObject
                {
                    Time = new Timestamp(times[row]),
                    Version = versions[row],
                    Uid = At("uid"),
                    Kind = At("kind"),
                    Namespace = At("namespace"),
                    Name = At("name"),
                    WorkloadKind = At("workload_kind"),
                    Workload = At("workload"),
                    Service = At("service"),
                    Node = At("node"),
                    Phase = At("phase"),
                    IsDeleted = deleted[row] != 0,
                    Fields = Map(block.Array("fields"), row),
                });
            }
        }

        return objects;
    }
}
