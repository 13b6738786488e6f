using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Clew.Storage.Engine;

namespace Clew.Storage.Writing;

/// <summary>
/// Names of attributes that have had an array as their value, of each tenant: what the table <c>array_attributes</c> holds, in memory. Whoever asks whether one of an attribute's values is
/// something has to look into its arrays, which no index knows; of names that are not here nobody needs to.
/// </summary>
/// <param name="most">See <see cref="StorageLimits.ArrayNames"/>.</param>
internal sealed class ArrayNames(int most)
{
    private readonly ConcurrentDictionary<(string Tenant, string Name), byte> _names = new();
    private volatile bool _isFull;

    /// <summary>Reads what is known.</summary>
    public static async Task<ArrayNames> LoadAsync(IStoreEngine engine, StorageLimits limits, CancellationToken cancellation)
    {
        var names = new ArrayNames(limits.ArrayNames);
        foreach (var block in await engine.QueryAsync(EngineWork.Background, $"SELECT DISTINCT toString(tenant) AS owner, name FROM array_attributes LIMIT {Reading.SqlLiteral.Int(limits.ArrayNames)}", cancellation))
        {
            for (var row = 0; row < block.Rows; row++)
            {
                names.Add(new Tenant(block["owner"].GetString(row)), [block["name"].GetString(row)]);
            }
        }

        return names;
    }

    /// <summary>Whether any value of an attribute that OpenTelemetry gave one of these names may be an array.</summary>
    public bool MayHave(Tenant tenant, IEnumerable<string> names) => _isFull || names.Any(name => _names.ContainsKey((tenant.Name, name)));

    /// <summary>Names in a batch that are not known yet, each once.</summary>
    public IReadOnlyList<string> NewOf(SpanBatch batch)
    {
        HashSet<int>? keys = null;
        foreach (var lists in new[] { batch.Attributes, batch.Events.Attributes, batch.Links.Attributes, batch.Resources.Attributes, batch.Scopes.Attributes })
        {
            var types = MemoryMarshal.AsBytes(lists.Types.Values);
            for (var entry = types.IndexOf((byte)AttributeType.Array); entry >= 0 && entry < types.Length; entry++)
            {
                if (types[entry] == (byte)AttributeType.Array)
                {
                    (keys ??= []).Add(lists.Keys[entry]);
                }
            }
        }

        return keys is null || _isFull ? [] : [.. keys.Select(batch.Dictionary.GetString).Where(name => !_names.ContainsKey((batch.Tenant.Name, name)))];
    }

    /// <summary>Remembers names that are stored now.</summary>
    public void Add(Tenant tenant, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            _names.TryAdd((tenant.Name, name), 0);
        }

        _isFull |= _names.Count >= most;
    }

    /// <summary>The condition without looking into arrays where there are none.</summary>
    public Predicate? Narrowed(Tenant tenant, Predicate? condition) => condition switch
    {
        AllPredicate all => new AllPredicate([.. all.Terms.Select(term => Narrowed(tenant, term)!)]),
        AnyPredicate any => new AnyPredicate([.. any.Terms.Select(term => Narrowed(tenant, term)!)]),
        NotPredicate not => new NotPredicate(Narrowed(tenant, not.Term)!),
        ComparisonPredicate { InArrays: true } comparison when !MayHave(tenant, RenamedAttributes.Names(comparison.Field.Name)) => comparison with { InArrays = false },
        _ => condition,
    };
}
