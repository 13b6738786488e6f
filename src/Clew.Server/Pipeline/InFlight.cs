using Clew.Server.Configuration;
using Clew.Server.Ingest;
using Clew.Server.SelfTelemetry;

namespace Clew.Server.Pipeline;

/// <summary>
/// What has been taken in and is not yet on disk, held against <see cref="IngestLimits.InFlightBytes"/> and
/// <see cref="IngestLimits.InFlightRequests"/>. Bytes are those of the buffers that hold the requests.
/// </summary>
public sealed class InFlight
{
    private readonly IngestLimits _limits;
    private long _bytes;
    private int _requests;

    public InFlight(ServerOptions options, Instruments instruments)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(instruments);
        _limits = options.Limits;
        instruments.Meter.CreateObservableGauge("clew.ingest.in_flight", () => Interlocked.Read(ref _bytes), "By", "Bytes of requests that are taken in and not yet on disk.");
        instruments.Meter.CreateObservableGauge("clew.ingest.in_flight.limit", () => _limits.InFlightBytes, "By", "The limit on clew_ingest_in_flight_bytes.");
        instruments.Meter.CreateObservableGauge("clew.ingest.in_flight.requests", () => Volatile.Read(ref _requests), "{request}", "Requests that are taken in and not yet on disk.");
        instruments.Meter.CreateObservableGauge("clew.ingest.in_flight.requests.limit", () => _limits.InFlightRequests, "{request}", "The limit on clew_ingest_in_flight_requests.");
    }

    public int Requests => Volatile.Read(ref _requests);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>A place for one request, to be disposed when it is answered; null when there is none.</summary>
    public Admission? TryEnter()
    {
        if (Interlocked.Increment(ref _requests) > _limits.InFlightRequests)
        {
            Interlocked.Decrement(ref _requests);
            return null;
        }

        return new Admission(this);
    }

    private bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > _limits.InFlightBytes)
        {
            Interlocked.Add(ref _bytes, -bytes);
            return false;
        }

        return true;
    }

    /// <summary>One request's share. Not safe for concurrent use.</summary>
    public sealed class Admission : IDisposable
    {
        private readonly InFlight _owner;
        private long _reserved;
        private bool _disposed;

        internal Admission(InFlight owner) => _owner = owner;

        /// <summary>Takes room for so many bytes more; false when there is none, see <see cref="RefusalReason.TooManyBytesInFlight"/>.</summary>
        public bool TryReserve(long bytes)
        {
            if (!_owner.TryReserve(bytes))
            {
                return false;
            }

            _reserved += bytes;
            return true;
        }

        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                Interlocked.Add(ref _owner._bytes, -_reserved);
                Interlocked.Decrement(ref _owner._requests);
            }
        }
    }
}
