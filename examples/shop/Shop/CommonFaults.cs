using System.Security.Cryptography;

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
        faults.Add("errors-5xx", "a share of the requests ends in an exception", null, ("share", 0.5));
        faults.Add("hot-loop", "every request computes for so long before it is answered", null, ("ms", 120));
        faults.Add("blocking", "every request blocks a thread of the pool, of which there are two", fault =>
        {
            if (fault.IsOn)
            {
                ThreadPool.SetMinThreads(2, 2);
                ThreadPool.SetMaxThreads(2, 2);
            }
            else
            {
                ThreadPool.SetMaxThreads(short.MaxValue, 1000);
            }
        }, ("ms", 700));
        faults.Add("clock-skew", "the machine's clock is ahead", fault => Telemetry.ClockAhead = TimeSpan.FromMilliseconds(fault.IsOn ? fault["ms"] : 0), ("ms", 1500));

        CancellationTokenSource? collecting = null;
        faults.Add("gc-pressure", "a large graph of small objects that is collected in full, again and again", fault =>
        {
            collecting?.Cancel();
            collecting = fault.IsOn ? Collect((int)fault["objects"]) : null;
        }, ("objects", 3_000_000));

        FileLimit? files = null;
        faults.Add("file-limit", "the limit of open files is lowered to what is open and a little more", fault =>
        {
            files?.Dispose();
            files = fault.IsOn ? FileLimit.Lower((int)fault["spare"], time) : null;
        }, ("spare", 2));
    }

    /// <summary>Does to requests what the faults <c>latency</c>, <c>hot-loop</c>, <c>blocking</c> and <c>errors-5xx</c> say while they are on.</summary>
    public static void UseRequestFaults(this WebApplication app, Faults faults, TimeProvider time)
    {
        var (latency, loop, blocking, errors) = (faults.Find("latency")!, faults.Find("hot-loop")!, faults.Find("blocking")!, faults.Find("errors-5xx")!);
        app.Use(async (context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/faults", StringComparison.Ordinal) || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            {
                await next(context);
                return;
            }

            if (latency.IsOn)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(latency["ms"]), time, context.RequestAborted);
            }

            if (loop.IsOn)
            {
                var until = time.GetTimestamp() + (long)(loop["ms"] / 1000 * time.TimestampFrequency);
                while (time.GetTimestamp() < until)
                {
                    Thread.SpinWait(1000);
                }
            }

            if (blocking.IsOn)
            {
                // What waiting synchronously for something asynchronous does.
#pragma warning disable RS0030
                Thread.Sleep(TimeSpan.FromMilliseconds(blocking["ms"]));
#pragma warning restore RS0030
            }

            if (errors.IsOn && RandomNumberGenerator.GetInt32(1000) < errors["share"] * 1000)
            {
                throw new InvalidOperationException("Unexpected state of the session store: generation mismatch");
            }

            await next(context);
        });
    }

    private static CancellationTokenSource Collect(int objects)
    {
        var stop = new CancellationTokenSource();
        new Thread(() =>
        {
            var graph = new List<object[]>(objects);
            for (var i = 0; i < objects; i++)
            {
                graph.Add([i == 0 ? "" : graph[i - 1]]);
            }

            while (!stop.IsCancellationRequested)
            {
                GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
                stop.Token.WaitHandle.WaitOne(20);
            }

            GC.KeepAlive(graph);
        })
        { IsBackground = true, Name = "gc-pressure" }.Start();
        return stop;
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
