using System.Buffers;
using System.Globalization;
using System.Net;
using Clew.Protocols;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;

namespace Clew.Server.Ingest;

/// <summary>
/// The packets of one UDP port on their way to the pipeline. While one commit is under way the packets that come are gathered, and go into the next one
/// together: a commit takes longer than a packet, and nobody waits for an answer.
/// </summary>
/// <remarks>
/// <para>What waits is held against the bytes and requests in flight, a gathering as one request, and is no larger than one request may be. Beyond it packets
/// are dropped and counted, as the system does when its own buffer is full.</para>
/// <para>A packet that cannot be read is counted alone; the others of its gathering are kept.</para>
/// </remarks>
internal sealed class DatagramIngest<TBatch>(
    Door door, IngestProtocol protocol, DecodeBody<TBatch> decode, IngestPipeline pipeline, InFlight inFlight, ServerOptions options, ServerTelemetry telemetry) : IDatagramReceiver
    where TBatch : TelemetryBatch, new()
{
    /// <summary>Bytes of the first buffer; more than one packet, so that most gatherings never grow.</summary>
    private const int FirstBuffer = 128 << 10;

    private readonly Lock _gate = new();
    private Gathering? _gathering;
    private Task _work = Task.CompletedTask;
    private bool _working;

    public Door Door => door;

    public Task ReceiveAsync(ReadOnlyMemory<byte> packet, EndPoint from, CancellationToken cancellation)
    {
        RefusalReason? refusal;
        lock (_gate)
        {
            refusal = Gather(packet.Span);
            if (_gathering is not null && !_working)
            {
                _working = true;
                _work = Task.Run(StoreAsync, CancellationToken.None);
            }
        }

        if (refusal is { } reason)
        {
            telemetry.Report(new RequestRefused(IngestPipeline.SignalOf<TBatch>(), protocol, reason, 0, $"a packet of {packet.Length} bytes was dropped: too much is waiting for the disk"));
        }

        return Task.CompletedTask;
    }

    public Task DrainAsync()
    {
        lock (_gate)
        {
            return _work;
        }
    }

    /// <returns>Why the packet was not taken.</returns>
    private RefusalReason? Gather(ReadOnlySpan<byte> packet)
    {
        if (_gathering is null)
        {
            if (inFlight.TryEnter() is not { } admission)
            {
                return RefusalReason.TooManyRequestsInFlight;
            }

            if (!admission.TryReserve(FirstBuffer))
            {
                admission.Dispose();
                return RefusalReason.TooManyBytesInFlight;
            }

            _gathering = new Gathering(admission, FirstBuffer);
        }

        return _gathering.TryAdd(packet, options.Limits.RequestBytes) ? null : RefusalReason.TooManyBytesInFlight;
    }

    private async Task StoreAsync()
    {
        while (true)
        {
            Gathering? gathering;
            lock (_gate)
            {
                gathering = _gathering;
                _gathering = null;
                _working = gathering is not null;
            }

            if (gathering is null)
            {
                return;
            }

            try
            {
                // A refusal is counted by the pipeline; there is nobody to tell.
                await pipeline.IngestAsync<TBatch>(protocol, options.Tenancy.Of(protocol.Word), gathering.Length, batch => Decode(gathering, batch));
            }
            catch (Exception e)
            {
                telemetry.Report(new DatagramFailed(door, e));
            }
            finally
            {
                gathering.Release();
            }
        }
    }

    private DecodeResult Decode(Gathering gathering, TBatch batch)
    {
        var results = new List<DecodeResult>();
        var start = 0;
        foreach (var end in gathering.Ends)
        {
            var result = decode(gathering.Bytes.Span[start..end], batch);
            start = end;
            if (result.Status == DecodeStatus.Ok)
            {
                results.Add(result);
                continue;
            }

            var reason = result.Status == DecodeStatus.TooLarge ? RefusalReason.TooLarge : RefusalReason.Malformed;
            telemetry.Report(new RequestRefused(
                IngestPipeline.SignalOf<TBatch>(), protocol, reason, 0, string.Create(CultureInfo.InvariantCulture, $"{result.Error} (at byte {result.ErrorOffset})")));
        }

        return DecodeResult.Join(results);
    }

    /// <summary>Packets one after the other in one buffer.</summary>
    private sealed class Gathering(InFlight.Admission admission, int size)
    {
        private byte[] _buffer = ArrayPool<byte>.Shared.Rent(size);

        public int Length { get; private set; }

        /// <summary>Per packet, the position after its last byte.</summary>
        public List<int> Ends { get; } = [];

        public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

        /// <returns>False when there is no room.</returns>
        public bool TryAdd(ReadOnlySpan<byte> packet, long limit)
        {
            if (Length + packet.Length > limit)
            {
                return false;
            }

            if (Length + packet.Length > _buffer.Length)
            {
                if (!admission.TryReserve(_buffer.Length))
                {
                    return false;
                }

                var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
                Bytes.CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }

            packet.CopyTo(_buffer.AsSpan(Length));
            Length += packet.Length;
            Ends.Add(Length);
            return true;
        }

        /// <summary>Gives the buffer and the place among what is in flight back; once.</summary>
        public void Release()
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            admission.Dispose();
        }
    }
}
