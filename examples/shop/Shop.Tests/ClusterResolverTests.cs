using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Shop.Dns;

namespace Shop.Tests;

/// <summary>The resolver against a real UDP server on a free port.</summary>
public sealed class ClusterResolverTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(30));
    private readonly SettableTime _time = new();
    private UdpResponder? _server;
    private int _asked;

    [Fact]
    public async Task An_answer_is_kept_for_its_time_to_live_and_no_longer()
    {
        var resolver = Serve(query => query.Answer(DnsResponseCode.NoError, [IPAddress.Loopback], timeToLive: 5));
        (await resolver.LookupAsync("a.example", default, _stop.Token)).ShouldBe(IPAddress.Loopback);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        await resolver.LookupAsync("A.example", default, _stop.Token);
        _asked.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await resolver.LookupAsync("a.example", default, _stop.Token);
        _asked.ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_without_time_to_live_is_never_kept()
    {
        var resolver = Serve(query => query.Answer(DnsResponseCode.NoError, [IPAddress.Loopback], timeToLive: 0));
        await resolver.LookupAsync("a.example", default, _stop.Token);
        await resolver.LookupAsync("a.example", default, _stop.Token);
        _asked.ShouldBe(2);
    }

    [Theory]
    [InlineData((int)DnsResponseCode.NameError, SocketError.HostNotFound, "host_not_found")]
    [InlineData((int)DnsResponseCode.ServerFailure, SocketError.TryAgain, "try_again")]
    public async Task A_failure_has_the_name_that_dotnet_gives_it(int code, SocketError expected, string errorType)
    {
        using var spans = new RecordedSpans("Shop");
        var resolver = Serve(query => query.Answer((DnsResponseCode)code, [], timeToLive: 0));
        using var caller = new Activity("caller").Start();
        (await Should.ThrowAsync<SocketException>(() => resolver.LookupAsync("a.example", caller.Context, _stop.Token))).SocketErrorCode.ShouldBe(expected);
        var span = spans.Of(caller).ShouldHaveSingleItem();
        span.DisplayName.ShouldBe("DNS lookup a.example");
        span.GetTagItem("error.type").ShouldBe(errorType);
        span.Status.ShouldBe(ActivityStatusCode.Error);
    }

    [Fact]
    public async Task The_span_travels_to_the_server_only_when_it_may()
    {
        using var spans = new RecordedSpans("Shop");
        ActivityContext seen = default;
        DnsMessage Answer(DnsMessage query)
        {
            seen = query.Trace;
            return query.Answer(DnsResponseCode.NoError, [IPAddress.Loopback], timeToLive: 0);
        }

        using var caller = new Activity("caller").Start();
        await Serve(Answer).LookupAsync("a.example", caller.Context, _stop.Token);
        seen.TraceId.ShouldBe(caller.TraceId);
        seen.SpanId.ShouldBe(spans.Of(caller).ShouldHaveSingleItem().SpanId);

        await Serve(Answer, propagateTrace: false).LookupAsync("a.example", caller.Context, _stop.Token);
        seen.ShouldBe(default);
    }

    [Fact]
    public async Task Giving_up_counts_as_a_timeout()
    {
        using var spans = new RecordedSpans("Shop");
        using var caller = new Activity("caller").Start();
        using var patience = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var resolver = Serve(async (_, stop) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            throw new UnreachableException();
        });
        var lookup = resolver.LookupAsync("a.example", caller.Context, patience.Token);
        await asked.Task.WaitAsync(_stop.Token);
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(lookup);
        spans.Of(caller).ShouldHaveSingleItem().GetTagItem("error.type").ShouldBe("timeout");
    }

    public void Dispose()
    {
        _stop.Cancel();
        _server?.Dispose();
        _stop.Dispose();
    }

    private ClusterResolver Serve(Func<DnsMessage, DnsMessage> answer, bool propagateTrace = true) =>
        Serve((query, _) => Task.FromResult(answer(query)), propagateTrace);

    private ClusterResolver Serve(Func<DnsMessage, CancellationToken, Task<DnsMessage>> answer, bool propagateTrace = true)
    {
        _server?.Dispose();
        _server = new UdpResponder(port: 0, (query, _, stop) =>
        {
            Interlocked.Increment(ref _asked);
            return answer(query, stop);
        });
        var address = _server.Bind();
        _ = _server.RunAsync(_stop.Token);
        return new ClusterResolver(address, _time, propagateTrace);
    }
}
