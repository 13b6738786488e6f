using System.Diagnostics;
using Clew.Load.Encoding;

namespace Clew.Load.Sending;

/// <summary>What is sent and how.</summary>
/// <param name="Items">At least so many spans, records and points in all; the last request is sent whole.</param>
/// <param name="Connections">Connections, each with one request in flight.</param>
/// <param name="Rate">Items per second at most; null for as fast as the answers come.</param>
/// <param name="StopWhenBroken">A connection without an answer ends the run instead of being tried again.</param>
internal sealed record LoadPlan(long Items, int Connections, double? Rate, bool StopWhenBroken);

/// <summary>What came of it.</summary>
internal sealed class LoadResult
{
    public long[] Acknowledged { get; } = new long[3];

    public long Rejected { get; set; }

    public long Refused { get; set; }

    public long Failed { get; set; }

    public long Retries { get; set; }

    public long Requests { get; set; }

    public long Bytes { get; set; }

    public TimeSpan Elapsed { get; set; }

    /// <summary>Processor time of the generator while sending.</summary>
    public TimeSpan OwnCpu { get; set; }

    /// <summary>Of every acknowledged attempt, from first byte out to answer read.</summary>
    public List<TimeSpan> Latencies { get; } = [];

    /// <summary>The server's words with how often it said them.</summary>
    public SortedDictionary<string, long> Messages { get; } = new(StringComparer.Ordinal);

    public long Items => Acknowledged.Sum();
}

/// <summary>Sends a round again and again over N connections, closed loop: a connection's next request goes out when the last was answered.</summary>
internal sealed class LoadRun(Round round, Stamp stamp, LoadPlan plan, Func<IExporter> connect, Ledger ledger, TimeProvider time) : IDisposable
{
    private readonly LoadResult _result = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private long _next = -1;
    private long _sentItems;
    private long _started;
    private long _pacedItems;

    /// <summary>Requests of a run of <paramref name="items"/> items.</summary>
    public static long RequestsFor(Round round, long items)
    {
        var perRound = round.Requests.Sum(r => (long)r.Items);
        var requests = items / perRound * round.Requests.Length;
        var left = items % perRound;
        foreach (var request in round.Requests)
        {
            if (left <= 0)
                break;
            left -= request.Items;
            requests++;
        }

        return requests;
    }

    /// <summary>Items acknowledged so far.</summary>
    public long Progress => Interlocked.Read(ref _sentItems);

    public async Task<LoadResult> RunAsync(CancellationToken cancellation)
    {
        using var stopping = cancellation.Register(_stop.Cancel);
        var cpu = Environment.CpuUsage.TotalTime;
        _started = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, plan.Connections).Select(_ => Task.Run(WorkAsync, CancellationToken.None)));
        _result.Elapsed = time.GetElapsedTime(_started);
        _result.OwnCpu = Environment.CpuUsage.TotalTime - cpu;
        return _result;
    }

    public void Dispose() => _stop.Dispose();

    private async Task WorkAsync()
    {
        using var exporter = connect();
        var buffer = new byte[exporter.Prefix + round.Requests.Max(r => r.Bytes.Length)];
        while (!_stop.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _next);
            if (number >= ledger.Requests)
                return;
            var template = round.Requests[number % round.Requests.Length];
            var message = buffer.AsMemory(0, exporter.Prefix + template.Bytes.Length);
            stamp.Write(template, number / round.Requests.Length, message.Span[exporter.Prefix..]);
            await PaceAsync(template.Items);
            await DeliverAsync(exporter, template, number, message);
        }
    }

    private async Task PaceAsync(int items)
    {
        if (plan.Rate is not { } rate)
            return;
        var before = Interlocked.Add(ref _pacedItems, items) - items;
        var wait = TimeSpan.FromSeconds(before / rate) - time.GetElapsedTime(_started);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task DeliverAsync(IExporter exporter, RequestTemplate template, long number, Memory<byte> message)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (_stop.IsCancellationRequested)
                return;
            var before = Stopwatch.GetTimestamp();
            var reply = await exporter.SendAsync(template.Signal, message, CancellationToken.None);
            var again = reply.Outcome is Outcome.Busy or Outcome.Broken && attempt + 1 < Limits.Attempts;
            Record(template, number, reply, Stopwatch.GetElapsedTime(before), again);
            if (reply.Outcome == Outcome.Broken && plan.StopWhenBroken)
            {
                await _stop.CancelAsync();
                return;
            }

            if (!again)
                return;
            var backoff = reply.RetryAfter ?? TimeSpan.FromMilliseconds(Limits.FirstBackoff * Math.Pow(2, attempt));
            var longest = TimeSpan.FromMilliseconds(Limits.LongestBackoff);
            await Task.Delay(backoff < longest ? backoff : longest, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Record(RequestTemplate template, long number, Reply reply, TimeSpan took, bool again)
    {
        if (reply.Outcome == Outcome.Acknowledged && reply.Rejected == 0)
            ledger.Acknowledge(number);
        lock (_lock)
        {
            _result.Requests++;
            _result.Bytes += template.Bytes.Length;
            if (reply.Message is { } words)
                _result.Messages[words] = _result.Messages.GetValueOrDefault(words) + 1;
            switch (reply.Outcome)
            {
                case Outcome.Acknowledged:
                    _result.Acknowledged[(int)template.Signal] += template.Items - reply.Rejected;
                    _result.Rejected += reply.Rejected;
                    _result.Latencies.Add(took);
                    Interlocked.Add(ref _sentItems, template.Items);
                    break;
                case Outcome.Refused:
                    _result.Refused += template.Items;
                    break;
                default:
                    _result.Retries += again ? 1 : 0;
                    _result.Failed += again ? 0 : template.Items;
                    break;
            }
        }
    }
}
