using System.Globalization;
using Clew.Storage.Derivation;
using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Read plans as one aggregating statement.</summary>
internal sealed class PlanReading(Ask ask, ContentCache contents, ChangedMinutes changed)
{
    public async Task<ResultTable> ReadAsync(ReadPlan plan, CancellationToken cancellation)
    {
        var shared = plan.From == Dataset.NumberPoints ? null : await SharedMatches.FindAsync(ask, plan.Tenant, plan.Where, cancellation);
        var blocks = await ask(RolledPlan.Sql(plan, changed) ?? Sql(plan, shared), cancellation);
        var rows = blocks.Sum(block => block.Rows);
        var columns = new List<ResultColumn>();
        for (var i = 0; i < plan.GroupBy.Count; i++)
        {
            columns.Add(new TextColumn(plan.GroupBy[i].ToString(), Texts(blocks, $"g{i}", rows)));
        }

        foreach (var column in EachColumns(plan))
        {
            columns.Add(new TextColumn(column, Texts(blocks, column, rows)));
        }

        if (plan.Step is not null)
        {
            columns.Add(new LongColumn("bucket", Numbers<long>(blocks, "bucket", rows)));
        }

        for (var i = 0; i < plan.Aggregates.Count; i++)
        {
            var aggregate = plan.Aggregates[i];
            columns.Add(aggregate.Function switch
            {
                AggregateFunction.Count or AggregateFunction.CountIf or AggregateFunction.Distinct =>
                    new LongColumn(aggregate.Name, Numbers<long>(blocks, $"a{i}", rows)),
                AggregateFunction.Any => new TextColumn(aggregate.Name, Texts(blocks, $"a{i}", rows)),
                _ => new DoubleColumn(aggregate.Name, Numbers<double>(blocks, $"a{i}", rows)),
            });
        }

        var resourceKey = plan.GroupBy.ToList().FindIndex(field => field == Field.Intrinsic(Intrinsics.ResourceFingerprint));
        return resourceKey < 0
            ? new ResultTable(columns, rows)
            : await WithResourcesAsync(plan.Tenant, columns, rows, ((TextColumn)columns[resourceKey]).Values, cancellation);
    }

    /// <summary>The statement, for running and for snapshots.</summary>
    internal static string Sql(ReadPlan plan, SharedMatches? shared = null)
    {
        var conditions = new ConditionSql(plan.Tenant, plan.From, shared);
        var where = $"{StoreReader.TenantIs(plan.Tenant)} AND {StoreReader.InRange(plan.Range, "time")}";
        var condition = conditions.Write(plan.Where);
        if (plan.Each != AttributeExpansion.None)
        {
            var rows = $"{where} AND {condition}{StoreReader.KeepTraces(plan.From, plan.OneTraceIn)}";
            return plan.Each == AttributeExpansion.ValuesAndKeys ? OfEachAtOnce(plan, conditions, rows) : OfEach(plan, rows);
        }

        return Grouped(plan, conditions, "time", Aggregate, plan.From == Dataset.NumberPoints
            ? $"(SELECT series, time, value FROM number_points WHERE {where}) AS points SEMI LEFT JOIN "
              + "(SELECT series, name, kind, service, resource, scope, attributes, attribute_types FROM metric_series "
              + $"WHERE {StoreReader.TenantIs(plan.Tenant)}) AS series USING (series) WHERE {condition}"
            : $"{(plan.From == Dataset.Spans ? "spans" : "logs")} WHERE {where} AND {condition}{StoreReader.KeepTraces(plan.From, plan.OneTraceIn)}");
    }

