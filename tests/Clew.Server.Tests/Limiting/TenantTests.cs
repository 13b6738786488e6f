using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Scraping;
using Clew.Server.Tests.Scraping;
using Clew.Server.Tests.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Limiting;

/// <summary>Whose data it is, and how much of it may come.</summary>
public sealed class TenantTests
{
    private const string Header = "X-Scope-OrgID";
    private const string Export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    [Fact]
    public async Task Without_the_setting_the_header_means_nothing()
    {
        await using var server = await TestServer.StartAsync();
        (await PostAsync(server, "acme!")).StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Store.Tenants.ShouldBe([string.Empty]);
    }

    [Fact]
    public async Task The_header_names_the_tenant_over_http_and_grpc()
    {
        await using var server = await TestServer.StartAsync(WithTenants);
        (await PostAsync(server, "acme")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.Grpc.CallAsync(Export, Requests.Spans(1), (Header.ToLowerInvariant(), "globex"))).Status.ShouldBe(0);
        (await PostAsync(server, null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Store.Tenants.ShouldBe(["acme", "globex", string.Empty]);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    public async Task A_name_that_is_none_is_refused_everywhere(string name)
    {
        await using var server = await TestServer.StartAsync(WithTenants);
        (await PostAsync(server, name)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var reply = await server.Grpc.CallAsync(Export, Requests.Spans(1), (Header.ToLowerInvariant(), name));
        reply.Status.ShouldBe(3);
        reply.Message.ShouldContain(Header);
        foreach (var path in new[] { "/api/limits", "/jaeger/api/services" })
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, path);
            question.Headers.Add(Header, name);
            (await server.Native.SendAsync(question)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        server.Store.Begun.ShouldBe(0);
    }

    [Fact]
    public async Task A_required_tenant_that_is_missing_is_refused()
    {
        await using var server = await TestServer.StartAsync(options => WithTenants(options) with { Tenancy = new TenancyOptions { Header = Header, Required = true } });
        using var response = await PostAsync(server, null);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("tenancy.required");
        (await server.Grpc.CallAsync(Export, Requests.Spans(1))).Status.ShouldBe(3);
    }

    [Fact]
    public async Task What_the_server_collects_itself_belongs_to_the_tenant_of_its_collector()
    {
        var targets = Path.GetTempFileName();
        await File.WriteAllTextAsync(targets, "billing-db: Host=127.0.0.1;Port=1;Username=u;Database=d\n");
        await using var target = await FakeTarget.StartAsync();
        target.Expose("a 1\n");
        var job = new ScrapeJob { Name = "test", Interval = TimeSpan.FromMilliseconds(200), Timeout = TimeSpan.FromMilliseconds(200), StaticTargets = [new TargetGroup([target.Address], new Dictionary<string, string>(), "test")] };
        var any = new ListenAddress("127.0.0.1", 0);
        await using var server = await TestServer.StartAsync(options => TenancyOptions.CollectorNames.Aggregate(
            options with
            {
                DropIn = options.DropIn with { Enabled = true },
                SyslogUdp = any,
                SyslogTcp = any,
                Scrape = new ScrapeOptions { Jobs = [job] },
                PostgreSql = options.PostgreSql with { Targets = targets },
            },
            (changed, collector) => SettingTable.All.Single(setting => setting.Name == "tenancy.collectors." + collector).Apply(changed, "of-" + collector).ShouldNotBeNull()));
        var message = "<34>1 2026-03-01T10:00:00Z host app - - - hello\n"u8.ToArray();
        var spans = new JaegerModelBatch("cart", [], [new JaegerModelSpan(0, 1, 2, 0, "GET")]);
        using var udp = new UdpClient(AddressFamily.InterNetwork);
        await udp.SendAsync(message, server.EndPoint(Door.SyslogUdp));
        await udp.SendAsync(spans.ToAgentMessage(compact: true), server.EndPoint(Door.JaegerAgentCompact));
        await udp.SendAsync(spans.ToAgentMessage(compact: false), server.EndPoint(Door.JaegerAgentBinary));
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.EndPoint(Door.SyslogTcp));
        await tcp.GetStream().WriteAsync(message);

        // Watched clusters have tests of their own: this store does not take their records.
        string[] expected = [.. TenancyOptions.CollectorNames.Where(collector => collector != "kubernetes").Select(collector => "of-" + collector)];
        await Eventually.BeTrueAsync(() => expected.All(server.Store.Tenants.Contains), "something came by every collector");
        server.Store.Tenants.Distinct().ShouldBe(expected, ignoreOrder: true);
        File.Delete(targets);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    public void A_collectors_tenant_has_a_name_as_any_other(string name) =>
        SettingTable.All.Single(setting => setting.Name == "tenancy.collectors.scrape").Apply(TestServer.Options, name).ShouldBeNull();

    [Fact]
    public async Task A_tenant_over_its_rate_waits_and_the_others_do_not()
    {
        var clock = new SetClock();
        await using var server = await TestServer.StartAsync(
            options => WithTenants(options) with { Limits = options.Limits with { TenantItemsPerSecond = 10, TenantBurst = TimeSpan.FromSeconds(1) } },
            clock);

        // The budget of ten may be overdrawn by one request; the debt of twenty takes two seconds.
        (await PostAsync(server, "acme", 30)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var refused = await PostAsync(server, "acme");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
        (await refused.Content.ReadAsStringAsync()).ShouldContain("limits.tenant_items_per_second = 10");
        var reply = await server.Grpc.CallAsync(Export, Requests.Spans(1), (Header.ToLowerInvariant(), "acme"));
        reply.Status.ShouldBe(8);
        reply.Details.Details.Count.ShouldBe(1, "RetryInfo");
        (await PostAsync(server, "globex")).StatusCode.ShouldBe(HttpStatusCode.OK);

        clock.Advance(TimeSpan.FromSeconds(2.5));
        (await PostAsync(server, "acme")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.Native.GetStringAsync("/metrics")).ShouldContain("reason=\"tenant_rate\"");
    }

    [Fact]
    public async Task Bytes_count_as_well_and_further_tenants_are_refused()
    {
        await using var server = await TestServer.StartAsync(options => WithTenants(options) with { Limits = options.Limits with { TenantBytesPerSecond = 10, Tenants = 1 } }, new SetClock());
        (await PostAsync(server, "acme", 50)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var refused = await PostAsync(server, "acme");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        using var further = await PostAsync(server, "globex");
        further.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await further.Content.ReadAsStringAsync()).ShouldContain("limits.tenants = 1");
    }

    [Fact]
    public async Task What_was_capped_is_listed()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { SpanNames = 2 } });
        using var response = await PostAsync(server, null, 5);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);

        using var answer = JsonDocument.Parse(await server.Native.GetStringAsync("/api/limits"));
        var capped = answer.RootElement.GetProperty("capped").EnumerateArray().ShouldHaveSingleItem();
        capped.GetProperty("setting").GetString().ShouldBe("limits.span_names");
        capped.GetProperty("service").GetString().ShouldBe("checkout");
        capped.GetProperty("refused").GetInt64().ShouldBe(3);
        server.Store.Spans.Count(span => span.Contains("_OTHER", StringComparison.Ordinal)).ShouldBe(3);
    }

    private static ServerOptions WithTenants(ServerOptions options) => options with { Tenancy = new TenancyOptions { Header = Header } };

    private static async Task<HttpResponseMessage> PostAsync(TestServer server, string? tenant, int spans = 1)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = new ByteArrayContent(Requests.Spans(spans)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        if (tenant is not null)
        {
            request.Headers.TryAddWithoutValidation(Header, tenant);
        }

        return await server.OtlpHttp.SendAsync(request);
    }

    /// <summary>A clock whose stamps are set by hand.</summary>
    private sealed class SetClock : TimeProvider
    {
        private long _stamp = 1_000;

        public override long GetTimestamp() => _stamp;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _stamp += by.Ticks;
    }
}
