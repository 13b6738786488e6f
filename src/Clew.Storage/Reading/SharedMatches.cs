namespace Clew.Storage.Reading;

/// <summary>
/// Which resources and scopes fulfil those parts of a condition that may hold for them as well as for the record itself. Asked first, because a
/// subquery within an OR keeps the engine from using the index of the record's attributes, and mostly no resource or scope has the attribute at all.
/// </summary>
internal sealed class SharedMatches
{
    /// <summary>Resources or scopes that a statement names one by one; beyond it a subquery finds them.</summary>
    private const int MaxNamed = 1_000;

    private readonly Dictionary<Predicate, Matches> _byLeaf = [];

    /// <returns>Null when the condition has no such part.</returns>
    public static async Task<SharedMatches?> FindAsync(Ask ask, Tenant tenant, Predicate? condition, CancellationToken cancellation)
    {
        SharedMatches? found = null;
        foreach (var leaf in Leaves(condition))
        {
            found ??= new SharedMatches();
            if (!found._byLeaf.ContainsKey(leaf))
            {
                found._byLeaf.Add(leaf, await AskAsync(ask, tenant, leaf, cancellation));
            }
        }

        return found;
    }

    /// <returns>Null when it was not asked; a null list when there are too many to name.</returns>
    public Matches? Of(Predicate leaf) => _byLeaf.GetValueOrDefault(leaf);

    private static IEnumerable<Predicate> Leaves(Predicate? condition) => condition switch
    {
        AllPredicate all => all.Terms.SelectMany(Leaves),
        AnyPredicate any => any.Terms.SelectMany(Leaves),
        NotPredicate not => Leaves(not.Term),
        ExistsPredicate { Field.Source: FieldSource.Anywhere } => [condition],
        ComparisonPredicate { Field.Source: FieldSource.Anywhere } => [condition],
        InPredicate { Field.Source: FieldSource.Anywhere } among => among.Values.Select(value => Predicate.Equal(among.Field, value)),
        _ => [],
    };

    private static async Task<Matches> AskAsync(Ask ask, Tenant tenant, Predicate leaf, CancellationToken cancellation)
    {
        var where = $"{StoreReader.TenantIs(tenant)} AND {ConditionSql.OnContent(leaf)}";
        var blocks = await ask(
            $"SELECT toUInt8(0) AS is_scope, fingerprint FROM resources WHERE {where} LIMIT {MaxNamed + 1} "
            + $"UNION ALL SELECT toUInt8(1) AS is_scope, fingerprint FROM scopes WHERE {where} LIMIT {MaxNamed + 1}",
            cancellation);
        var resources = new HashSet<ulong>();
        var scopes = new HashSet<ulong>();
        foreach (var block in blocks)
        {
            var kinds = block.Fixed("is_scope").As<byte>();
            var fingerprints = block.Fixed("fingerprint").As<ulong>();
            for (var row = 0; row < block.Rows; row++)
            {
                (kinds[row] == 0 ? resources : scopes).Add(fingerprints[row]);
            }
        }

        return new Matches(resources.Count > MaxNamed ? null : [.. resources], scopes.Count > MaxNamed ? null : [.. scopes]);
    }

    /// <param name="Resources">Fingerprints; null when there are too many to name.</param>
    /// <param name="Scopes">As above.</param>
    internal sealed record Matches(IReadOnlyList<ulong>? Resources, IReadOnlyList<ulong>? Scopes);
}
