using System.Collections.Concurrent;
using System.Diagnostics;

namespace Shop.Tests;

/// <summary>Listens to one activity source and keeps what ended.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public RecordedSpans(string source)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> All => [.. _ended];

    /// <summary>The spans of the caller's trace; tests run side by side in one process.</summary>
    public IReadOnlyList<Activity> Of(Activity caller) => [.. _ended.Where(s => s.TraceId == caller.TraceId && s.SpanId != caller.SpanId)];

    public void Dispose() => _listener.Dispose();
}

/// <summary>A clock that moves when it is told to; timers stay the system's.</summary>
internal sealed class SettableTime : TimeProvider
{
    private long _now = DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.FromDays(20_000).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _now), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);
}
