using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;

namespace Shop.Dns;

/// <summary>
/// The client's side of name resolution: asks the cluster's DNS server over UDP, keeps answers for exactly as long as their
/// time to live allows, and reports every question as a span and in <c>dns.lookup.duration</c>, with the conventions .NET's own resolver uses.
/// </summary>
internal sealed class ClusterResolver(IPEndPoint server, TimeProvider time, bool propagateTrace = true)
{
    /// <summary>How long one question may stay unanswered; a resolver's customary five seconds.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    // The boundaries that the conventions give for this metric, in seconds.
    private static readonly Histogram<double> Duration = Telemetry.Meter.CreateHistogram(
        "dns.lookup.duration", "s", "Measures the time taken to perform a DNS lookup.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    private readonly ConcurrentDictionary<string, (IPAddress Address, long Expires)> _cache = new(StringComparer.OrdinalIgnoreCase);
    private int _lastId = Environment.ProcessId;

    /// <summary>The address of a name.</summary>
    /// <param name="name">A host name.</param>
    /// <param name="parent">The span on whose behalf the question is asked.</param>
    /// <param name="cancellationToken">Ends the lookup, which then counts as timed out.</param>
    /// <exception cref="SocketException">The name does not exist, or the server failed or did not answer in time.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<IPAddress> LookupAsync(string name, ActivityContext parent, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(name, out var kept) && time.GetTimestamp() < kept.Expires)
        {
            return kept.Address;
        }

        using var activity = Telemetry.Source.StartActivity($"DNS lookup {name}", ActivityKind.Client, parent);
        activity?.SetTag("dns.question.name", name);
        activity?.SetTag("network.transport", "udp");
        activity?.SetTag("server.address", "dns.kube-system.svc.cluster.local");
        activity?.SetTag("server.port", 53);
        activity?.SetTag("peer.service", "dns");
        var started = time.GetTimestamp();
        string? error = null;
        try
        {
            using var limit = new CancellationTokenSource(Timeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var answer = await AskAsync(name, activity?.Context ?? default, both.Token);
            error = ErrorOf(answer);
            if (error is not null)
            {
                throw new SocketException((int)(error == "host_not_found" ? SocketError.HostNotFound : SocketError.TryAgain));
            }

            var address = answer.Addresses[0];
            activity?.SetTag("dns.answers", new[] { address.ToString() });
            if (answer.TimeToLive > 0)
            {
                _cache[name] = (address, time.GetTimestamp() + (answer.TimeToLive * time.TimestampFrequency));
            }

            return address;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error = "timeout";
            throw new SocketException((int)SocketError.TryAgain);
        }
        catch (OperationCanceledException)
        {
            error = "timeout";
            throw;
        }
        finally
        {
            var tags = new TagList { { "dns.question.name", name } };
            if (error is not null)
            {
                tags.Add("error.type", error);
                activity?.SetTag("error.type", error);
                activity?.SetStatus(ActivityStatusCode.Error, error == "timeout" ? $"no answer for {name} in time" : $"{name}: {error}");
            }

            Duration.Record(time.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    private async Task<DnsMessage> AskAsync(string name, ActivityContext trace, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        var id = (ushort)Interlocked.Increment(ref _lastId);
        var buffer = new byte[DnsMessage.MaxSize];
        var length = DnsMessage.Query(id, name, propagateTrace ? trace : default).Write(buffer);
        await socket.SendAsync(buffer.AsMemory(0, length), cancellationToken);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, cancellationToken);
            if (DnsMessage.TryRead(buffer.AsSpan(0, received), out var answer) && answer is { IsResponse: true } && answer.Id == id)
            {
                return answer;
            }
        }
    }

    // The names .NET's own resolver gives to these outcomes.
    private static string? ErrorOf(DnsMessage answer) => answer switch
    {
        { Code: DnsResponseCode.NameError } => "host_not_found",
        { Code: not DnsResponseCode.NoError } => "try_again",
        { Addresses.Count: 0 } => "host_not_found",
        _ => null,
    };
}
