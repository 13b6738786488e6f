using System.Text.Json;
using Clew.Server.Configuration;
using Clew.Server.Kubernetes;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;

namespace Clew.Server.Tests.Kubernetes;

/// <summary>The watcher against an API server that speaks real HTTP.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class KubernetesWatcherTests : IAsyncLifetime
{
    private FakeApiServer _api = null!;
    private StoreServer? _server;

    public async Task InitializeAsync() => _api = await FakeApiServer.StartAsync();

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Lists_page_by_page_then_watches_from_the_version_of_the_list()
    {
        _api.List = page => page.Length == 0
            ? PodList("40", "next/page", Pod("a", 10, "Running"))
            : PodList("40", "", Pod("b", 11, "Pending"));
        await StartAsync();

        var watch = await _api.WatchAsync();

        watch.Version.ShouldBe("40");
        _api.Requests[0].ShouldBe("/api/v1/namespaces/shop/pods?limit=500");
        _api.Requests[1].ShouldBe("/api/v1/namespaces/shop/pods?limit=500&continue=next%2Fpage");
        _api.Requests[2].ShouldStartWith("/api/v1/namespaces/shop/pods?watch=1&allowWatchBookmarks=true&resourceVersion=40&timeoutSeconds=");
        await PhasesAsync("a Running, b Pending");
        watch.Event("MODIFIED", Pod("b", 41, "Running"));
        watch.Event("ADDED", Pod("c", 42, "Pending"));
        watch.Event("DELETED", Pod("a", 43, "Running"));
        await PhasesAsync("a Running deleted, b Running, c Pending");
    }

    [Fact]
    public async Task Goes_on_after_the_last_event_or_bookmark_when_a_watch_ends_or_breaks()
    {
        await StartAsync();
        var first = await _api.WatchAsync();
        first.Event("ADDED", Pod("a", 5, "Pending"));
        first.End();

        var second = await _api.WatchAsync();
        second.Version.ShouldBe("5");
        second.Event("BOOKMARK", """{"kind":"Pod","metadata":{"resourceVersion":"90"}}""");

        // An event in two pieces, of which the second never comes: it will be told again.
        second.Send("""{"type":"ADDED","object":{"kind":"Pod","meta""");
        await Eventually.BeTrueAsync(() => second.Lines.Count == 0, "everything is sent");
        second.Break();

        var third = await _api.WatchAsync();
        third.Version.ShouldBe("90");
        third.Send("""{"type":"MODIFIED","obj""");
        third.Send($$"""ect":{{Pod("a", 95, "Running")}}}""" + "\r\n\n");
        await PhasesAsync("a Running");
        _api.Requests.Count(request => request.Contains("limit=", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lists_anew_when_the_version_is_gone_and_marks_what_is_no_longer_there(bool asEvent)
    {
        _api.List = _ => PodList("10", "", Pod("a", 1, "Running"), Pod("b", 2, "Running"));
        await StartAsync();
        var watch = await _api.WatchAsync();
        await PhasesAsync("a Running, b Running");
        _api.List = _ => PodList("200", "", Pod("b", 150, "Failed"), Pod("c", 160, "Running"));

        if (asEvent)
        {
            watch.Event("ERROR", """{"kind":"Status","status":"Failure","reason":"Expired","message":"too old resource version: 10 (200)","code":410}""");
        }
        else
        {
            _api.Answer(410, """{"kind":"Status","status":"Failure","reason":"Expired","message":"too old","code":410}""");
            watch.End();
        }

        (await _api.WatchAsync()).Version.ShouldBe("200");
        await PhasesAsync("a Running deleted, b Failed, c Running");
    }

    [Fact]
    public async Task What_is_watched_belongs_to_the_tenant_of_the_setting()
    {
        _api.List = _ => PodList("10", "", Pod("a", 1, "Running"));
        await StartAsync(tenancy: new TenancyOptions { Header = "X-Scope-OrgID", Collectors = new Dictionary<string, Tenant> { ["kubernetes"] = new("ops") } });
        _server!.Native.DefaultRequestHeaders.Add("X-Scope-OrgID", "ops");
        await PhasesAsync("a Running");
        _server.Native.DefaultRequestHeaders.Clear();
        (await _server.Native.GetStringAsync("/api/kubernetes/objects")).ShouldContain("\"objects\":[]");
    }

    [Fact]
    public async Task What_went_while_nobody_watched_is_marked_after_a_restart_and_nothing_else_is()
    {
        _api.List = _ => PodList("10", "", Pod("a", 1, "Running"), Pod("b", 2, "Running"));
        await StartAsync();
        await _api.WatchAsync();
        await PhasesAsync("a Running, b Running");
        using (var file = new StringContent(Pod("imported", 3, "Running").Replace("{\"metadata\"", "{\"kind\":\"Pod\",\"metadata\"", StringComparison.Ordinal)))
        {
            (await _server!.Native.PostAsync("/api/kubernetes", file)).EnsureSuccessStatusCode().Dispose();
        }

        var before = TimeProvider.System.GetUtcNow();
        var store = await _server.StopAsync();
        _api.List = page => page.Length == 0 ? PodList("200", "more", Pod("c", 160, "Running")) : PodList("200", "", Pod("b", 2, "Running"));
        await StartAsync(store: store);

        (await _api.WatchAsync()).Version.ShouldBe("200");
        await PhasesAsync("a Running deleted, b Running, c Running, imported Running");
        using var objects = JsonDocument.Parse(await _server.Native.GetStringAsync("/api/kubernetes/objects?name=a"));
        objects.RootElement.GetProperty("objects")[0].GetProperty("time").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(before);
    }

    [Fact]
    public async Task Tries_again_after_every_kind_of_failure()
    {
        _api.Answer(500, "not json");
        _api.Answer(429, """{"kind":"Status","message":"slow down","code":429}""");
        _api.Answer(200, """{"kind":"PodList","met""");
        _api.Answer(403, """{"kind":"Status","message":"pods is forbidden","reason":"Forbidden","code":403}""");
        _api.List = _ => PodList("7", "", Pod("a", 1, "Running"));
        await StartAsync();

        var watch = await _api.WatchAsync();

        watch.Version.ShouldBe("7");
        watch.Send("this is no event\n");
        (await _api.WatchAsync()).Version.ShouldBe("7");
        await PhasesAsync("a Running");
        var metrics = await _server!.Native.GetStringAsync("/metrics");
        metrics.ShouldContain("""clew_kubernetes_watch_failures_total{kind="pods",reason="refused"} 2""");
        metrics.ShouldContain("""clew_kubernetes_watch_failures_total{kind="pods",reason="forbidden"} 1""");
        metrics.ShouldContain("""clew_kubernetes_watch_failures_total{kind="pods",reason="malformed"} 2""");
        metrics.ShouldContain("""clew_records_stored_total{source="kubernetes_watch",record="kubernetes_object"} 1""");
    }

    [Fact]
    public async Task An_event_that_is_too_long_is_left_out_and_the_watch_goes_on()
    {
        await StartAsync(o => o with { Watch = o.Watch with { LineBytes = 20_000 } });
        var watch = await _api.WatchAsync();
        watch.Event("ADDED", $$$$$$"""{"kind":"Pod","metadata":{"name":"huge","uid":"huge","labels":{"x":"{{{{{{new string('x', 60_000)}}}}}}"}}}""");
        watch.Event("ADDED", Pod("b", 4, "Running"));

        await PhasesAsync("b Running");
        (await _server!.Native.GetStringAsync("/metrics")).ShouldContain("""reason="a watch event that is too long (line_bytes)"} 1""");
    }

    [Fact]
    public async Task What_changes_while_it_is_watched_changed_when_it_was_seen()
    {
        var before = TimeProvider.System.GetUtcNow();
        await StartAsync(o => o with { Kinds = ["deployments"], Namespaces = [] });
        var watch = await _api.WatchAsync();
        _api.Requests[0].ShouldStartWith("/apis/apps/v1/deployments?");
        watch.Event("ADDED", Deployment(1, "cart:1"));
        watch.Event("MODIFIED", Deployment(2, "cart:2"));

        using var document = JsonDocument.Parse(await UntilAsync("/api/changes", changes => changes.Contains("\"from\":\"cart:1\"", StringComparison.Ordinal)));
        var change = document.RootElement.GetProperty("changes").EnumerateArray().Single(change => change.GetProperty("attributes").GetProperty("change").GetString() == "image");
        change.GetProperty("time").GetDateTimeOffset().ShouldBeGreaterThan(before);
        change.GetProperty("version").GetString().ShouldBe("2");
    }

    [Fact]
    public async Task The_token_is_read_anew_for_every_request()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "first\n");
            await StartAsync(o => o with { TokenFile = file });
            var watch = await _api.WatchAsync();
            await File.WriteAllTextAsync(file, "second\n");
            watch.End();
            await _api.WatchAsync();

            _api.Requests[0].ShouldEndWith(" Bearer first");
            _api.Requests[^1].ShouldEndWith(" Bearer second");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Everything_is_listed_and_stored_again_after_the_refresh_interval()
    {
        _api.List = _ => PodList("7", "", Pod("a", 1, "Running"));
        await StartAsync(o => o with { Refresh = TimeSpan.FromTicks(1) });
        var first = await _api.WatchAsync();
        first.End();
        await _api.WatchAsync();

        _api.Requests.Count(request => request.Contains("limit=", StringComparison.Ordinal)).ShouldBe(2);
        using var states = JsonDocument.Parse(await _server!.Native.GetStringAsync("/api/kubernetes/objects?states=all"));
        states.RootElement.GetProperty("objects").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Outside_of_a_cluster_the_server_runs_without_watching()
    {
        await StartAsync(o => o with { Api = new KubernetesApiAddress(null) });
        (await _server!.Native.GetStringAsync("/metrics")).ShouldContain("""clew_kubernetes_events_total{event="unreachable"} 1""");
    }

    private static string PodList(string version, string next, params string[] items) =>
        $$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"{{version}}","continue":"{{next}}"},"items":[{{string.Join(',', items)}}]}""";

    /// <summary>As in a list: without its kind.</summary>
    private static string Pod(string name, int version, string phase) =>
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"shop","uid":"{{{name}}}","resourceVersion":"{{{version}}}","creationTimestamp":"2026-08-21T08:00:00Z"},"status":{"phase":"{{{phase}}}"}}""";

    private static string Deployment(int version, string image) =>
        $$$$$$"""{"kind":"Deployment","metadata":{"name":"cart","uid":"d","resourceVersion":"{{{{{{version}}}}}}","creationTimestamp":"2026-08-21T08:00:00Z"},"spec":{"template":{"spec":{"containers":[{"name":"app","image":"{{{{{{image}}}}}}"}]}}}}""";

    private async Task StartAsync(Func<KubernetesOptions, KubernetesOptions>? change = null, TenancyOptions? tenancy = null, TemporaryStore? store = null)
    {
        var options = new KubernetesOptions
        {
            Api = new KubernetesApiAddress(_api.Url),
            Namespaces = ["shop"],
            Kinds = ["pods"],
            TokenFile = "/nowhere/token",
            CertificateFile = "/nowhere/ca.crt",
            Watch = new KubernetesWatchLimits { FirstBackoff = TimeSpan.FromMilliseconds(5), LongestBackoff = TimeSpan.FromMilliseconds(20) },
        };
        _server = await StoreServer.StartAsync(server => server with { Kubernetes = change?.Invoke(options) ?? options, Tenancy = tenancy ?? server.Tenancy }, store: store);
    }

    /// <summary>Waits until the server tells these pods.</summary>
    private async Task PhasesAsync(string expected) => await UntilAsync("/api/kubernetes/objects", text =>
    {
        using var answer = JsonDocument.Parse(text);
        return expected == string.Join(", ", answer.RootElement.GetProperty("objects").EnumerateArray().Select(o =>
            $"{o.GetProperty("name").GetString()} {o.GetProperty("phase").GetString()}{(o.GetProperty("deleted").GetBoolean() ? " deleted" : "")}"));
    });

    /// <summary>Asks until the answer is as it should be.</summary>
    private async Task<string> UntilAsync(string path, Func<string, bool> isRight)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await _server!.Native.GetStringAsync(path);
            if (isRight(answer))
            {
                return answer;
            }

            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TestServer.Patience, $"the server tells: {answer}");
            await Task.Delay(20);
        }
    }
}