    /// <summary>A row for each attribute of the records. Only the most frequent values of a name, which are found first where steps divide their counts.</summary>
    private static string OfEach(ReadPlan plan, string where)
    {
        if (plan.From == Dataset.NumberPoints || plan.GroupBy.Count > 0 || plan.Aggregates is not [{ Function: AggregateFunction.Count }])
        {
            throw new InvalidQuestionException("Attributes of spans and logs can be counted, each for itself and in no groups.");
        }

        var attributes =
            $"(SELECT time, attributes, attribute_types FROM {(plan.From == Dataset.Spans ? "spans" : "logs")} WHERE {where}) "
            + "ARRAY JOIN mapKeys(attributes) AS key, mapValues(attributes) AS value, splitByString('', toString(attribute_types)) AS type WHERE type != 'n'";
        var keys = string.Join(", ", EachColumns(plan));
        var most = $"GROUP BY {keys} ORDER BY count() DESC, {keys} LIMIT {SqlLiteral.Int(plan.ValuesOfKey)} BY key";
        var isLimited = plan.Each == AttributeExpansion.Values;
        if (plan.Step is not { } step)
        {
            return $"SELECT {keys}, toInt64(count()) AS a0 FROM {attributes} {(isLimited ? most : $"GROUP BY {keys} ORDER BY a0 DESC, {keys}")} LIMIT {SqlLiteral.Int(plan.Limit)}";
        }

        var among = isLimited ? $" AND ({keys}) IN (SELECT {keys} FROM {attributes} {most})" : string.Empty;
        return $"SELECT {keys}, {Step(plan, step, "time")}, toInt64(count()) AS a0 FROM {attributes}{among} "
            + $"GROUP BY {keys}, bucket ORDER BY a0 DESC, {keys}, bucket LIMIT {SqlLiteral.Int(plan.Limit)}";
    }

    /// <summary>Several counts of each value in one go through the records: reading attributes is what takes the time.</summary>
    private static string OfEachAtOnce(ReadPlan plan, ConditionSql conditions, string where)
    {
        if (plan.From == Dataset.NumberPoints || plan.GroupBy.Count > 0 || plan.Step is not null || plan.Aggregates.Count == 0 || plan.Aggregates.Any(aggregate => aggregate.Function != AggregateFunction.CountIf))
        {
            throw new InvalidQuestionException("Values and names of attributes of spans and logs can be counted at once where conditions hold, in no groups and steps.");
        }

        string OfAll(Func<Aggregate, int, string> write, string separator = ", ") => string.Join(separator, plan.Aggregates.Select(write));
        var most = SqlLiteral.Int(plan.ValuesOfKey);
        var records = $"SELECT attributes, attribute_types, {OfAll((aggregate, i) => $"{conditions.Write(aggregate.If)} AS i{i}")} FROM {(plan.From == Dataset.Spans ? "spans" : "logs")} WHERE {where}";
        var values = $"SELECT key, type, value, {OfAll((_, i) => $"toInt64(countIf(i{i})) AS c{i}")} FROM ({records}) "
            + "ARRAY JOIN mapKeys(attributes) AS key, mapValues(attributes) AS value, splitByString('', toString(attribute_types)) AS type WHERE type != 'n' GROUP BY key, type, value";
        var tops = OfAll((_, i) => $"arrayMap(t -> (toUInt8({i}), -t.1, t.2, t.3), groupArraySorted({most})((-c{i}, type, value))), [(toUInt8({i}), sum(c{i}), '', '')]");
        return $"SELECT key, top.3 AS type, top.4 AS value, {OfAll((_, i) => $"if(top.1 = {i}, top.2, toInt64(0)) AS a{i}")} FROM (SELECT key, arrayConcat({tops}) AS tops FROM ({values}) GROUP BY key) "
            + $"ARRAY JOIN tops AS top WHERE top.2 > 0 ORDER BY key, top.1, top.2 DESC, type, value LIMIT {SqlLiteral.Int(plan.Limit)}";
    }

    private static IReadOnlyList<string> EachColumns(ReadPlan plan) => plan.Each switch
    {
        AttributeExpansion.Keys => ["key"],
        AttributeExpansion.Values or AttributeExpansion.ValuesAndKeys => ["key", "type", "value"],
        _ => [],
    };

    /// <summary>What a plan groups and aggregates, from rows of some kind.</summary>
    /// <param name="time">The column whose steps are groups.</param>
    /// <param name="aggregate">Writes an aggregate over the rows.</param>
    /// <param name="from">The rows: what stands between FROM and GROUP BY.</param>
    internal static string Grouped(ReadPlan plan, ConditionSql conditions, string time, Func<Aggregate, ConditionSql, string> aggregate, string from)
    {
        var select = new List<string>();
        var keys = new List<string>();
        for (var i = 0; i < plan.GroupBy.Count; i++)
        {
            select.Add($"{conditions.Text(plan.GroupBy[i])} AS g{i}");
            keys.Add($"g{i}");
        }

        if (plan.Step is { } step)
        {
            select.Add(Step(plan, step, time));
            keys.Add("bucket");
        }

        for (var i = 0; i < plan.Aggregates.Count; i++)
        {
            select.Add($"{aggregate(plan.Aggregates[i], conditions)} AS a{i}");
        }

        var sql = $"SELECT {string.Join(", ", select)} FROM {from}";
        if (keys.Count > 0)
        {
            sql += $" GROUP BY {string.Join(", ", keys)}";
        }

        var order = plan.Aggregates.Count > 0 ? $" ORDER BY a0 DESC{string.Concat(keys.Select(key => $", {key}"))}" : keys.Count > 0 ? $" ORDER BY {string.Join(", ", keys)}" : string.Empty;
        return $"{sql}{order} LIMIT {SqlLiteral.Int(plan.Limit)}";
    }

