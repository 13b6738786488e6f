using Clew.Load.Encoding;

namespace Clew.Benchmarks.Workloads;

/// <summary>The load generator's export requests of 1,000 items, as a Collector sends them.</summary>
internal static class Requests
{
    private const ulong Seed = 11;
    private const ulong Epoch = 1_790_000_000_000_000_000;

    private static readonly Round Round = Round.Build(
        new RoundOptions(Seed, 3, 1_000, Mix.Collector, [Signal.Traces, Signal.Logs, Signal.Metrics], 50_000) { Spans = 6_000 });

    /// <summary>The second request of a signal (the first has a cold start's odd shape), stamped, and how many items it holds.</summary>
    public static (byte[] Bytes, int Items) Of(Signal signal)
    {
        var template = Round.Requests.Where(r => r.Signal == signal).Take(2).Last();
        var bytes = new byte[template.Bytes.Length];
        new Stamp(Seed, Epoch, 1_000_000, Round).Write(template, 0, bytes);
        return (bytes, template.Items);
    }
}
