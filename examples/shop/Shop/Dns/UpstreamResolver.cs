using System.Net;

namespace Shop.Dns;

/// <summary>
/// A resolver out in the world: it belongs to somebody else and sends no telemetry. It knows the payment provider, whose name has a time to
/// live of zero because the provider steers its traffic with it.
/// </summary>
/// <param name="time">The clock that answers are held back by.</param>
internal sealed class UpstreamResolver(TimeProvider time)
{
    // Multiples of the golden ratio spread evenly over 0..1 in a fixed order: jitter that repeats from run to run.
    private const double GoldenRatio = 0.6180339887498949;

    private int _count;

    /// <summary>How long answers take: the least and the most.</summary>
    public (TimeSpan Min, TimeSpan Max) AnswerTime { get; set; } = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(4));

    public async Task<DnsMessage> AnswerAsync(DnsMessage query, IPEndPoint asker, CancellationToken cancellationToken)
    {
        var (min, max) = AnswerTime;
        await Task.Delay(min + ((max - min) * (Interlocked.Increment(ref _count) * GoldenRatio % 1)), time, cancellationToken);
        return string.Equals(query.Name, Workload.ProviderHost, StringComparison.OrdinalIgnoreCase)
            ? query.Answer(DnsResponseCode.NoError, [IPAddress.Loopback], timeToLive: 0)
            : query.Answer(DnsResponseCode.NameError, [], timeToLive: 0);
    }
}