    /// <summary>The start of the step that a time falls into.</summary>
    private static string Step(ReadPlan plan, TimeSpan step, string time)
    {
        var nanoseconds = SqlLiteral.Int(Math.Max(1, step.Ticks) * 100);
        var origin = SqlLiteral.Int(plan.Origin.UnixNanoseconds);
        return plan.Origin == default
            ? $"intDiv(toUnixTimestamp64Nano({time}), {nanoseconds}) * {nanoseconds} AS bucket"
            : $"intDiv(toUnixTimestamp64Nano({time}) - {origin}, {nanoseconds}) * {nanoseconds} + {origin} AS bucket";
    }

    private static string Aggregate(Aggregate aggregate, ConditionSql conditions)
    {
        var level = aggregate.Level.ToString("R", CultureInfo.InvariantCulture);
        return aggregate.Function switch
        {
            AggregateFunction.Count => "toInt64(count())",
            AggregateFunction.CountIf => $"toInt64(countIf({conditions.Write(aggregate.If)}))",
            AggregateFunction.Distinct => $"toInt64(uniq({conditions.Identity(Of(aggregate))}))",
            AggregateFunction.Any => $"toString(any({conditions.Text(Of(aggregate))}))",
            AggregateFunction.Sum => $"ifNull(toFloat64(sum({conditions.Number(Of(aggregate))})), nan)",
            AggregateFunction.Min => $"ifNull(toFloat64(min({conditions.Number(Of(aggregate))})), nan)",
            AggregateFunction.Max => $"ifNull(toFloat64(max({conditions.Number(Of(aggregate))})), nan)",
            AggregateFunction.Average => $"ifNull(toFloat64(avg({conditions.Number(Of(aggregate))})), nan)",
            AggregateFunction.Quantile => $"ifNull(toFloat64(quantileTDigest({level})({conditions.Number(Of(aggregate))})), nan)",
            _ => throw new InvalidQuestionException($"{aggregate.Function} is not known."),
        };
    }

    private static Field Of(Aggregate aggregate) => aggregate.Of ?? throw new InvalidQuestionException($"{aggregate.Function} needs a field.");

    private async Task<ResultTable> WithResourcesAsync(
        Tenant tenant, List<ResultColumn> columns, int rows, string[] fingerprints, CancellationToken cancellation)
    {
        var batch = new SpanBatch { Tenant = tenant };
        var numbers = fingerprints.Select(hex => BitConverter.ToUInt64(Convert.FromHexString(hex))).ToArray();
        var store = await contents.LoadResourcesAsync(tenant, numbers.Distinct().ToArray(), cancellation);
        var indexes = new Dictionary<ulong, int>();
        foreach (var number in numbers)
        {
            if (!indexes.ContainsKey(number))
            {
                indexes.Add(number, store.AddResource(number, batch));
            }
        }

        return new ResultTable(columns, rows) { Resources = batch.Resources, ResourceIndexes = [.. numbers.Select(number => indexes[number])] };
    }

    private static string[] Texts(IReadOnlyList<NativeBlock> blocks, string column, int rows)
    {
        var texts = new string[rows];
        var at = 0;
        foreach (var block in blocks)
        {
            var values = block[column];
            for (var row = 0; row < block.Rows; row++)
            {
                texts[at++] = values.GetString(row);
            }
        }

        return texts;
    }

    private static T[] Numbers<T>(IReadOnlyList<NativeBlock> blocks, string column, int rows)
        where T : unmanaged
    {
        var numbers = new T[rows];
        var at = 0;
        foreach (var block in blocks)
        {
            block.Fixed(column).As<T>().CopyTo(numbers.AsSpan(at));
            at += block.Rows;
        }

        return numbers;
    }
}
