namespace Shop.Services;

/// <summary>Closed until <see cref="MaxFailures"/> calls in a row failed; then open for <see cref="Rest"/>; then half open: one call decides.</summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    /// <summary>Failures in a row that open it.</summary>
    public const int MaxFailures = 5;

    /// <summary>How long it stays open.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private string _state = "closed";
    private int _failures;
    private long _opened;

    /// <summary>Whether a call may be made now. The first one after the rest makes it half open.</summary>
    public bool Allows()
    {
        lock (_lock)
        {
            if (_state == "open" && time.GetElapsedTime(_opened) >= Rest)
            {
                _state = "half-open";
                return true;
            }

            return _state == "closed";
        }
    }

    /// <summary>Takes the outcome of a call; the change of state it brought, if any.</summary>
    public (string From, string To)? Record(bool succeeded)
    {
        lock (_lock)
        {
            var before = _state;
            _failures = succeeded ? 0 : _failures + 1;
            if (succeeded)
            {
                _state = "closed";
            }
            else if (_state == "half-open" || (_state == "closed" && _failures >= MaxFailures))
            {
                _state = "open";
                _opened = time.GetTimestamp();
            }

            return before == _state ? null : (before, _state);
        }
    }
}
