using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Which attributes there are, and which values they have: questions about all records of a time, as statements and their answers.</summary>
internal static class AttributeSql
{
    /// <summary>Beyond so many groups no new ones are made, instead of an error: the frequent values are met early.</summary>
    public static readonly string ValuesSettings = $", max_rows_to_group_by = {SqlLiteral.Int(ITelemetryReader.MaxValuesCounted)}, group_by_overflow_mode = 'any'";

    private static readonly FieldSource[] Places = [FieldSource.Attribute, FieldSource.Resource, FieldSource.Scope, FieldSource.Event, FieldSource.Link];

    /// <summary>Rows of a place's number and a key. Null when no place is asked for that such records have.</summary>
    public static string? Names(AttributeQuery query, IReadOnlyList<FieldSource> places, SharedMatches? shared = null)
    {
        var wanted = Places.Where(place => places.Contains(place) && Has(query.From, place)).ToArray();
        var parts = wanted.Select(place => $"SELECT toUInt8({SqlLiteral.Int((int)place)}) AS place, arrayJoin(mapKeys(attributes)) AS key FROM {Maps(query, place, shared)} GROUP BY key");
        return wanted.Length == 0 ? null
            : $"SELECT place, toString(key) AS name FROM ({string.Join(" UNION ALL ", parts)}) ORDER BY place, name LIMIT {SqlLiteral.Int(query.Limit)} BY place";
    }

    public static IReadOnlyList<Field> ReadNames(IReadOnlyList<NativeBlock> blocks)
    {
        var names = new List<Field>();
        foreach (var block in blocks)
        {
            var places = block.Fixed("place").As<byte>();
            for (var row = 0; row < block.Rows; row++)
            {
                names.Add(new Field((FieldSource)places[row], block["name"].GetString(row)));
            }
        }

        return names;
    }

    /// <summary>Rows of a type's letter and a value. Under either of its names, the first one that a record has.</summary>
    public static string Values(AttributeQuery query, Field attribute, SharedMatches? shared = null)
    {
        var places = Places.Where(place => (attribute.Source == place || attribute.Source == FieldSource.Anywhere) && Has(query.From, place)).ToArray();
        if (places.Length == 0)
        {
            throw new InvalidQuestionException($"{query.From} have no {attribute.Source.ToString().ToLowerInvariant()} attributes.");
        }

        var conditions = new ConditionSql(query.Tenant, query.From, shared);
        var type = conditions.Text(new Field(FieldSource.AttributeType, attribute.Name));
        var value = conditions.Text(new Field(FieldSource.Attribute, attribute.Name));
        var exists = ConditionSql.OnContent(new ExistsPredicate(attribute));
        var parts = places.Select(place => $"SELECT {type} AS type, {value} AS value, count() AS n FROM {Maps(query, place, shared, exists)} GROUP BY type, value");
        return $"SELECT type, value FROM ({string.Join(" UNION ALL ", parts)}) WHERE type != 'n' GROUP BY type, value ORDER BY sum(n) DESC, type, value LIMIT {SqlLiteral.Int(query.Limit)}";
    }

    public static IReadOnlyList<AttributeValue> ReadValues(IReadOnlyList<NativeBlock> blocks) =>
    [
        .. blocks.SelectMany(block => Enumerable.Range(0, block.Rows)
            .Select(row => new AttributeValue((AttributeType)block["type"].GetString(row)[0], block["value"].GetString(row)))),
    ];

    private static bool Has(Dataset dataset, FieldSource place) => dataset switch
    {
        Dataset.Spans => true,
        Dataset.Logs => place is FieldSource.Attribute or FieldSource.Resource or FieldSource.Scope,
        _ => throw new InvalidQuestionException($"Attributes of {dataset} are not listed."),
    };

    /// <summary>Rows with the columns <c>attributes</c> and <c>attribute_types</c>: what stands behind FROM.</summary>
    /// <param name="also">A further condition on one such row.</param>
    private static string Maps(AttributeQuery query, FieldSource place, SharedMatches? shared, string? also = null)
    {
        var table = query.From == Dataset.Spans ? "spans" : "logs";
        var tenant = StoreReader.TenantIs(query.Tenant);
        var where = $"{tenant} AND {StoreReader.InRange(query.Range, "time")} AND {new ConditionSql(query.Tenant, query.From, shared).Write(query.Where)}";
        var further = also is null ? string.Empty : $" AND {also}";
        return place switch
        {
            FieldSource.Attribute => $"{table} WHERE {where}{further}",
            FieldSource.Resource => $"resources FINAL WHERE {tenant} AND fingerprint IN (SELECT resource FROM {table} WHERE {where}){further}",
            FieldSource.Scope => $"scopes FINAL WHERE {tenant} AND fingerprint IN (SELECT scope FROM {table} WHERE {where}){further}",
            FieldSource.Event => Details("events"),
            _ => Details("links"),
        };

        string Details(string list) =>
            $"(SELECT {list}.attributes AS maps, {list}.attribute_types AS types FROM {table} WHERE {where} AND notEmpty({list})) "
            + $"ARRAY JOIN maps AS attributes, types AS attribute_types{(also is null ? string.Empty : $" WHERE {also}")}";
    }
}
