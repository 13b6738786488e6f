using System.Net;
using System.Text;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;
using Jaeger.ApiV2;

namespace Clew.Server.Tests.Sampling;

/// <summary>What services are told when they ask how much to sample.</summary>
public sealed class RemoteSamplingTests : IDisposable
{
    private const string GetStrategy = "/jaeger.api_v2.SamplingManager/GetSamplingStrategy";

    private const string Strategies = """
        {"service_strategies":[
          {"service":"cart","type":"probabilistic","param":0.5,"operation_strategies":[{"operation":"get","type":"probabilistic","param":0.25}]},
          {"service":"mails","type":"ratelimiting","param":5}],
         "default_strategy":{"type":"probabilistic","param":0.1,"operation_strategies":[{"operation":"/health","type":"probabilistic","param":0}]}}
        """;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"strategies-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Without_a_file_everyone_records_what_the_setting_says()
    {
        await using var server = await StartAsync(options => options with { HeadSampling = new HeadSamplingOptions { DefaultProbability = 0.75 } });

        (await GetAsync(server, "/sampling?service=any")).ShouldBe((200, """{"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":0.75}}"""));
    }

    [Theory]
    [InlineData("cart", """{"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":0.5},"operationSampling":{"defaultSamplingProbability":0.5,"defaultLowerBoundTracesPerSecond":0,"perOperationStrategies":[{"operation":"get","probabilisticSampling":{"samplingRate":0.25}},{"operation":"/health","probabilisticSampling":{"samplingRate":0}}]}}""")]
    [InlineData("mails", """{"strategyType":"RATE_LIMITING","rateLimitingSampling":{"maxTracesPerSecond":5}}""")]
    [InlineData("any", """{"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":0.1},"operationSampling":{"defaultSamplingProbability":0.1,"defaultLowerBoundTracesPerSecond":0,"perOperationStrategies":[{"operation":"/health","probabilisticSampling":{"samplingRate":0}}]}}""")]
    public async Task A_file_in_Jaegers_format_says_it_per_service_on_every_port(string service, string answer)
    {
        await using var server = await StartWithFileAsync();
        using var collector = new HttpClient { BaseAddress = server.Address(Door.JaegerCollector) };

        (await GetAsync(server, $"/sampling?service={service}")).ShouldBe((200, answer));
        (await collector.GetStringAsync($"/api/sampling?service={service}")).ShouldBe(answer);
        (await server.Native.GetStringAsync($"/jaeger/sampling?service={service}")).ShouldBe(answer);
        (await server.Native.GetStringAsync($"/jaeger/api/sampling?service={service}")).ShouldBe(answer);
    }

    [Fact]
    public async Task Grpc_says_the_same()
    {
        await using var server = await StartWithFileAsync();
        using var grpc = new GrpcTestClient(server.Address(Door.JaegerGrpc));

        var cart = SamplingStrategyResponse.Parser.ParseFrom((await AskAsync(grpc, "cart")).Answer);
        cart.StrategyType.ShouldBe(0);
        cart.ProbabilisticSampling.SamplingRate.ShouldBe(0.5);
        cart.OperationSampling.DefaultSamplingProbability.ShouldBe(0.5);
        cart.OperationSampling.PerOperationStrategies.Select(one => (one.Operation, one.ProbabilisticSampling.SamplingRate)).ShouldBe([("get", 0.25), ("/health", 0)]);
        var mails = SamplingStrategyResponse.Parser.ParseFrom((await AskAsync(grpc, "mails")).Answer);
        mails.StrategyType.ShouldBe(1);
        mails.RateLimitingSampling.MaxTracesPerSecond.ShouldBe(5);
        (await grpc.CallAsync(GetStrategy, [0x0A, 0x7F])).Status.ShouldBe(3);
        (await grpc.CallAsync(GetStrategy, [])).Status.ShouldBe(3);
    }

