using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Clew.Server.Configuration;
using Clew.Server.Tests.Support;

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
