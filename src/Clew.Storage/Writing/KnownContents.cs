using System.Collections.Concurrent;

namespace Clew.Storage.Writing;

/// <summary>
/// Fingerprints that are in the store already, so that resources, scopes and series are written once. Forgetting is harmless: the tables
/// replace equal rows.
/// </summary>
internal sealed class KnownContents(int capacity)
{
    private ConcurrentDictionary<(string Tenant, ulong Fingerprint), byte> _current = new();
    private ConcurrentDictionary<(string Tenant, ulong Fingerprint), byte> _previous = new();

    public bool Contains(Tenant tenant, ulong fingerprint)
    {
        var key = (tenant.Name, fingerprint);
        return _current.ContainsKey(key) || (_previous.ContainsKey(key) && Remember(key));
    }

    public void Add(Tenant tenant, ulong fingerprint) => Remember((tenant.Name, fingerprint));

    private bool Remember((string Tenant, ulong Fingerprint) key)
    {
        if (_current.Count >= capacity)
        {
            // Two generations: what is in use moves over to the new one, the rest is forgotten with the old one.
            _previous = _current;
            _current = new();
        }

        _current.TryAdd(key, 0);
        return true;
    }
}
