using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Numerics;
using Clew.Server.Limiting;
using Clew.Telemetry;

namespace Clew.Server.Normalisation;

/// <summary>
/// Notes, batch by batch, which keys each service sends with which types of values, and which schemas its resources and scopes name. Safe for concurrent
/// use; bounded by <see cref="MaxServices"/> and <see cref="MaxKeys"/>.
/// </summary>
internal sealed class SchemaDrift : ISchemaDrift
{
    /// <summary>Services of all tenants that are watched; further ones are not.</summary>
    private const int MaxServices = 5_000;

    /// <summary>Keys of one service that are watched; further ones are not.</summary>
    private const int MaxKeys = 2_000;

    private const int MaxSchemaUrls = 16;

    private static readonly AttributeType[] Types =
        [AttributeType.String, AttributeType.Int, AttributeType.Double, AttributeType.Bool, AttributeType.Bytes, AttributeType.Array, AttributeType.Map];

    private static readonly FrozenSet<string> TodaysNames = RenamedAttributes.All.Select(renamed => renamed.NewName).ToFrozenSet(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<(Tenant Tenant, string Service), Notes> _services = new();

    public IReadOnlyList<ServiceSchema> Snapshot(Tenant tenant)
    {
        var services = _services.Where(pair => pair.Key.Tenant == tenant).OrderBy(pair => pair.Key.Service, StringComparer.Ordinal).ToList();
        var spellings = services.Select(pair => pair.Key.Service).ToLookup(service => service, StringComparer.OrdinalIgnoreCase);
        return [.. services.Select(pair => pair.Value.Write(pair.Key.Service, [.. spellings[pair.Key.Service].Where(other => other != pair.Key.Service)]))];
    }

    /// <summary>The notes on one service; null when there are too many services.</summary>
    public Notes? Of(Tenant tenant, string service) =>
        _services.TryGetValue((tenant, service), out var known) ? known : _services.Count >= MaxServices ? null : _services.GetOrAdd((tenant, service), _ => new Notes());

    /// <summary>The bit of a type in a mask of types.</summary>
    public static byte Bit(AttributeType type)
    {
        var index = Array.IndexOf(Types, type);
        return index < 0 ? (byte)0 : (byte)(1 << index);
    }

    /// <summary>What is known of one service.</summary>
    internal sealed class Notes
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<ulong, (string Key, byte Types)> _keys = [];
        private readonly Dictionary<ulong, string> _schemaUrls = [];

        /// <param name="types">Bits of the types it came with.</param>
        public void Key(ReadOnlySpan<byte> key, byte types)
        {
            var hash = ContentHash.Of(key);
            lock (_lock)
            {
                if (_keys.TryGetValue(hash, out var known))
                {
                    if ((known.Types | types) != known.Types)
                    {
                        _keys[hash] = (known.Key, (byte)(known.Types | types));
                    }
                }
                else if (_keys.Count < MaxKeys)
                {
                    _keys.Add(hash, (System.Text.Encoding.UTF8.GetString(key), types));
                }
            }
        }

        public void SchemaUrl(ReadOnlySpan<byte> url)
        {
            var hash = ContentHash.Of(url);
            lock (_lock)
            {
                if (_schemaUrls.Count < MaxSchemaUrls && !_schemaUrls.ContainsKey(hash))
                {
                    _schemaUrls.Add(hash, System.Text.Encoding.UTF8.GetString(url));
                }
            }
        }

        public ServiceSchema Write(string service, IReadOnlyList<string> sameButForCase)
        {
            lock (_lock)
            {
                return new ServiceSchema(
                    service,
                    [.. _schemaUrls.Values.Order(StringComparer.Ordinal)],
                    [.. _keys.Values.Select(known => RenamedAttributes.Find(known.Key)).OfType<RenamedAttribute>().OrderBy(renamed => renamed.OldName, StringComparer.Ordinal)],
                    [.. _keys.Values.Select(known => known.Key).Where(TodaysNames.Contains).Order(StringComparer.Ordinal)],
                    [.. _keys.Values.Where(known => BitOperations.PopCount(known.Types) > 1).OrderBy(known => known.Key, StringComparer.Ordinal)
                        .Select(known => new MixedAttribute(known.Key, [.. Types.Where(type => (known.Types & Bit(type)) != 0)]))],
                    sameButForCase,
                    service.StartsWith(ResourceView.UnknownService, StringComparison.Ordinal));
            }
        }
    }
}
