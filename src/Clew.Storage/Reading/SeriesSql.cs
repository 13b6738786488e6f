namespace Clew.Storage.Reading;

/// <summary>Questions about metrics and their series as statements.</summary>
internal static class SeriesSql
{
    /// <summary>What a name's first word is made of.</summary>
    private const string Word = "'[a-zA-Z0-9:]+'";

    private static readonly string[] PointTables = ["number_points", "histogram_points", "exponential_histogram_points", "summary_points"];

    public static string Metrics(MetricQuery query)
    {
        var conditions = new List<string> { StoreReader.TenantIs(query.Tenant) };
        if (query.Names is { } names)
        {
            var named = new List<string>();
            Add(named, "name", names);
            Add(named, $"extract(name, {Word})", query.FirstWords);
            conditions.Add(named.Count == 0 ? "0" : $"({string.Join(" OR ", named)})");
        }

        if (query.Active is { } range)
        {
            conditions.Add(IsActive(query.Tenant, range));
        }

        return "SELECT name, unit, kind, temporality, monotonic, metadata['prometheus.type'] AS type, metadata['prometheus.buckets'] AS buckets, any(description) AS help, toInt64(count()) AS series_count "
            + $"FROM metric_series WHERE {string.Join(" AND ", conditions)} GROUP BY name, unit, kind, temporality, monotonic, type, buckets";
    }

    public static string Series(SeriesQuery query)
    {
        var conditions = new List<string> { StoreReader.TenantIs(query.Tenant) };
        if (query.Names is { } names)
        {
            conditions.Add(names.Count == 0 ? "0" : $"name IN ({Texts(names)})");
        }

        if (query.Services is { } services)
        {
            conditions.Add($"service IN ({Texts([.. services, ResourceView.UnknownService])})");
        }

        if (query.Instances is { } instances)
        {
            conditions.Add(instances.Count == 0
                ? "mapContains(attributes, 'instance')"
                : $"(resource IN (SELECT fingerprint FROM resources WHERE {StoreReader.TenantIs(query.Tenant)} AND attributes['service.instance.id'] IN ({Texts(instances)})) OR mapContains(attributes, 'instance'))");
        }

        for (var i = 0; i < query.Labels.Count; i++)
        {
            conditions.Add(Label(query.Labels[i], $"l{SqlLiteral.Int(i)}"));
        }

        if (query.Active is { } range)
        {
            conditions.Add(IsActive(query.Tenant, range));
        }

        return "SELECT series, name, unit, description, kind, temporality, monotonic, resource, scope, attributes, attribute_types, metadata, metadata_types "
            + $"FROM metric_series WHERE {string.Join(" AND ", conditions)} LIMIT 1 BY series LIMIT {SqlLiteral.Int(query.Limit)}";
    }

    public static string Points(PointQuery query)
    {
        var columns = query.Kind switch
        {
            MetricKind.Gauge or MetricKind.Sum => "value",
            MetricKind.Histogram => "count, parts, sum, min, max, bounds, bucket_counts",
            MetricKind.ExponentialHistogram =>
                "count, parts, sum, min, max, scale, zero_count, zero_threshold, positive_offset, positive_counts, negative_offset, negative_counts",
            _ => "count, sum, quantiles, values",
        };
        return $"SELECT series, time, {(query.HasStartTimes ? "start_time, " : string.Empty)}flags, {columns} FROM {Table(query.Kind)} WHERE {Where(query, "time")} LIMIT {SqlLiteral.Int(query.Limit)}";
    }

    public static string Exemplars(PointQuery query) =>
        "SELECT series, point_time, time, trace_id, span_id, type, value, int_value, attributes, attribute_types FROM exemplars "
        + $"WHERE {Where(query, "point_time")} ORDER BY point_time DESC LIMIT {SqlLiteral.Int(query.Limit)}";

    public static string Bounds(PointQuery query) =>
        $"SELECT DISTINCT series, {(query.Kind == MetricKind.Summary ? "quantiles" : "bounds")} AS bounds FROM {Table(query.Kind)} WHERE {Where(query, "time")} LIMIT {SqlLiteral.Int(query.Limit)}";

    public static string ActiveMinutes(PointQuery query) =>
        $"SELECT series, max(time) AS last FROM {Table(query.Kind)} WHERE {Where(query, "time")} "
        + $"GROUP BY series, intDiv(toUnixTimestamp64Nano(time), 60000000000) LIMIT {SqlLiteral.Int(query.Limit)}";

    private static string Where(PointQuery query, string time) =>
        $"{StoreReader.TenantIs(query.Tenant)} AND series IN ({string.Join(", ", query.Series)}) AND {StoreReader.InRange(query.Range, time)}";

    private static string Table(MetricKind kind) => kind switch
    {
        MetricKind.Gauge or MetricKind.Sum => "number_points",
        MetricKind.Histogram => "histogram_points",
        MetricKind.ExponentialHistogram => "exponential_histogram_points",
        MetricKind.Summary => "summary_points",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Points of this kind are not known."),
    };

    private static string IsActive(Tenant tenant, TimeRange range)
    {
        var where = $"{StoreReader.TenantIs(tenant)} AND {StoreReader.InRange(range, "time")}";
        return $"series IN ({string.Join(" UNION ALL ", PointTables.Select(table => $"SELECT series FROM {table} WHERE {where}"))})";
    }

    private static void Add(List<string> conditions, string column, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            conditions.Add($"{column} IN ({Texts(values)})");
        }
    }

    private static string Label(LabelCondition condition, string alias)
    {
        var name = SqlLiteral.Text(condition.Name);
        var values = $"arrayFilter((v, k) -> k = {name} OR replaceRegexpAll(k, '[^a-zA-Z0-9_]', '_') = {name}, mapValues(attributes), mapKeys(attributes)) AS {alias}";
        return $"(length({values}) > 1 OR {Test(condition, $"{alias}[1]")})";
    }

    private static string Test(LabelCondition condition, string value) => condition.Test switch
    {
        LabelTest.OneOf => condition.Values.Count == 0 ? "0" : $"{value} IN ({Texts(condition.Values)})",
        LabelTest.NoneOf => condition.Values.Count == 0 ? "1" : $"{value} NOT IN ({Texts(condition.Values)})",
        LabelTest.Matches => Match(condition, value),
        LabelTest.NotMatches => $"NOT {Match(condition, value)}",
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition.Test, "This test is not known."),
    };

    private static string Match(LabelCondition condition, string value) => $"match({value}, {SqlLiteral.Text($"^(?s:{condition.Values[0]})$")})";

    private static string Texts(IReadOnlyList<string> texts) => string.Join(", ", texts.Select(SqlLiteral.Text));
}
