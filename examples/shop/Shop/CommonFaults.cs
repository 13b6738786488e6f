namespace Shop;

/// <summary>The faults any process can have, whatever it does: a busy loop, memory that is never given back, slow answers.</summary>
internal static class CommonFaults
{
    public static void AddCommonFaults(this Faults faults, TimeProvider time)
    {
        CancellationTokenSource? burning = null;
        faults.Add("cpu-burn", "threads that never rest", fault =>
        {
            burning?.Cancel();
            burning = fault.IsOn ? Burn((int)fault["threads"]) : null;
        }, ("threads", 2));

        CancellationTokenSource? leaking = null;
        faults.Add("memory-leak", "memory that is allocated, touched and kept", fault =>
        {
            leaking?.Cancel();
            leaking = fault.IsOn ? Leak((int)fault["mb_per_s"], (int)fault["max_mb"], time) : null;
        }, ("mb_per_s", 20), ("max_mb", 512));

        faults.Add("latency", "every answer is held back", null, ("ms", 500));
    }

    /// <summary>Holds requests back while the <c>latency</c> fault is on.</summary>
    public static void UseLatencyFault(this WebApplication app, Faults faults, TimeProvider time)
    {
        var latency = faults.Find("latency")!;
        app.Use(async (context, next) =>
        {
            if (latency.IsOn && !context.Request.Path.StartsWithSegments("/faults", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(latency["ms"]), time, context.RequestAborted);
            }

            await next(context);
        });
    }

    private static CancellationTokenSource Burn(int threads)
    {
        var stop = new CancellationTokenSource();
        for (var i = 0; i < threads; i++)
        {
            new Thread(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Thread.SpinWait(10_000);
                }
            })
            { IsBackground = true, Name = "cpu-burn" }.Start();
        }

        return stop;
    }

    private static CancellationTokenSource Leak(int megabytesPerSecond, int maxMegabytes, TimeProvider time)
    {
        var stop = new CancellationTokenSource();
        _ = Task.Run(async () =>
        {
            var kept = new List<byte[]>();
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
            while (await timer.WaitForNextTickAsync(stop.Token) && kept.Count < maxMegabytes)
            {
                for (var i = 0; i < megabytesPerSecond; i++)
                {
                    var block = new byte[1 << 20];
                    block.AsSpan().Fill(1);
                    kept.Add(block);
                }
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop.Token);
            GC.KeepAlive(kept);
        });
        return stop;
    }
}
