using Clew.Telemetry;

namespace Clew.Server.Kubernetes;

/// <summary>
/// The last state of each object that came by, so that the next one can be compared with it without asking the store. Holds the most recently seen
/// ones. Not safe for concurrent use.
/// </summary>
internal sealed class KnownObjects(int capacity)
{
    private readonly Dictionary<(Tenant, string), LinkedListNode<(Tenant Tenant, KubernetesObject State)>> _index = [];
    private readonly LinkedList<(Tenant Tenant, KubernetesObject State)> _recent = new();

    public int Count => _index.Count;

    public KubernetesObject? Find(Tenant tenant, string uid) => _index.TryGetValue((tenant, uid), out var node) ? node.Value.State : null;

    public void Remember(Tenant tenant, KubernetesObject state)
    {
        if (_index.Remove((tenant, state.Uid), out var known))
        {
            _recent.Remove(known);
        }

        _index.Add((tenant, state.Uid), _recent.AddLast((tenant, state)));
        if (_index.Count > capacity)
        {
            var oldest = _recent.First!;
            _recent.RemoveFirst();
            _index.Remove((oldest.Value.Tenant, oldest.Value.State.Uid));
        }
    }

    public IEnumerable<KubernetesObject> All(Tenant tenant) => _recent.Where(known => known.Tenant == tenant).Select(known => known.State);
}
