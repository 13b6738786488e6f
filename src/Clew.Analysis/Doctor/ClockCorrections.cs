using Clew.Analysis.Traces;
using Clew.Telemetry;

namespace Clew.Analysis.Doctor;

/// <summary>What to add to the times of each host so that they fit the others', estimated from the calls of many traces. Hosts whose clocks are right are not in it.</summary>
public sealed class ClockCorrections
{
    private readonly Dictionary<string, long> _byHost;

    private ClockCorrections(Dictionary<string, long> byHost) => _byHost = byHost;

    /// <summary>Corrects nothing.</summary>
    public static ClockCorrections None { get; } = new([]);

    /// <summary>Hosts that are corrected.</summary>
    public int Count => _byHost.Count;

    /// <param name="batch">Spans of many traces; attributes, events and links are not needed.</param>
    public static ClockCorrections Estimate(SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var hosts = Enumerable.Range(0, batch.Resources.Count).Select(i => Clocks.HostOf(batch.Resources[i])).ToArray();
        var clocks = new Clocks();
        foreach (var (trace, rows) in TraceRows.Of(batch))
        {
            var tree = TraceTree.FromBatch(batch, rows);
            for (var i = 0; i < tree.Count; i++)
            {
                if (tree[i].Kind != SpanKind.Client || tree.IsCopy(i))
                {
                    continue;
                }

                foreach (var child in tree.ChildrenOf(i))
                {
                    if (tree[child].Kind == SpanKind.Server && !tree.IsCopy(child))
                    {
                        clocks.Add(
                            hosts[batch.ResourceIndexes[rows[i]]], tree[i].Start, tree[i].End, hosts[batch.ResourceIndexes[rows[child]]], tree[child].Start, tree[child].End, trace);
                    }
                }
            }
        }

        var byHost = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var clock in clocks.ToList().Where(clock => clock.IsApart))
        {
            // The pair with the most calls comes first.
            byHost.TryAdd(clock.Host, -clock.Offset);
        }

        return byHost.Count == 0 ? None : new ClockCorrections(byHost);
    }

    /// <summary>Nanoseconds to add to the times of the resource's spans; 0 when its clock is right as far as is known.</summary>
    public long Of(in ResourceView resource) => _byHost.GetValueOrDefault(Clocks.HostOf(resource));
}
