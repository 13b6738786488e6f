using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>What a metric is about, by the words of its name and its unit (OpenTelemetry's conventions, Prometheus' and the clouds' habits).</summary>
internal enum MetricClass
{
    Other,

    /// <summary>Share of a limit that is used.</summary>
    Utilization,

    Cpu,
    Memory,
    Disk,
    Network,

    /// <summary>Connections, threads or other things of a pool that are in use.</summary>
    PoolUsed,

    /// <summary>How many there are.</summary>
    PoolLimit,

    /// <summary>Waiting for one, or giving up waiting.</summary>
    PoolWaiting,

    /// <summary>Time to resolve names.</summary>
    NameResolution,

    /// <summary>Time requests take.</summary>
    Latency,

    /// <summary>Failures, as a number or share.</summary>
    Errors,

    /// <summary>Share of requests that succeed, or 1 for well and 0 for not.</summary>
    Health,
}

internal static class MetricClasses
{
    /// <summary>Words of metrics that count ends of processes.</summary>
    private static readonly string[] Ends = ["oom", "killed", "panic", "panics", "crash", "crashes", "restarts"];

    /// <summary>Whether a metric counts processes that ended.</summary>
    public static bool CountsEnds(WorldSeries series) => series.Name.ToLowerInvariant().Split(['.', '_', '-', '/']).Any(Ends.Contains);

    public static MetricClass Of(WorldSeries series)
    {
        var name = series.Name.ToLowerInvariant();
        var words = name.Split(['.', '_', '-', '/'], StringSplitOptions.RemoveEmptyEntries);
        var isTime = series.Unit is "s" or "ms" or "us" or "ns" || Has("duration", "latency", "seconds", "milliseconds");
        if (Has("dns", "nameresolution") && isTime)
        {
            return MetricClass.NameResolution;
        }

        if ((Has("pool", "connections", "connection", "threads", "threadpool", "queue") || name.Contains("pool", StringComparison.Ordinal)) && Pool() is { } pool)
        {
            return pool;
        }

        if (Has("availability", "operational", "healthy", "health", "up") && !isTime)
        {
            return MetricClass.Health;
        }

        if (Has("error", "errors", "failure", "failures", "failed", "exceptions", "exception", "5xx", "fault", "oom", "killed", "panic", "panics", "crash", "crashes", "restarts"))
        {
            return MetricClass.Errors;
        }

        if (Has("utilization", "utilisation", "saturation") || (Has("percent", "percentage", "usage") && series.Unit is "1" or "%"))
        {
            return MetricClass.Utilization;
        }

        return true switch
        {
            _ when isTime && Has("duration", "latency", "time", "seconds", "wait", "quantile") => Has("cpu", "gc", "pause") ? MetricClass.Cpu : MetricClass.Latency,
            _ when Has("cpu") => MetricClass.Cpu,

            // What a garbage collector found last says little about what is in use.
            _ when Has("memory", "mem", "heap", "rss") && !Has("gc") => MetricClass.Memory,
            _ when Has("disk", "filesystem", "fs") => MetricClass.Disk,
            _ when Has("network", "net") => MetricClass.Network,
            _ => MetricClass.Other,
        };

        bool Has(params ReadOnlySpan<string> any)
        {
            foreach (var word in any)
            {
                if (Array.IndexOf(words, word) >= 0)
                {
                    return true;
                }
            }

            return false;
        }

        MetricClass? Pool() => true switch
        {
            _ when Has("pending", "waiting", "wait", "timeouts", "timeout", "rejected", "queued") || name.EndsWith("queue.length", StringComparison.Ordinal)
                || name.Contains("time_in_queue", StringComparison.Ordinal) => MetricClass.PoolWaiting,
            _ when Has("limit", "max", "size") => MetricClass.PoolLimit,
            _ when Has("used", "active", "usage", "busy") || series.Attributes.Contains("state=used", StringComparison.Ordinal)
                || series.Attributes.Contains("state=active", StringComparison.Ordinal) => MetricClass.PoolUsed,
            _ => null,
        };
    }
}
