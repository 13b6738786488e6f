using Clew.Protocols;
using Clew.Server.Configuration;
using Clew.Server.Health;
using Clew.Server.Ingest;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Limiting;
using Clew.Server.Redaction;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;

namespace Clew.Server.Pipeline;

/// <summary>Reads one request of some protocol into a batch. Must not throw for what a peer sent.</summary>
/// <param name="body">Decompressed; valid during the call only.</param>
/// <param name="batch">Empty.</param>
internal delegate DecodeResult DecodeBody<in TBatch>(ReadOnlySpan<byte> body, TBatch batch)
    where TBatch : TelemetryBatch;

/// <summary>
/// The way of telemetry from bytes to the disk, the same for every protocol and for the server's own collectors.
/// </summary>
/// <remarks>
/// <code>
///  0 rate     refuses a tenant that sends more than it may, before anything is decoded
///  1 decode   bytes → columns of a pooled batch; records that break a rule or a limit are left out, counted and explained
///  2 stages   what <see cref="PipelineStages"/> lists, each changing the batch in place and counting what it did
///  3 room     refuses while the disk is nearly full
///  4 write    hands the batch to the store, which joins batches of many requests into one durable commit, and waits
///  5 answer   stored, stored in part, or refused with the time to try again
/// </code>
/// The sender hears "stored" only after step 4 is complete. A sender that hangs up early stops waiting, not the write.
/// </remarks>
internal sealed class IngestPipeline
{
    private readonly PipelineStages _stages;
    private readonly ServerOptions _options;
    private readonly DiskSpace _disk;
    private readonly StoreHealth _store;
    private readonly ServerTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly TextRedactor _redactor;
    private readonly TenantRates _rates;
    private readonly SignalLane<SpanBatch> _spans;
    private readonly SignalLane<LogBatch> _logs;
    private readonly SignalLane<MetricBatch> _metrics;

    public IngestPipeline(
        ITelemetryWriter writer, PipelineStages stages, ServerOptions options, DiskSpace disk, StoreHealth store, ServerTelemetry telemetry, TextRedactor redactor, TenantRates rates, TimeProvider time)
    {
        _redactor = redactor;
        _rates = rates;
        _stages = stages;
        _options = options;
        _disk = disk;
        _store = store;
        _telemetry = telemetry;
        _time = time;
        _spans = new SignalLane<SpanBatch>(Signal.Traces, batch => writer.WriteAsync(batch, CancellationToken.None), (stage, batch, report) => stage.Process(batch, report));
        _logs = new SignalLane<LogBatch>(Signal.Logs, batch => writer.WriteAsync(batch, CancellationToken.None), (stage, batch, report) => stage.Process(batch, report));
        _metrics = new SignalLane<MetricBatch>(Signal.Metrics, batch => writer.WriteAsync(batch, CancellationToken.None), (stage, batch, report) => stage.Process(batch, report));
    }

    /// <summary>Takes in a request.</summary>
    /// <param name="body">Taken over, with <paramref name="admission"/>: the caller must not touch them again.</param>
    /// <exception cref="OperationCanceledException">The sender no longer waits.</exception>
    public Task<IngestResult> IngestAsync<TBatch>(
        IngestProtocol protocol, Tenant tenant, PooledBody body, InFlight.Admission admission, DecodeBody<TBatch> decode, CancellationToken sender)
        where TBatch : TelemetryBatch, new()
    {
        async Task<IngestResult> RunToTheEndAsync()
        {
            // Whether or not the sender waits: the batch belongs to the store until then.
            using (admission)
            {
                return await RunAsync(protocol, tenant, body.WireBytes, Read, LaneOf<TBatch>());
            }
        }

        DecodeResult Read(TBatch batch)
        {
            using (body)
            {
                return decode(body.Memory.Span, batch);
            }
        }

        if (RefuseRate(SignalOf<TBatch>(), protocol, tenant, body.Memory.Length) is { } refused)
        {
            body.Dispose();
            admission.Dispose();
            return Task.FromResult(refused);
        }

        return RunToTheEndAsync().WaitAsync(sender);
    }

    /// <summary>Takes in what the server collected itself (a scrape, a datagram, a sample of a database).</summary>
    /// <param name="wireBytes">Bytes that were read for it.</param>
    /// <param name="fill">Fills an empty batch.</param>
    public Task<IngestResult> IngestAsync<TBatch>(IngestProtocol protocol, Tenant tenant, long wireBytes, Func<TBatch, DecodeResult> fill)
        where TBatch : TelemetryBatch, new() => RefuseRate(SignalOf<TBatch>(), protocol, tenant, wireBytes) is { } refused
            ? Task.FromResult(refused)
            : RunAsync(protocol, tenant, wireBytes, fill, LaneOf<TBatch>());

    /// <summary>Gives unused memory back.</summary>
    public void Trim()
    {
        _spans.Pool.Trim();
        _logs.Pool.Trim();
        _metrics.Pool.Trim();
    }

    /// <summary>The signal a kind of batch carries.</summary>
    public static Signal SignalOf<TBatch>()
        where TBatch : TelemetryBatch =>
        typeof(TBatch) == typeof(SpanBatch) ? Signal.Traces : typeof(TBatch) == typeof(LogBatch) ? Signal.Logs : Signal.Metrics;

