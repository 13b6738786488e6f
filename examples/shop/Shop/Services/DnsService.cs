using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Shop.Dns;

namespace Shop.Services;

/// <summary>
/// The cluster's resolver: answers the cluster's own names from memory, forwards all others to an upstream resolver, and keeps their answers
/// for as long as their time to live allows.
/// </summary>
internal static partial class DnsService
{
    private const string NearUpstream = "10.0.0.2";
    private const string FarUpstream = "10.0.0.53";
    private const uint ClusterTimeToLive = 5;

    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<Resolver>();
        services.AddHostedService(provider => provider.GetRequiredService<Resolver>());
    }

    public static void Map(WebApplication app, Faults faults)
    {
        var resolver = app.Services.GetRequiredService<Resolver>();
        faults.Add(
            "forward-upstream", $"outside names are forwarded to {FarUpstream}, far away and overloaded, in place of {NearUpstream}",
            fault =>
            {
                resolver.FarAnswerTime = (TimeSpan.FromMilliseconds(fault["min_ms"]), TimeSpan.FromMilliseconds(fault["max_ms"]));
                resolver.ForwardTo(fault.IsOn ? FarUpstream : NearUpstream);
            },
            ("min_ms", 600), ("max_ms", 3200));
        faults.Add("refuse-outside", "outside names are answered with a server failure", fault => resolver.RefusesOutside = fault.IsOn);
    }

    internal sealed class Resolver(TimeProvider time, ILogger<Resolver> logger) : BackgroundService
    {
        // What CoreDNS's forward plugin allows an upstream.
        private static readonly TimeSpan ForwardTimeout = TimeSpan.FromSeconds(2);
        private static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(500);

        private static readonly InstrumentAdvice<double> Seconds = new()
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 5],
        };

        private static readonly Histogram<double> Requests = Telemetry.Meter.CreateHistogram(
            "dns.server.request.duration", "s", "Time to answer a query.", tags: null, Seconds);

        private static readonly Histogram<double> Forwards = Telemetry.Meter.CreateHistogram(
            "dns.forward.request.duration", "s", "Time an upstream resolver took to answer.", tags: null, Seconds);

        private static readonly UpDownCounter<int> ForwardsActive = Telemetry.Meter.CreateUpDownCounter<int>(
            "dns.forward.active_requests", "{request}", "Queries waiting for an upstream resolver.");

        private readonly UpstreamResolver _near = new(time);
        private readonly UpstreamResolver _far = new(time);
        private readonly ConcurrentDictionary<string, (DnsMessage Answer, long Expires)> _cache = new(StringComparer.OrdinalIgnoreCase);
        private volatile string _upstream = NearUpstream;
        private int _lastId;

        public (TimeSpan Min, TimeSpan Max) FarAnswerTime
        {
            set => _far.AnswerTime = value;
        }

        /// <summary>Whether no upstream is asked any more.</summary>
        public bool RefusesOutside { get; set; }

        public void ForwardTo(string upstream)
        {
            var before = Interlocked.Exchange(ref _upstream, upstream);
            if (before != upstream)
            {
                Reloaded(logger, upstream, before);
            }
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var cluster = new UdpResponder(Workload.Find("dns")!.Port, AnswerAsync);
            using var near = new UdpResponder(Workload.PortBase + Workload.NearUpstreamOffset, _near.AnswerAsync);
            using var far = new UdpResponder(Workload.PortBase + Workload.FarUpstreamOffset, _far.AnswerAsync);
            UdpResponder[] all = [cluster, near, far];
            foreach (var responder in all)
            {
                responder.Bind();
            }

            await Task.WhenAll(all.Select(r => r.RunAsync(stoppingToken)));
        }

        private async Task<DnsMessage> AnswerAsync(DnsMessage query, IPEndPoint asker, CancellationToken cancellationToken)
        {
            using var span = Telemetry.Source.StartActivity("DNS query A", ActivityKind.Server, query.Trace);
            span?.SetTag("dns.question.name", query.Name);
            span?.SetTag("network.transport", "udp");
            span?.SetTag("client.address", asker.Address.ToString());
            var started = time.GetTimestamp();
            var isCluster = query.Name.EndsWith(Workload.ClusterDomain, StringComparison.OrdinalIgnoreCase);
            var answer = isCluster ? FromZone(query) : RefusesOutside ? Refuse(query) : FromCache(query) ?? await ForwardAsync(query, cancellationToken);
            span?.SetTag("dns.response_code", answer.Code.ToString());
            if (answer.Code == DnsResponseCode.ServerFailure)
            {
                span?.SetTag("error.type", "server_failure");
                span?.SetStatus(ActivityStatusCode.Error, $"no upstream answered for {query.Name}");
            }

            Requests.Record(time.GetElapsedTime(started).TotalSeconds, new TagList
            {
                { "dns.zone", isCluster ? Workload.ClusterDomain : "." },
                { "dns.response_code", answer.Code.ToString() },
            });
            return answer;
        }

        private DnsMessage Refuse(DnsMessage query)
        {
            NoUpstream(logger, query.Name);
            return query.Answer(DnsResponseCode.ServerFailure, [], 0);
        }

        private static DnsMessage FromZone(DnsMessage query) =>
            Workload.All.Any(w => string.Equals(w.HostName, query.Name, StringComparison.OrdinalIgnoreCase))
                ? query.Answer(DnsResponseCode.NoError, [IPAddress.Loopback], ClusterTimeToLive)
                : query.Answer(DnsResponseCode.NameError, [], ClusterTimeToLive);

        private DnsMessage? FromCache(DnsMessage query) =>
            _cache.TryGetValue(query.Name, out var kept) && time.GetTimestamp() < kept.Expires ? kept.Answer with { Id = query.Id } : null;

        private async Task<DnsMessage> ForwardAsync(DnsMessage query, CancellationToken cancellationToken)
        {
            var upstream = _upstream;
            using var span = Telemetry.Source.StartActivity("forward", ActivityKind.Client);
            span?.SetTag("dns.question.name", query.Name);
            span?.SetTag("network.transport", "udp");
            span?.SetTag("server.address", upstream);
            span?.SetTag("server.port", 53);
            var tags = new TagList { { "server.address", upstream } };
            var started = time.GetTimestamp();
            ForwardsActive.Add(1, tags);
            try
            {
                using var limit = new CancellationTokenSource(ForwardTimeout, time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                var answer = await AskAsync(upstream, query, both.Token);
                var took = time.GetElapsedTime(started);
                if (took > SlowAnswer)
                {
                    UpstreamSlow(logger, upstream, query.Name, (int)took.TotalMilliseconds);
                }

                if (answer.TimeToLive > 0)
                {
                    _cache[query.Name] = (answer, time.GetTimestamp() + (answer.TimeToLive * time.TimestampFrequency));
                }

                return answer with { Id = query.Id };
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                tags.Add("error.type", "timeout");
                span?.SetTag("error.type", "timeout");
                span?.SetStatus(ActivityStatusCode.Error, $"upstream {upstream} did not answer within {ForwardTimeout.TotalMilliseconds:0} ms");
                UpstreamTimeout(logger, upstream, query.Name, (int)ForwardTimeout.TotalMilliseconds);
                return query.Answer(DnsResponseCode.ServerFailure, [], 0);
            }
            finally
            {
                Forwards.Record(time.GetElapsedTime(started).TotalSeconds, tags);
                ForwardsActive.Add(-1, new TagList { { "server.address", upstream } });
            }
        }

        private async Task<DnsMessage> AskAsync(string upstream, DnsMessage query, CancellationToken cancellationToken)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            var offset = upstream == FarUpstream ? Workload.FarUpstreamOffset : Workload.NearUpstreamOffset;
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Workload.PortBase + offset), cancellationToken);
            var id = (ushort)Interlocked.Increment(ref _lastId);
            var buffer = new byte[DnsMessage.MaxSize];
            var length = DnsMessage.Query(id, query.Name, trace: default).Write(buffer);
            await socket.SendAsync(buffer.AsMemory(0, length), cancellationToken);
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, cancellationToken);
                if (DnsMessage.TryRead(buffer.AsSpan(0, received), out var answer) && answer.IsResponse && answer.Id == id)
                {
                    return answer;
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Configuration reloaded: forward . {Upstream} (was {Before})")]
    private static partial void Reloaded(ILogger logger, string upstream, string before);

    [LoggerMessage(LogLevel.Warning, "Slow upstream {Upstream}: {Question} A answered in {TookMs} ms")]
    private static partial void UpstreamSlow(ILogger logger, string upstream, string question, int tookMs);

    [LoggerMessage(LogLevel.Error, "No upstream is configured for {Name}: plugin forward has no healthy target")]
    private static partial void NoUpstream(ILogger logger, string name);

    [LoggerMessage(LogLevel.Error, "Upstream timeout: {Upstream} did not answer {Question} A within {TimeoutMs} ms")]
    private static partial void UpstreamTimeout(ILogger logger, string upstream, string question, int timeoutMs);
}