    [Fact]
    public async Task Old_clients_get_the_type_as_a_number_and_nobody_gets_restrictions()
    {
        await using var server = await StartWithFileAsync();

        (await GetAsync(server, "/?service=mails")).ShouldBe((200, """{"strategyType":1,"rateLimitingSampling":{"maxTracesPerSecond":5}}"""));
        (await GetAsync(server, "/baggageRestrictions?service=mails")).ShouldBe((200, "[]"));
        (await GetAsync(server, "/api/services")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("/sampling")]
    [InlineData("/sampling?service=")]
    [InlineData("/sampling?service=a&service=b")]
    public async Task A_question_without_a_service_is_refused_in_Jaegers_words(string path)
    {
        await using var server = await StartWithFileAsync();

        (await GetAsync(server, path)).ShouldBe((400, "'service' parameter must be provided once\n"));
    }

    [Fact]
    public async Task A_file_that_changes_is_read_again_and_a_broken_one_changes_nothing()
    {
        var clock = new MovingClock();
        await using var server = await StartWithFileAsync(clock);
        (await GetAsync(server, "/sampling?service=any")).Body.ShouldContain("\"samplingRate\":0.1");
        await WriteAsync("""{"default_strategy":{"type":"probabilistic","param":0.9}}""", seconds: 1);
        (await GetAsync(server, "/sampling?service=any")).Body.ShouldContain("\"samplingRate\":0.1");

        clock.Move(TimeSpan.FromSeconds(10));
        (await GetAsync(server, "/sampling?service=any")).Body.ShouldContain("\"samplingRate\":0.9");

        await WriteAsync("{", seconds: 2);
        clock.Move(TimeSpan.FromSeconds(10));
        (await GetAsync(server, "/sampling?service=any")).Body.ShouldContain("\"samplingRate\":0.9");
        (await server.Native.GetStringAsync("/metrics")).ShouldContain("""clew_head_sampling_reads_total{outcome="failed"} 1""");
    }

    [Theory]
    [InlineData("{", "is not JSON: ")]
    [InlineData("[]", "expected an object with service_strategies and default_strategy")]
    [InlineData("""{"default_strategy":{"type":"probabilistic","param":2}}""", "default_strategy.param: expected a probability from 0 to 1")]
    [InlineData("""{"default_strategy":{"type":"probabilistic"}}""", "default_strategy.param: expected a number")]
    [InlineData("""{"default_strategy":{"type":"sometimes","param":1}}""", "default_strategy.type: expected probabilistic or ratelimiting, not \"sometimes\"")]
    [InlineData("""{"service_strategies":[{"type":"probabilistic","param":1}]}""", "service_strategies[0].service: expected a text")]
    [InlineData("""{"service_strategies":[{"service":"a","type":"ratelimiting","param":1.5}]}""", "service_strategies[0].param: expected a whole number of traces a second")]
    [InlineData("""{"service_strategies":[{"service":"a","type":"ratelimiting","param":1},{"service":"a","type":"ratelimiting","param":1}]}""", "service_strategies[1]: this service has a strategy already")]
    [InlineData("""{"service_strategies":[{"service":"a","type":"probabilistic","param":1,"operation_strategies":[{"operation":"x","type":"ratelimiting","param":1}]}]}""", "service_strategies[0].operation_strategies[0].type: an operation's strategy is probabilistic")]
    public void A_file_with_a_mistake_is_refused_at_the_start(string json, string says)
    {
        File.WriteAllText(_file, json);

        var result = ConfigurationLoader.Load(null, new Dictionary<string, string> { ["CLEW_HEAD_SAMPLING_STRATEGIES"] = _file }, []);

        result.Problems.ShouldHaveSingleItem().ToString().ShouldContain(says);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused_at_the_start() =>
        ConfigurationLoader.Load(null, new Dictionary<string, string> { ["CLEW_HEAD_SAMPLING_STRATEGIES"] = _file }, []).Problems.ShouldHaveSingleItem().Message.ShouldContain("cannot be read");

    private static Task<TestServer> StartAsync(Func<ServerOptions, ServerOptions> change, TimeProvider? time = null) =>
        TestServer.StartAsync(options => change(options with { DropIn = options.DropIn with { Enabled = true } }), time);

    private static async Task<(int Status, string Body)> GetAsync(TestServer server, string path)
    {
        using var client = new HttpClient { BaseAddress = server.Address(Door.JaegerSampling), Timeout = TestServer.Patience };
        using var response = await client.GetAsync(path);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<GrpcTestReply> AskAsync(GrpcTestClient grpc, string service)
    {
        var reply = await grpc.CallAsync(GetStrategy, [0x0A, (byte)service.Length, .. Encoding.ASCII.GetBytes(service)]);
        reply.Status.ShouldBe(0, reply.Message);
        reply.Http.ShouldBe(HttpStatusCode.OK);
        return reply;
    }

    private async Task<TestServer> StartWithFileAsync(TimeProvider? time = null)
    {
        await WriteAsync(Strategies, seconds: 0);
        return await StartAsync(options => options with { HeadSampling = new HeadSamplingOptions { Strategies = _file } }, time);
    }

    /// <summary>The time of writing is set, so that a change is one however coarse the file system's clock is.</summary>
    private async Task WriteAsync(string json, int seconds)
    {
        await File.WriteAllTextAsync(_file, json);
        File.SetLastWriteTimeUtc(_file, new DateTime(2026, 3, 1, 10, 0, seconds, DateTimeKind.Utc));
    }

    /// <summary>The system's clock, moved forward by hand.</summary>
    private sealed class MovingClock : TimeProvider
    {
        private long _moved;

        public void Move(TimeSpan by) => Interlocked.Add(ref _moved, (long)(by.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _moved);
    }
}
