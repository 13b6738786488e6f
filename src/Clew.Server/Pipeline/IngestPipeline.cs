using Clew.Protocols.Otlp;
using Clew.Server.Configuration;
using Clew.Server.Health;
using Clew.Server.Ingest;
using Clew.Server.Ingest.Bodies;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;

namespace Clew.Server.Pipeline;

/// <summary>
/// The way of a request from its bytes to the disk.
/// </summary>
/// <remarks>
/// <code>
///  1 decode   bytes → columns of a pooled batch; records that break a rule or a limit are left out, counted and explained
///  2 room     refuses while the disk is nearly full
///  3 write    hands the batch to the store, which joins batches of many requests into one durable commit, and waits
///  4 answer   stored, stored in part, or refused with the time to try again
/// </code>
/// The sender hears "stored" only after step 3 is complete. A sender that hangs up early stops waiting, not the write.
/// </remarks>
internal sealed class IngestPipeline(
    ITelemetryWriter writer,
    ServerOptions options,
    DiskSpace disk,
    StoreHealth store,
    ServerTelemetry telemetry,
    TimeProvider time)
{
    private readonly OtlpDecoder _decoder = new(options.Limits.Records);
    private readonly BatchPool<SpanBatch> _spans = new();
    private readonly BatchPool<LogBatch> _logs = new();
    private readonly BatchPool<MetricBatch> _metrics = new();

    /// <param name="body">Taken over, with <paramref name="admission"/>: the caller must not touch them again.</param>
    /// <exception cref="OperationCanceledException">The sender no longer waits.</exception>
    public Task<IngestResult> IngestAsync(Signal signal, IngestProtocol protocol, PooledBody body, InFlight.Admission admission, CancellationToken sender)
    {
        var isJson = protocol == IngestProtocol.OtlpHttpJson;
        var work = signal switch
        {
            Signal.Traces => RunAsync(
                signal,
                protocol,
                body,
                admission,
                _spans,
                (bytes, batch) => isJson ? _decoder.DecodeJson(bytes, batch) : _decoder.DecodeProtobuf(bytes, batch),
                batch => writer.WriteAsync(batch, CancellationToken.None)),
            Signal.Logs => RunAsync(
                signal,
                protocol,
                body,
                admission,
                _logs,
                (bytes, batch) => isJson ? _decoder.DecodeJson(bytes, batch) : _decoder.DecodeProtobuf(bytes, batch),
                batch => writer.WriteAsync(batch, CancellationToken.None)),
            _ => RunAsync(
                signal,
                protocol,
                body,
                admission,
                _metrics,
                (bytes, batch) => isJson ? _decoder.DecodeJson(bytes, batch) : _decoder.DecodeProtobuf(bytes, batch),
                batch => writer.WriteAsync(batch, CancellationToken.None)),
        };
        return work.WaitAsync(sender);
    }

    /// <summary>Gives unused memory back.</summary>
    public void Trim()
    {
        _spans.Trim();
        _logs.Trim();
        _metrics.Trim();
    }

    private delegate OtlpDecodeResult Decode<TBatch>(ReadOnlySpan<byte> bytes, TBatch batch);

    /// <summary>Runs to its end whether or not the sender waits: the batch belongs to the store until then.</summary>
    private async Task<IngestResult> RunAsync<TBatch>(
        Signal signal,
        IngestProtocol protocol,
        PooledBody body,
        InFlight.Admission admission,
        BatchPool<TBatch> pool,
        Decode<TBatch> decode,
        Func<TBatch, Task> write)
        where TBatch : TelemetryBatch, new()
    {
        using var place = admission;
        var batch = pool.Take();
        var reusable = false;
        OtlpDecodeResult? decoded = null;
        try
        {
            // 1 decode
            using (body)
            {
                decoded = decode(body.Memory.Span, batch);
                if (decoded.Status != OtlpDecodeStatus.Ok)
                {
                    reusable = true;
                    var reason = decoded.Status == OtlpDecodeStatus.TooLarge ? RefusalReason.TooLarge : RefusalReason.Malformed;
                    return Refuse(signal, protocol, reason, 0, $"{decoded.Error} (at byte {decoded.ErrorOffset})", null);
                }

                telemetry.Report(new BatchAccepted(signal, protocol, body.WireBytes, decoded.Accepted));
            }

            foreach (var dropped in decoded.RejectionReasons)
            {
                telemetry.Report(new ItemsDropped(signal, protocol, dropped.Reason, dropped.Count));
            }

            // 2 room
            if (disk.Problem() is { } full)
            {
                reusable = true;
                return Refuse(signal, protocol, RefusalReason.DiskFull, decoded.Accepted, full, options.Limits.RetryAfter);
            }

            // 3 write
            var start = time.GetTimestamp();
            if (batch.Count > 0)
            {
                await write(batch);
                store.Stored();
            }

            reusable = true;

            // 4 answer
            telemetry.Report(new BatchStored(signal, protocol, decoded.Accepted, time.GetElapsedTime(start)));
            return decoded.Rejected == 0 && decoded.Warnings.Count == 0 ? IngestResult.Stored : IngestResult.Partial(decoded.Rejected, decoded.Explanation);
        }
        catch (StoreUnavailableException e)
        {
            reusable = true;
            store.Failed(e.Message);
            return Refuse(signal, protocol, RefusalReason.StoreUnavailable, batch.Count, e.Message, e.RetryAfter, e);
        }
        catch (Exception e) when (decoded is null)
        {
            return Refuse(signal, protocol, RefusalReason.Internal, 0, "the server failed on this request", null, e);
        }
        catch (Exception e)
        {
            // Whatever went wrong on the way to the disk, the sender still has the data and may try again.
            store.Failed("the last write failed");
            return Refuse(signal, protocol, RefusalReason.StoreUnavailable, batch.Count, "the store failed to take the data", options.Limits.RetryAfter, e);
        }
        finally
        {
            if (reusable)
            {
                pool.Return(batch);
            }
        }
    }

    private IngestResult Refuse(Signal signal, IngestProtocol protocol, RefusalReason reason, int items, string explanation, TimeSpan? retryAfter, Exception? exception = null)
    {
        telemetry.Report(new RequestRefused(signal, protocol, reason, items, explanation, exception));
        return IngestResult.Refused(reason, explanation, retryAfter);
    }
}
