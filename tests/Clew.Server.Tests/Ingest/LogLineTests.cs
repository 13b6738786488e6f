using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Clew.Server.Api.Contracts;
using Clew.Server.Ingest.LogLines;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Ingest;

/// <summary><c>POST /api/logs</c> against the real host.</summary>
public sealed class LogLineTests
{
    private const string Lines = """
        {"time":"2026-11-21T10:11:12Z","level":"warn","msg":"json"}
        2026-11-21 10:11:12 ERROR text
        something else
        """;

    [Fact]
    public async Task Stores_every_line_and_says_what_it_made_of_them()
    {
        await using var server = await TestServer.StartAsync();

        using var response = await server.Native.PostAsync("/api/logs?service=cart", Text(Lines));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var answer = (await response.Content.ReadFromJsonAsync(LogLineJson.Default.LogLinesAccepted))!;
        (answer.Accepted, answer.Rejected, answer.Plain, answer.Lines, answer.Message).ShouldBe((3, 0, 1, 3, null));
        answer.Formats.ShouldBe(new Dictionary<string, int> { ["json"] = 1, ["text"] = 1, ["plain"] = 1 });
        server.Store.Logs.Count.ShouldBe(3);
        server.Store.Logs.ShouldAllBe(log => log.Contains("cart", StringComparison.Ordinal));
        var metrics = await server.Native.GetStringAsync("/metrics");
        metrics.ShouldContain("clew_ingest_log_records_total{format=\"plain\"} 1");
        metrics.ShouldContain("protocol=\"log_lines\"");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/octet-stream")]
    [InlineData("")]
    public async Task Takes_any_content_type_for_it_says_nothing_about_lines(string type)
    {
        await using var server = await TestServer.StartAsync();
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes("a line\n"));
        body.Headers.ContentType = type.Length == 0 ? null : MediaTypeHeaderValue.Parse(type);

        using var response = await server.Native.PostAsync("/api/logs", body);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        server.Store.Logs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Takes_packed_bodies_and_lists_and_reads_times_in_the_zone_asked_for()
    {
        await using var server = await TestServer.StartAsync();
        using var packed = new ByteArrayContent(Requests.Compress("gzip", Encoding.UTF8.GetBytes("""[{"msg":"a","time":"2026-11-21 10:00:00"}]""")));
        packed.Headers.ContentEncoding.Add("gzip");
        packed.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await server.Native.PostAsync("/api/logs?timezone=Europe/Berlin&source=/var/log/pods/shop_cart-0_1/app/0.log", packed);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var log = server.Store.Logs.ShouldHaveSingleItem();
        log.ShouldContain($"time: {new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()}000000000");
        log.ShouldContain("k8s.pod.name");
    }

    [Theory]
    [InlineData("/api/logs?format=xml", "format")]
    [InlineData("/api/logs?timezone=Nowhere/Else", "timezone")]
    [InlineData("/api/logs?fromat=json", "fromat")]
    public async Task A_wrong_parameter_is_told_and_nothing_stored(string url, string parameter)
    {
        await using var server = await TestServer.StartAsync();

        using var response = await server.Native.PostAsync(url, Text(Lines));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!.Errors!.ShouldHaveSingleItem().Parameter.ShouldBe(parameter);
        server.Store.Logs.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_breaks_a_limit_is_left_out_alone_and_told()
    {
        await using var server = await TestServer.StartAsync(o => o with { Limits = o.Limits with { Records = o.Limits.Records with { MaxValueBytes = 100 } } });

        using var response = await server.Native.PostAsync("/api/logs", Text($"good\n{new string('x', 101)}\ngood too\n"));

        var answer = (await response.Content.ReadFromJsonAsync(LogLineJson.Default.LogLinesAccepted))!;
        (answer.Accepted, answer.Rejected).ShouldBe((2, 1));
        answer.Message.ShouldBe("refused: a value is longer than MaxValueBytes = 100 bytes (1)");
        server.Store.Logs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Refusals_are_problems_with_the_limit_and_the_time_to_try_again()
    {
        await using var server = await TestServer.StartAsync(o => o with { Limits = o.Limits with { RequestBytes = 1_024 } });

        using var large = await server.Native.PostAsync("/api/logs", Text(new string('x', 2_000)));
        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var problem = (await large.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!;
        (problem.Type, problem.Status).ShouldBe(("urn:clew:problem:refused-telemetry", 413));
        problem.Detail.ShouldContain("limits.request_bytes");

        using var broken = await server.Native.PostAsync("/api/logs", Text("[{\"a\":1},{]"));
        broken.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        server.Store.Fail(new Telemetry.StoreUnavailableException("the disk is gone", TimeSpan.FromSeconds(3)));
        using var away = await server.Native.PostAsync("/api/logs", Text("line"));
        away.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        away.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
    }

    private static StringContent Text(string text) => new(text, Encoding.UTF8, "text/plain");
}
