using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>
/// The ids of one trace's spans as Jaeger's readers can use them. Zipkin lets the client's and the server's half of a call share one id; Jaeger's pages tell
/// spans apart by it. So the server's half gets an id of its own, the client's becomes its parent, and what hung on the shared id hangs on the server's,
/// as Jaeger's query service does it.
/// </summary>
internal sealed class JaegerSpanIds
{
    private readonly SpanBatch _batch;
    private readonly Dictionary<int, SpanId> _ids = [];
    private readonly Dictionary<SpanId, SpanId> _parents = [];

    public JaegerSpanIds(SpanBatch batch, ReadOnlySpan<int> rows)
    {
        _batch = batch;
        var clients = new HashSet<SpanId>();
        var taken = new HashSet<SpanId>();
        foreach (var row in rows)
        {
            taken.Add(batch.SpanIds[row]);
            if (batch.Kinds[row] == SpanKind.Client)
            {
                clients.Add(batch.SpanIds[row]);
            }
        }

        if (taken.Count == rows.Length)
        {
            return;
        }

        foreach (var row in rows)
        {
            if (batch.Kinds[row] == SpanKind.Server && clients.Contains(batch.SpanIds[row]))
            {
                var own = Next(batch.SpanIds[row], taken);
                _ids[row] = own;
                _parents.TryAdd(batch.SpanIds[row], own);
            }
        }
    }

    public SpanId Of(int row) => _ids.TryGetValue(row, out var own) ? own : _batch.SpanIds[row];

    public SpanId ParentOf(int row) =>
        _ids.ContainsKey(row) ? _batch.SpanIds[row]
        : _parents.TryGetValue(_batch.ParentSpanIds[row], out var moved) ? moved
        : _batch.ParentSpanIds[row];

    /// <summary>The next number that no span of the trace has: the same for the same trace, whatever else is answered.</summary>
    private static SpanId Next(SpanId id, HashSet<SpanId> taken)
    {
        do
        {
            id = new SpanId(unchecked(id.Number + 1));
        }
        while (id.IsEmpty || !taken.Add(id));
        return id;
    }
}
