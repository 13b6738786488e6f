using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Clew.Protocols.Prometheus.Scraping;
using Clew.Server.Hosting;
using Clew.Server.Scraping;
using Clew.Server.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Tests.Scraping;

/// <summary>Scraping from end to end: real targets, real connections, short intervals.</summary>
public sealed class ScrapeTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clew-scrape-");
    private FakeTarget _target = null!;

    public async Task InitializeAsync() => _target = await FakeTarget.StartAsync();

    public async Task DisposeAsync()
    {
        await _target.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_server_scrapes_its_own_metrics()
    {
        // Its port is not known before it is up: it is found through a file.
        var file = Path.Combine(_folder.FullName, "targets.json");
        await using var server = await ServerAsync(Job() with { Name = "clew", Files = [new FileDiscovery([file], TimeSpan.FromMilliseconds(50))] });
        await File.WriteAllTextAsync(file, $$$"""[{"targets": ["{{{server.Address(Door.Native).Authority}}}"], "labels": {"env": "test"}}]""");

        await Eventually.BeTrueAsync(() => server.Store.Points.Any(point => point.Contains("metric: clew_build_info")), "the server's own metrics");
        var info = server.Store.Points.First(point => point.Contains("metric: clew_build_info"));
        info.ShouldContain("service: clew\n");
        info.ShouldContain($"resource.service.instance.id: String {server.Address(Door.Native).Authority}\n");
        info.ShouldContain("attributes.env: String test\n");
        await Eventually.BeTrueAsync(
            () => server.Store.Points.Any(point => point.Contains("metric: clew_ingest_stored_items_total") && point.Contains("prometheus_scrape")), "what was scraped is counted, which the next scrape sees");
        var listed = await ListAsync(server);
        listed.GetProperty("targets")[0].GetProperty("health").GetString().ShouldBe("up");
        listed.GetProperty("targets")[0].GetProperty("labels").GetProperty("env").GetString().ShouldBe("test");
    }

    [Fact]
    public async Task A_target_that_leaves_its_file_ends_and_a_broken_file_changes_nothing()
    {
        _target.Expose("a 1\n");
        var file = Path.Combine(_folder.FullName, "targets.yml");
        await File.WriteAllTextAsync(file, $"- targets: ['{_target.Address}']\n");
        await using var server = await ServerAsync(Job() with { Files = [new FileDiscovery([Path.Combine(_folder.FullName, "*.yml")], TimeSpan.FromMilliseconds(50))] });
        await Eventually.BeTrueAsync(() => server.Store.Points.Any(point => point.Contains("metric: a ")), "the first scrape");

        await ReplaceAsync(file, "- targets: {\n");
        var before = _target.Requests.Count;
        await Eventually.BeTrueAsync(() => _target.Requests.Count > before + 2, "the target is scraped on");

        await ReplaceAsync(file, "[]\n");
        await Eventually.BeTrueAsync(() => server.Store.Points.Any(point => point.Contains("metric: up ") && point.Contains("flags: 1")), "its series have ended");
        server.Store.Points.ShouldContain(point => point.Contains("metric: a ") && point.Contains("flags: 1") && point.Contains("value: double NaN"));
        (await ListAsync(server)).GetProperty("targets").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task What_is_asked_for_is_what_the_job_says()
    {
        _target.Expose("a 1\n");
        var secret = Path.Combine(_folder.FullName, "password");
        await File.WriteAllTextAsync(secret, "open sesame\n");
        await using var server = await ServerAsync(
            Job() with
            {
                MetricsPath = "/probe",
                Parameters = [("module", ["http", "tcp"]), ("q", ["a b"])],
                Credentials = new ScrapeCredentials("Basic", "ali", null, secret),
                StaticTargets = [new TargetGroup([_target.Address], new Dictionary<string, string>(), "test")],
                Timeout = TimeSpan.FromMilliseconds(100),
            });
        await Eventually.BeTrueAsync(() => !_target.Requests.IsEmpty, "a scrape");
        var request = _target.Requests.First();
        request.ShouldStartWith("/probe?module=http&module=tcp&q=a%20b ");
        request.ShouldContain("accept=application/openmetrics-text;version=1.0.0");
        request.ShouldContain("encoding=gzip");
        request.ShouldContain("timeout=0.1");
        request.ShouldContain("authorization=Basic " + Convert.ToBase64String("ali:open sesame"u8));
    }

    [Fact]
    public async Task Rules_choose_targets_and_rename_them()
    {
        _target.Expose("a{b=\"c\"} 1\n");
        await using var server = await ServerAsync(Job() with
        {
            StaticTargets = [new TargetGroup([_target.Address, "127.0.0.1:1"], new Dictionary<string, string> { ["__meta_zone"] = "eu" }, "test")],
            Relabeling =
            [
                new RelabelRule { Action = RelabelAction.Drop, SourceLabels = ["__address__"], Regex = ".*:1" },
                new RelabelRule { SourceLabels = ["__meta_zone"], TargetLabel = "zone" },
                new RelabelRule { TargetLabel = "instance", Replacement = "chosen" },
            ],
            MetricRelabeling = [new RelabelRule { Action = RelabelAction.LabelDrop, Regex = "b" }],
        });
        await Eventually.BeTrueAsync(() => server.Store.Points.Any(point => point.Contains("metric: a ")), "a scrape");
        var point = server.Store.Points.First(point => point.Contains("metric: a "));
        point.ShouldContain("resource.service.instance.id: String chosen\n");
        point.ShouldContain("attributes.zone: String eu\n");
        point.ShouldNotContain("attributes.b:");
        var listed = await ListAsync(server);
        listed.GetProperty("dropped").GetInt32().ShouldBe(1);
        listed.GetProperty("targets").GetArrayLength().ShouldBe(1);
        listed.GetProperty("targets")[0].GetProperty("discoveredLabels").GetProperty("__meta_zone").GetString().ShouldBe("eu");
    }

    [Fact]
    public async Task Openmetrics_and_gzip_are_read()
    {
        _target.Answer = async context =>
        {
            context.Response.ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionMode.Compress);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("# TYPE a counter\na_total 1 # {trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 1\n# EOF\n"));
        };
        await using var server = await ServerAsync(Static());
        await Eventually.BeTrueAsync(() => server.Store.Points.Any(point => point.Contains("metric: a_total ")), "a scrape");
        server.Store.Points.First(point => point.Contains("metric: a_total ")).ShouldContain("exemplar: 0af7651916cd43dd8448eb211c80319c");
    }

    /// <summary>What a target does, and what is said of it.</summary>
    public static TheoryData<string, string> BadTargets() => new()
    {
        { "500", "the target answered 500" },
        { "text", "line 2: a value is not a number" },
        { "large", "body_size_limit = 1000 bytes" },
        { "slow", "no answer within scrape_timeout = 0.15 s" },
        { "brotli", "" },
        { "unknown", "which nobody asked for" },
    };

    [Theory]
    [MemberData(nameof(BadTargets))]
    public async Task A_target_that_cannot_be_read_is_down_and_says_why(string what, string error)
    {
        _target.Answer = async context =>
        {
            switch (what)
            {
                case "500":
                    context.Response.StatusCode = 500;
                    break;
                case "text":
                    await context.Response.WriteAsync("a 1\nb\n");
                    break;
                case "large":
                    await context.Response.WriteAsync(new string('#', 1_001));
                    break;
                case "slow":
                    await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                    break;
                case "brotli":
                    context.Response.Headers.ContentEncoding = "br";
                    await context.Response.WriteAsync("this is not brotli");
                    break;
                default:
                    context.Response.Headers.ContentEncoding = "compress";
                    break;
            }
        };
        await using var server = await ServerAsync(Static() with { Limits = new ScrapeLimits { BodyBytes = 1_000 }, Timeout = TimeSpan.FromMilliseconds(150) });
        await Eventually.BeTrueAsync(() => server.Store.Points.Any(point => point.Contains("metric: up ") && point.Contains("value: double 0")), "the target is down");
        server.Store.Points.ShouldNotContain(point => point.Contains("metric: a "));
        var target = (await ListAsync(server)).GetProperty("targets")[0];
        target.GetProperty("health").GetString().ShouldBe("down");
        target.GetProperty("error").GetString()!.ShouldContain(error);
        target.GetProperty("error").GetString()!.ShouldNotBeEmpty();

        using var metrics = await server.Native.GetAsync("/metrics");
        (await metrics.Content.ReadAsStringAsync()).ShouldMatch("clew_scrapes_total{job=\"test\",outcome=\"down\"} [1-9]");
    }

    [Fact]
    public async Task A_target_that_nobody_answers_at_is_down()
    {
        await _target.DisposeAsync();
        await using var server = await ServerAsync(Job() with { StaticTargets = [new TargetGroup(["127.0.0.1:1"], new Dictionary<string, string>(), "test")] });
        await Eventually.BeTrueAsync(() => server.Store.Points.Any(point => point.Contains("metric: up ") && point.Contains("value: double 0")), "the target is down");
        _target = await FakeTarget.StartAsync();
    }

    [Fact]
    public async Task Stopping_ends_no_series()
    {
        _target.Expose("a 1\n");
        var server = await ServerAsync(Static());
        await Eventually.BeTrueAsync(() => server.Store.Points.Any(point => point.Contains("metric: a ")), "a scrape");
        await server.StopAsync();
        server.Store.Points.ShouldNotContain(point => point.Contains("flags: 1"));
        await server.DisposeAsync();
    }

    /// <summary>In one step, as files of targets are to be replaced: a file that is written in place is empty for a moment, and lists nothing.</summary>
    private static async Task ReplaceAsync(string file, string content)
    {
        var written = Path.ChangeExtension(file, ".new");
        await File.WriteAllTextAsync(written, content);
        File.Move(written, file, overwrite: true);
    }

    private static ScrapeJob Job() => new() { Name = "test", Interval = TimeSpan.FromMilliseconds(200), Timeout = TimeSpan.FromMilliseconds(200) };

    private static Task<TestServer> ServerAsync(ScrapeJob job) => TestServer.StartAsync(options => options with { Scrape = new ScrapeOptions { Jobs = [job] } });

    private static async Task<JsonElement> ListAsync(TestServer server)
    {
        using var document = JsonDocument.Parse(await server.Native.GetStringAsync("/api/scrape/targets"));
        return document.RootElement.Clone();
    }

    private ScrapeJob Static() => Job() with { StaticTargets = [new TargetGroup([_target.Address], new Dictionary<string, string>(), "test")] };
}
