using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Clew.Storage.Engine;
using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Resources and scopes by fingerprint. They never change, so what was read once is kept, up to a limit.</summary>
internal sealed class ContentCache(IStoreEngine engine, StorageLimits limits)
{
    private readonly ConcurrentDictionary<(string Tenant, ulong Fingerprint), StoredContent> _resources = new();
    private readonly ConcurrentDictionary<(string Tenant, ulong Fingerprint), StoredContent> _scopes = new();

    /// <summary>The contents that the columns <c>resource</c> and <c>scope</c> of these blocks name.</summary>
    public async Task<ContentStore> LoadAsync(Tenant tenant, IReadOnlyList<NativeBlock> blocks, CancellationToken cancellation) =>
        new(
            await LoadAsync(tenant, Fingerprints(blocks, "resource"), _resources, "resources", "'' AS name, '' AS version", cancellation),
            await LoadAsync(tenant, Fingerprints(blocks, "scope"), _scopes, "scopes", "name, version", cancellation));

    /// <summary>Resources alone.</summary>
    public async Task<ContentStore> LoadResourcesAsync(Tenant tenant, IReadOnlyCollection<ulong> fingerprints, CancellationToken cancellation) =>
        new(
            await LoadAsync(tenant, fingerprints, _resources, "resources", "'' AS name, '' AS version", cancellation),
            new Dictionary<ulong, StoredContent>());

    private static HashSet<ulong> Fingerprints(IReadOnlyList<NativeBlock> blocks, string column)
    {
        var fingerprints = new HashSet<ulong>();
        foreach (var block in blocks)
        {
            var rows = block.LowCardinality(column);
            var keys = ((FixedColumn)rows.Keys).As<ulong>();
            var seen = new bool[keys.Length];
            foreach (var index in rows.Indexes)
            {
                if (!seen[index])
                {
                    seen[index] = true;
                    fingerprints.Add(keys[index]);
                }
            }
        }

        return fingerprints;
    }

    private async Task<IReadOnlyDictionary<ulong, StoredContent>> LoadAsync(
        Tenant tenant,
        IReadOnlyCollection<ulong> fingerprints,
        ConcurrentDictionary<(string Tenant, ulong Fingerprint), StoredContent> cache,
        string table,
        string nameColumns,
        CancellationToken cancellation)
    {
        var contents = new Dictionary<ulong, StoredContent>(fingerprints.Count);
        var missing = new List<ulong>();
        foreach (var fingerprint in fingerprints)
        {
            if (cache.TryGetValue((tenant.Name, fingerprint), out var content))
            {
                contents[fingerprint] = content;
            }
            else
            {
                missing.Add(fingerprint);
            }
        }

        // Many fingerprints per question, but not so many that the statement grows past the engine's limit on its length.
        foreach (var some in missing.Chunk(2_000))
        {
            var blocks = await engine.QueryAsync(
                EngineWork.Read,
                $"SELECT fingerprint, {nameColumns}, schema_url, dropped_attributes, attributes, attribute_types FROM {table} "
                + $"WHERE {StoreReader.TenantIs(tenant)} AND fingerprint IN ({string.Join(", ", some.Select(SqlLiteral.Fingerprint))}) LIMIT 1 BY fingerprint",
                cancellation);
            foreach (var block in blocks)
            {
                Decode(block, (fingerprint, content) =>
                {
                    contents[fingerprint] = content;
                    if (cache.Count < limits.ContentCache)
                    {
                        cache[(tenant.Name, fingerprint)] = content;
                    }
                });
            }
        }

        return contents;
    }

    private static void Decode(NativeBlock block, Action<ulong, StoredContent> found)
    {
        var fingerprints = block.Fixed("fingerprint").As<ulong>();
        var dropped = block.Fixed("dropped_attributes").As<uint>();
        var map = block.Array("attributes");
        var pairs = (TupleColumn)map.Elements;
        var keys = (LowCardinalityColumn)pairs[0];
        var values = (StringColumn)pairs[1];
        var types = block.LowCardinality("attribute_types");
        for (var row = 0; row < block.Rows; row++)
        {
            var rowTypes = MemoryMarshal.Cast<byte, AttributeType>(((StringColumn)types.Keys)[types.Indexes[row]]);
            var first = row == 0 ? 0 : map.Ends[row - 1];
            var attributes = new (string, AttributeType, string)[map.Ends[row] - first];
            for (var i = 0; i < attributes.Length; i++)
            {
                var key = keys.GetString(first + i);
                attributes[i] = (key, i < rowTypes.Length ? rowTypes[i] : AttributeType.String, values.GetString(first + i));
            }

            found(
                fingerprints[row],
                new StoredContent(
                    block["name"].GetString(row), block["version"].GetString(row), block["schema_url"].GetString(row), dropped[row], attributes));
        }
    }
}
