using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Shop.Services;

/// <summary>
/// The bounded set of connections to the payment provider. A charge holds one from its first attempt to its last; when all are taken a charge
/// waits for a moment and is then turned away, so that a slow provider fills this and not the whole service.
/// </summary>
internal sealed class ConnectionLeases : IDisposable
{
    private readonly KeyValuePair<string, object?> _pool;
    private readonly SemaphoreSlim _free;
    private readonly int _limit;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly Histogram<double> _waited;
    private readonly Counter<long> _refused;
    private static readonly IDisposable Nothing = new Unreturned();

    private readonly ConcurrentQueue<Lease> _leaked = new();
    private volatile bool _leaks;
    private int _pending;

    public ConnectionLeases(string pool, int limit, TimeSpan patience, TimeProvider time, Meter meter)
    {
        _free = new SemaphoreSlim(limit, limit);
        _limit = limit;
        _patience = patience;
        _time = time;
        _pool = new("pool.name", pool);
        meter.CreateObservableUpDownCounter("connection_pool.used", () => Measure(Used), "{connection}", "Connections that a charge holds.");
        meter.CreateObservableUpDownCounter("connection_pool.limit", () => Measure(_limit), "{connection}", "Connections there are.");
        meter.CreateObservableUpDownCounter("connection_pool.pending_requests", () => Measure(_pending), "{request}", "Charges that wait for a connection.");
        _waited = meter.CreateHistogram<double>("connection_pool.wait_time", "s", "Time a charge waited for a connection.");
        _refused = meter.CreateCounter<long>("connection_pool.timeouts", "{timeout}", "Charges turned away because no connection became free.");
    }

    public int Limit => _limit;

    /// <summary>Whether connections are no longer given back, as after a forgotten dispose. Those taken meanwhile come back when it ends.</summary>
    public bool Leaks
    {
        get => _leaks;
        set
        {
            _leaks = value;
            while (!value && _leaked.TryDequeue(out var lease))
            {
                lease.Dispose();
            }
        }
    }

    public int Used => _limit - _free.CurrentCount;

    /// <summary>A connection to use until it is disposed, or null when none became free in time.</summary>
    public async ValueTask<IDisposable?> TakeAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        Interlocked.Increment(ref _pending);
        try
        {
            if (await _free.WaitAsync(_patience, cancellationToken))
            {
                var lease = new Lease(_free);
                if (!_leaks)
                {
                    return lease;
                }

                _leaked.Enqueue(lease);
                return Nothing;
            }

            _refused.Add(1, _pool);
            Activity.Current?.AddEvent(new ActivityEvent("connection_pool.timeout", tags: new()
            {
                ["connection_pool.used"] = Used,
                ["connection_pool.limit"] = _limit,
            }));
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
            _waited.Record(_time.GetElapsedTime(started).TotalSeconds, _pool);
        }
    }

    public void Dispose() => _free.Dispose();

    private Measurement<int> Measure(int value) => new(value, _pool);

    private sealed class Unreturned : IDisposable
    {
        public void Dispose()
        {
            // What a leak is: nothing happens.
        }
    }

    private sealed class Lease(SemaphoreSlim free) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
            {
                free.Release();
            }
        }
    }
}
