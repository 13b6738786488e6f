using Clew.Analysis.Worlds;

namespace Clew.Analysis.Observations;

/// <summary>Who calls whom, directly and through others.</summary>
internal sealed class Topology
{
    private readonly Dictionary<int, HashSet<int>> _callees = [];
    private readonly Dictionary<int, HashSet<int>> _callers = [];
    private readonly Dictionary<int, HashSet<int>> _below = [];

    public static Topology Of(World world)
    {
        var topology = new Topology();
        foreach (var edge in world.Edges)
        {
            topology.Add(edge.Caller, edge.Callee);
        }

        foreach (var message in world.Messages)
        {
            topology.Add(message.Producer, message.Consumer);
        }

        var services = world.Services.Select((name, index) => (name, index)).DistinctBy(s => s.name, StringComparer.OrdinalIgnoreCase).ToDictionary(s => s.name, s => s.index, StringComparer.OrdinalIgnoreCase);
        foreach (var trace in world.Traces)
        {
            foreach (var span in trace.Spans)
            {
                // A callee that does not carry the trace on is still called.
                if (span.Facts is { Peer.Length: > 0 } facts && services.TryGetValue(facts.Peer, out var callee))
                {
                    topology.Add(world.Operations[span.Operation].Service, callee);
                }

                if (span.Parent >= 0)
                {
                    topology.Add(world.Operations[trace.Spans[span.Parent].Operation].Service, world.Operations[span.Operation].Service);
                }
            }
        }

        return topology;
    }

    public IReadOnlyCollection<int> Callees(int service) => _callees.GetValueOrDefault(service) ?? [];

    public IReadOnlyCollection<int> Callers(int service) => _callers.GetValueOrDefault(service) ?? [];

    /// <summary>All services that work on behalf of this one, itself left out.</summary>
    public IReadOnlySet<int> Below(int service)
    {
        if (!_below.TryGetValue(service, out var below))
        {
            _below[service] = below = [];
            var open = new Stack<int>([service]);
            while (open.TryPop(out var next))
            {
                foreach (var callee in Callees(next))
                {
                    if (callee != service && below.Add(callee))
                    {
                        open.Push(callee);
                    }
                }
            }
        }

        return below;
    }

    /// <summary>The caller works only as long as the callee does.</summary>
    public void Add(int caller, int callee)
    {
        if (caller != callee)
        {
            _below.Clear();
            (_callees.TryGetValue(caller, out var callees) ? callees : _callees[caller] = []).Add(callee);
            (_callers.TryGetValue(callee, out var callers) ? callers : _callers[callee] = []).Add(caller);
        }
    }
}
