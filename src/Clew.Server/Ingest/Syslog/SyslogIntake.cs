using System.Globalization;
using Clew.Protocols;
using Clew.Protocols.LogLines;
using Clew.Server.Configuration;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Ingest.Syslog;

/// <summary>
/// Gathers the messages of one syslog door into batches: a durable commit for each of them would be the pace of all. What is gathered is handed to
/// the pipeline when <see cref="BatchBytes"/> have come or <see cref="BatchTime"/> has passed. While the store cannot take it, it is kept and tried
/// again, and what comes meanwhile waits, up to <see cref="IngestLimits.SyslogWaitingBytes"/>.
/// </summary>
/// <remarks>Syslog has no answer: a message that is not taken is lost. So each is counted.</remarks>
internal sealed class SyslogIntake(IngestProtocol protocol, IngestPipeline pipeline, ServerOptions options, ServerTelemetry telemetry, TimeProvider time) : BackgroundService
{
    private const int BatchBytes = 1 << 20;

    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(200);

    private readonly LogLineOptions _lines = new() { Format = LogLineFormats.Find("syslog"), Limits = options.Limits.Records };
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _some = new(0, 1);
    private readonly SemaphoreSlim _room = new(0, 1);
    private Messages _filling = new();
    private Messages _sending = new();
    private int _waitingForRoom;
    private int _dropped;
    private bool _closed;

    /// <summary>Takes a message; false when there is no room for it, or the server is stopping.</summary>
    public bool TryAdd(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (_closed || _filling.Bytes.Count + message.Length > options.Limits.SyslogWaitingBytes)
            {
                return false;
            }

            _filling.Add(message, Timestamp.FromDateTimeOffset(time.GetUtcNow()));
        }

        Signal(_some);
        return true;
    }

    /// <summary>Takes a message, waiting for room if there is none: the sender's connection is the queue then. False when the server is stopping.</summary>
    public async ValueTask<bool> AddAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        while (!TryAdd(message.Span))
        {
            if (_closed)
            {
                return false;
            }

            Interlocked.Increment(ref _waitingForRoom);
            try
            {
                await _room.WaitAsync(BatchTime, cancellation);
            }
            finally
            {
                Interlocked.Decrement(ref _waitingForRoom);
            }
        }

        return true;
    }

    /// <summary>Counts messages that were not taken; told of with the next batch, so that a flood of them is not a flood of our own.</summary>
    /// <param name="reason">One of a bounded set of words.</param>
    public void Drop(string reason, int messages = 1)
    {
        if (messages > 0)
        {
            telemetry.Report(new ItemsDropped(Ingest.Signal.Logs, protocol, reason, messages));
        }
    }

    /// <summary>As <see cref="Drop"/>, for a message for which there was no room.</summary>
    public void DropForRoom()
    {
        Interlocked.Increment(ref _dropped);
        Signal(_some);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        lock (_lock)
        {
            _closed = true;
        }

        // What was on its way when the stop came, then what has come meanwhile.
        await SendAsync(retry: false, CancellationToken.None);
        await SendAsync(retry: false, CancellationToken.None);
    }

    public override void Dispose()
    {
        _some.Dispose();
        _room.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _some.WaitAsync(stoppingToken);
                if (_filling.Bytes.Count < BatchBytes)
                {
                    await Task.Delay(BatchTime, time, stoppingToken);
                }

                await SendAsync(retry: true, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync sends what is left.
        }
    }

    private static void Signal(SemaphoreSlim semaphore)
    {
        try
        {
            if (semaphore.CurrentCount == 0)
            {
                semaphore.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another one has just said the same.
        }
    }

    private async Task SendAsync(bool retry, CancellationToken stop)
    {
        Drop(string.Create(CultureInfo.InvariantCulture, $"limits.syslog_waiting_bytes = {options.Limits.SyslogWaitingBytes} are waiting for the disk"), Interlocked.Exchange(ref _dropped, 0));
        if (_sending.Count == 0)
        {
            lock (_lock)
            {
                (_filling, _sending) = (_sending, _filling);
            }

            for (var waiting = Volatile.Read(ref _waitingForRoom); waiting > 0; waiting--)
            {
                Signal(_room);
            }
        }

        while (_sending.Count > 0)
        {
            var sending = _sending;
            var result = await pipeline.IngestAsync<LogBatch>(protocol, options.Tenancy.Of(protocol.Word), sending.Bytes.Count, batch => Fill(sending, batch));
            if (result.RetryAfter is not { } delay || !retry)
            {
                if (result.Refusal is not null)
                {
                    Drop("the store did not take them before the server stopped", sending.Count);
                }

                sending.Clear();
                return;
            }

            await Task.Delay(delay, time, stop);
        }
    }

    private DecodeResult Fill(Messages messages, LogBatch batch)
    {
        var decoder = new LogLineDecoder(_lines);
        decoder.Use(batch);
        for (var message = 0; message < messages.Count; message++)
        {
            decoder.Add(messages[message], new Timestamp(messages.Times[message]));
            decoder.Flush();
        }

        telemetry.Report(new LogLinesRead(decoder));
        return decoder.Result;
    }

    /// <summary>Messages one behind the other.</summary>
    private sealed class Messages
    {
        private readonly Column<int> _ends = new();

        public Column<byte> Bytes { get; } = new();

        public Column<long> Times { get; } = new();

        public int Count => _ends.Count;

        public ReadOnlySpan<byte> this[int message] => Bytes.Values[(message == 0 ? 0 : _ends[message - 1]).._ends[message]];

        public void Add(ReadOnlySpan<byte> message, Timestamp observed)
        {
            Bytes.AddRange(message);
            _ends.Add(Bytes.Count);
            Times.Add(observed.UnixNanoseconds);
        }

        public void Clear()
        {
            Bytes.Clear();
            _ends.Clear();
            Times.Clear();
        }
    }
}