    private SignalLane<TBatch> LaneOf<TBatch>()
        where TBatch : TelemetryBatch, new() => (SignalLane<TBatch>)(SignalOf<TBatch>() switch
        {
            Signal.Traces => (object)_spans,
            Signal.Logs => _logs,
            _ => _metrics,
        });

    private async Task<IngestResult> RunAsync<TBatch>(IngestProtocol protocol, Tenant tenant, long wireBytes, Func<TBatch, DecodeResult> fill, SignalLane<TBatch> lane)
        where TBatch : TelemetryBatch, new()
    {
        var signal = lane.Signal;
        var batch = lane.Pool.Take();
        batch.Tenant = tenant;
        var reusable = false;
        DecodeResult? decoded = null;
        try
        {
            // 1 decode
            decoded = fill(batch);
            if (decoded.Status != DecodeStatus.Ok)
            {
                reusable = true;
                var reason = decoded.Status == DecodeStatus.TooLarge ? RefusalReason.TooLarge : RefusalReason.Malformed;
                return Refuse(signal, protocol, reason, 0, $"{decoded.Error} (at byte {decoded.ErrorOffset})", null);
            }

            _rates.TakeItems(tenant, decoded.Accepted);
            _telemetry.Report(new BatchAccepted(signal, protocol, wireBytes, decoded.Accepted));
            foreach (var dropped in decoded.RejectionReasons)
            {
                _telemetry.Report(new ItemsDropped(signal, protocol, dropped.Reason, dropped.Count));
            }

            // 2 stages
            var outcome = RunStages(protocol, batch, lane, decoded);

            // 3 room
            if (_disk.Problem() is { } full)
            {
                reusable = true;
                return Refuse(signal, protocol, RefusalReason.DiskFull, batch.Count, full, _options.Limits.RetryAfter);
            }

            // 4 write
            var start = _time.GetTimestamp();
            var items = batch.Count;
            if (!batch.IsEmpty)
            {
                await lane.Write(batch);
                _store.Stored();
            }

            reusable = true;

            // 5 answer
            _telemetry.Report(new BatchStored(signal, protocol, items, _time.GetElapsedTime(start)));
            return outcome;
        }
        catch (StoreUnavailableException e)
        {
            reusable = true;
            _store.Failed(e.Message);
            return Refuse(signal, protocol, RefusalReason.StoreUnavailable, batch.Count, e.Message, e.RetryAfter, e);
        }
        catch (Exception e) when (decoded is null)
        {
            return Refuse(signal, protocol, RefusalReason.Internal, 0, "the server failed on this request", null, e);
        }
        catch (Exception e)
        {
            // Whatever went wrong on the way to the disk, the sender still has the data and may try again.
            _store.Failed("the last write failed");
            return Refuse(signal, protocol, RefusalReason.StoreUnavailable, batch.Count, "the store failed to take the data", _options.Limits.RetryAfter, e);
        }
        finally
        {
            if (reusable)
            {
                lane.Pool.Return(batch);
            }
        }
    }

    /// <summary>Runs every stage over the batch and gathers what the sender must hear.</summary>
    private IngestResult RunStages<TBatch>(IngestProtocol protocol, TBatch batch, SignalLane<TBatch> lane, DecodeResult decoded)
        where TBatch : TelemetryBatch, new()
    {
        var dropped = decoded.Rejected;
        List<string>? told = null;
        StageReport? report = null;
        foreach (var stage in _stages.InOrder)
        {
            if (batch.IsEmpty)
            {
                break;
            }

            report ??= new StageReport();
            report.Clear();
            lane.Process(stage, batch, report);
            foreach (var count in report.Counts)
            {
                _telemetry.Report(new StageWorked(lane.Signal, protocol, stage.Name, count));
                dropped += count.IsDrop ? count.Count : 0;
                if (count.TellSender is { } sentence)
                {
                    (told ??= []).Add($"{(count.IsDrop ? "refused" : "warning")}: {sentence} ({count.Count})");
                }
            }
        }

        if (told is null && decoded.Rejected == 0 && decoded.Warnings.Count == 0)
        {
            return IngestResult.Stored;
        }

        // An explanation may quote what was sent.
        var explanation = _redactor.Redact(decoded.Explanation);
        return IngestResult.Partial(dropped, told is null ? explanation : string.Join("; ", explanation.Length == 0 ? told : [explanation, .. told]));
    }

    /// <summary>The answer to a tenant that sends more than it may; null when it may send this.</summary>
    private IngestResult? RefuseRate(Signal signal, IngestProtocol protocol, Tenant tenant, long bytes) => _rates.TakeBytes(tenant, bytes) is { } refusal
        ? Refuse(signal, protocol, RefusalReason.TenantRate, 0, refusal.Explanation, refusal.RetryAfter)
        : null;

    private IngestResult Refuse(Signal signal, IngestProtocol protocol, RefusalReason reason, int items, string explanation, TimeSpan? retryAfter, Exception? exception = null)
    {
        // An explanation may quote what was sent.
        explanation = _redactor.Redact(explanation);
        _telemetry.Report(new RequestRefused(signal, protocol, reason, items, explanation, exception));
        return IngestResult.Refused(reason, explanation, retryAfter);
    }

    /// <summary>What differs between the signals.</summary>
    private sealed record SignalLane<TBatch>(Signal Signal, Func<TBatch, Task> Write, Action<IPipelineStage, TBatch, StageReport> Process)
        where TBatch : TelemetryBatch, new()
    {
        public BatchPool<TBatch> Pool { get; } = new();
    }
}
