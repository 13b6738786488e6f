using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Hosting;

public sealed class ClewServerTests
{
    public static TheoryData<string, string> Doors => new()
    {
        { "listen", "the API and web pages, is taken by another process; choose another one with --listen ADDRESS, CLEW_LISTEN or listen in" },
        { "otlp_grpc", "OTLP/gRPC, is taken by another process; choose another one with --otlp-grpc ADDRESS, CLEW_OTLP_GRPC or otlp_grpc in" },
        { "otlp_http", "OTLP/HTTP, is taken by another process; choose another one with --otlp-http ADDRESS, CLEW_OTLP_HTTP or otlp_http in" },
        { "drop_in.jaeger", "Jaeger's API, is taken by another process; choose another one with --set drop_in.jaeger=ADDRESS, CLEW_DROP_IN_JAEGER or drop_in.jaeger in" },
    };

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_taken_port_is_an_error_that_names_it(string setting, string says)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = other.LocalEndpoint.ToString()!;
        var options = SettingTable.All.Single(known => known.Name == setting).Apply(TestServer.Options, address)!;
        options = options with { DropIn = options.DropIn with { Enabled = true } };

        var error = await Should.ThrowAsync<DoorClosedException>(() => TestServer.StartAsync(_ => options));

        error.Message.ShouldStartWith($"{address}, wanted for {says}");
    }

    [Fact]
    public async Task A_door_that_is_off_is_not_opened()
    {
        var store = new RecordingStore();
        await using var server = await ClewServer.StartAsync(TestServer.Options with { OtlpGrpc = null, OtlpHttp = null }, store.Ports, TimeProvider.System, CancellationToken.None);

        server.Addresses.Keys.ShouldBe([Door.Native]);
        server.DescribeAddresses().ShouldBe($"listen=http://127.0.0.1:{server.Addresses[Door.Native].Port}");
        await server.StopAsync();
    }

    [Fact]
    public async Task A_stop_answers_what_is_in_flight_and_takes_nothing_new()
    {
        await using var server = await TestServer.StartAsync();
        server.Store.Hold();
        using var content = new ByteArrayContent(Requests.Spans(1));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        var http = server.OtlpHttp.PostAsync("/v1/traces", content);
        var grpc = server.Grpc.CallAsync("/opentelemetry.proto.collector.trace.v1.TraceService/Export", Requests.Spans(1));
        await Eventually.BeTrueAsync(() => server.Store.Begun == 2, "both writes begin");

        var stopping = server.StopAsync();
        await Eventually.BeTrueAsync(() => Refuses(server.EndPoint(Door.OtlpHttp)), "new connections are refused");
        stopping.IsCompleted.ShouldBeFalse();
        server.Store.Open();

        (await http).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await grpc).Status.ShouldBe(0);
        await stopping;
        server.Store.Spans.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Retention_is_applied_as_configured()
    {
        await using var server = await TestServer.StartAsync(options => options with
        {
            Retention = new RetentionOptions { MaxAge = TimeSpan.FromDays(14), MaxBytes = 1L << 30, Interval = TimeSpan.FromMilliseconds(20) },
        });

        await Eventually.BeTrueAsync(() => server.Store.Retentions.Count >= 2, "retention is applied at the start and again");

        server.Store.Retentions.ShouldAllBe(policy => policy.MaxAge == TimeSpan.FromDays(14) && policy.MaxBytes == 1L << 30);
    }

    [Fact]
    public async Task Without_limits_nothing_is_deleted()
    {
        await using var server = await TestServer.StartAsync(options => options with { Retention = new RetentionOptions { Interval = TimeSpan.FromMilliseconds(1) } });
        using var live = await server.Native.GetAsync("/health/live");

        live.StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Store.Retentions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_drop_in_door_serves_the_prefixed_paths_without_prefix()
    {
        await using var server = await TestServer.StartAsync(options => options with { DropIn = options.DropIn with { Enabled = true } });
        using var http = new HttpClient { BaseAddress = server.Address(Door.Jaeger) };

        // What is on the native door only is not here.
        using var health = await http.GetAsync("/health/live");
        health.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static bool Refuses(IPEndPoint endpoint)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(endpoint);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
