namespace Clew.Server.Webhooks;

/// <summary>Names of deliveries that were stored, so that one that is sent again is not stored again. The oldest are forgotten first.</summary>
internal sealed class RememberedDeliveries(int capacity)
{
    private readonly Lock _lock = new();
    private readonly HashSet<(string Source, string Delivery)> _known = [];
    private readonly Queue<(string Source, string Delivery)> _order = new();

    public bool Contains(string source, string delivery)
    {
        lock (_lock)
        {
            return _known.Contains((source, delivery));
        }
    }

    public void Remember(string source, string delivery)
    {
        lock (_lock)
        {
            if (!_known.Add((source, delivery)))
            {
                return;
            }

            _order.Enqueue((source, delivery));
            if (_order.Count > capacity)
            {
                _known.Remove(_order.Dequeue());
            }
        }
    }
}
