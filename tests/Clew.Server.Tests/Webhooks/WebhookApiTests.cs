using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Clew.Server.Alerts;
using Clew.Server.Changes;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Server.Webhooks;

namespace Clew.Server.Tests.Webhooks;

/// <summary>A whole server that webhooks are sent to: proofs, replays, limits, and what can be asked for afterwards.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class WebhookApiTests : IAsyncLifetime
{
    private const string Secret = "it's a Secret to Everybody";

    private readonly DirectoryInfo _secrets = Directory.CreateTempSubdirectory("clew-secrets-");
    private StoreServer _server = null!;

    public async Task InitializeAsync()
    {
        foreach (var source in new[] { "github", "gitlab", "argocd", "pagerduty", "alertmanager", "generic" })
        {
            await File.WriteAllTextAsync(Path.Combine(_secrets.FullName, source), Secret + "\n");
        }

        var mappings = Path.Combine(_secrets.FullName, "mappings.yaml");
        await File.WriteAllTextAsync(mappings, """
            flags:
              kind: flag
              id: $.id
              service: $.app
              summary: "{$.flag} {$.from} to {$.to}"
              time: $.at
              attributes: { flag: $.flag }
            """);
        _server = await StoreServer.StartAsync(o => o with { Webhooks = o.Webhooks with { Secrets = _secrets.FullName, Unsigned = ["grafana"], Mappings = mappings } });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _secrets.Delete(recursive: true);
    }

    public static TheoryData<string, string, string, string, HttpStatusCode> Proofs => new()
    {
        { "github", "X-Hub-Signature-256", "sha256=" + Hmac(Push), Push, HttpStatusCode.OK },
        { "github", "X-Hub-Signature-256", "sha256=" + Hmac(Push).ToUpperInvariant(), Push, HttpStatusCode.OK },
        { "github", "X-Hub-Signature-256", "sha256=" + Hmac(Push + " "), Push, HttpStatusCode.Unauthorized },
        { "github", "X-Hub-Signature-256", "sha256=" + Hmac(Push)[..62], Push, HttpStatusCode.Unauthorized },
        { "github", "X-Hub-Signature-256", "sha256=" + new string('g', 64), Push, HttpStatusCode.Unauthorized },
        { "github", "X-Hub-Signature-256", Hmac(Push), Push, HttpStatusCode.Unauthorized },
        { "github", "X-Hub-Signature", "sha1=7d38cdd689735b008b3c702edd92eea23791c5f6", Push, HttpStatusCode.Unauthorized },
        { "github", "Authorization", "Bearer " + Secret, Push, HttpStatusCode.Unauthorized },
        { "gitlab", "X-Gitlab-Token", Secret, GitLabPush, HttpStatusCode.OK },
        { "gitlab", "X-Gitlab-Token", Secret + "x", GitLabPush, HttpStatusCode.Unauthorized },
        { "gitlab", "X-Nothing", "x", GitLabPush, HttpStatusCode.Unauthorized },
        { "argocd", "Authorization", "Bearer " + Secret, Synced, HttpStatusCode.OK },
        { "argocd", "Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("argo:" + Secret)), Synced, HttpStatusCode.OK },
        { "argocd", "Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("argo:wrong")), Synced, HttpStatusCode.Unauthorized },
        { "argocd", "Authorization", "Basic ???", Synced, HttpStatusCode.Unauthorized },
        { "argocd", "Authorization", "Bearer", Synced, HttpStatusCode.Unauthorized },
        { "pagerduty", "X-PagerDuty-Signature", $"v1={Hmac("other")},v1={Hmac(Incident)}", Incident, HttpStatusCode.OK },
        { "pagerduty", "X-PagerDuty-Signature", $"v1={Hmac("other")}", Incident, HttpStatusCode.Unauthorized },
        { "pagerduty", "X-PagerDuty-Signature", $"v0={Hmac(Incident)}", Incident, HttpStatusCode.Unauthorized },
        { "alertmanager", "Authorization", "Bearer " + Secret, Alerts, HttpStatusCode.OK },
        { "alertmanager", "X-Nothing", "x", Alerts, HttpStatusCode.Unauthorized },
        { "grafana", "X-Nothing", "x", Alerts, HttpStatusCode.OK },
        { "opsgenie", "Authorization", "Bearer " + Secret, "{}", HttpStatusCode.Unauthorized },
        { "generic?mapping=flags", "X-Hub-Signature-256", "sha256=" + Hmac(Flag), Flag, HttpStatusCode.OK },
        { "generic?mapping=flags", "Authorization", "Bearer " + Secret, Flag, HttpStatusCode.OK },
        { "generic?mapping=flags", "X-Hub-Signature-256", "sha256=" + Hmac("other"), Flag, HttpStatusCode.Unauthorized },
        { "generic?mapping=none", "Authorization", "Bearer " + Secret, Flag, HttpStatusCode.BadRequest },
    };

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task Only_who_proves_to_know_the_secret_is_believed(string source, string header, string value, string body, HttpStatusCode expected)
    {
        using var response = await SendAsync(source, body, (header, value), ("X-GitHub-Event", "push"));

        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, text);
        if (expected != HttpStatusCode.OK)
        {
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            text.ShouldNotContain(Secret);
            (await _server.Native.GetStringAsync("/api/changes")).ShouldBe("""{"changes":[]}""");
            (await AlertsAsync("")).Alerts.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_source_without_a_secret_says_where_to_put_it()
    {
        using var response = await SendAsync("opsgenie", "{}");
        (await response.Content.ReadAsStringAsync()).ShouldContain("Put it into the file opsgenie in the folder webhooks.secrets");
        (await MetricsAsync()).ShouldContain("""clew_records_refused_requests_total{source="opsgenie",reason="no_secret"} 1""");
    }

    [Fact]
    public async Task A_delivery_that_is_sent_again_is_stored_once()
    {
        (await AcceptedAsync(await SendAsync("github", Push, Signed(Push), ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "72d3162e")))).ShouldBe(new WebhookAccepted(1, 0, 0, false, null));
        (await AcceptedAsync(await SendAsync("github", Push, Signed(Push), ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "72d3162e")))).ShouldBe(new WebhookAccepted(0, 0, 0, true, null));

        // The same commit in another delivery has the same id: it replaces itself.
        await AcceptedAsync(await SendAsync("github", Push, Signed(Push), ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "another")));

        var change = (await ChangesAsync()).ShouldHaveSingleItem();
        (change.Kind, change.Service, change.Author, change.Summary).ShouldBe(("commit", "cart", "ada", "Limit the pool"));
        change.Attributes["files"].ShouldBe("a.cs\nb.cs");
        var metrics = await MetricsAsync();
        metrics.ShouldContain("""clew_records_stored_total{source="github",record="change"} 2""");
        metrics.ShouldContain("""clew_records_dropped_total{source="github",reason="replayed"} 1""");
    }

    [Fact]
    public async Task Alerts_are_listed_from_firing_to_resolved()
    {
        await AcceptedAsync(await SendAsync("alertmanager", Alerts, ("Authorization", "Bearer " + Secret)));
        var firing = (await AlertsAsync("?status=firing&service=cart")).Alerts.ShouldHaveSingleItem();
        (firing.Name, firing.Severity, firing.Source, firing.Status, firing.EndsAt).ShouldBe(("HighErrorRate", "critical", "alertmanager", "firing", null));

        var resolved = Alerts.Replace("\"status\":\"firing\"", "\"status\":\"resolved\"", StringComparison.Ordinal).Replace("0001-01-01T00:00:00Z", "2026-08-21T09:30:00Z", StringComparison.Ordinal);
        await AcceptedAsync(await SendAsync("alertmanager", resolved, ("Authorization", "Bearer " + Secret)));

        var after = (await AlertsAsync("")).Alerts.ShouldHaveSingleItem();
        (after.Status, after.EndsAt.ShouldNotBeNull().ToString()).ShouldBe(("resolved", "2026-08-21T09:30:00.000000000Z"));
        (await AlertsAsync("?status=firing")).Alerts.ShouldBeEmpty();
        (await AlertsAsync("?start=2026-08-21T09:29:00Z&end=2026-08-21T10:00:00Z&source=alertmanager&severity=critical&name=HighErrorRate")).Alerts.ShouldHaveSingleItem();
        (await AlertsAsync("?start=2026-08-21T09:31:00Z")).Alerts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Alerts_can_be_told_in_the_words_of_the_API()
    {
        using var told = await PostAsync("/api/alerts", """[{"name":"Customers complain","service":"cart","severity":"high","startsAt":"2026-08-21T09:00:00Z"},{}]""");
        (await AcceptedAsync(told)).Alerts.ShouldBe(1);
        (await AlertsAsync("?source=api")).Alerts.ShouldHaveSingleItem().Service.ShouldBe("cart");

        using var nothing = await PostAsync("/api/alerts", "[]");
        nothing.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var broken = await PostAsync("/api/alerts", "[");
        broken.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var wrong = await _server.Native.GetAsync("/api/alerts?status=odd");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task GitHub_may_send_a_form_whose_bytes_are_what_is_signed()
    {
        var form = "payload=" + WebUtility.UrlEncode(Push).Replace("+", "%20", StringComparison.Ordinal) + "&x=1";
        using var believed = await SendFormAsync(form, Hmac(form));
        using var other = await SendFormAsync(form, Hmac(Push));
        using var nothing = await SendFormAsync("payload=", Hmac("payload="));

        believed.StatusCode.ShouldBe(HttpStatusCode.OK, await believed.Content.ReadAsStringAsync());
        other.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        nothing.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ChangesAsync()).ShouldHaveSingleItem().Summary.ShouldBe("Limit the pool");
    }

    [Fact]
    public async Task The_ping_of_a_new_webhook_is_answered_and_stores_nothing()
    {
        const string Ping = """{"zen":"Keep it logically awesome.","hook_id":1,"hook":{"type":"Organization","events":["push"]},"organization":{"login":"shop"}}""";
        (await AcceptedAsync(await SendAsync("github", Ping, Signed(Ping), ("X-GitHub-Event", "ping")))).ShouldBe(new WebhookAccepted(0, 0, 0, false, null));
        (await ChangesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Grafana_may_sign_the_body_or_the_time_and_the_body()
    {
        await File.WriteAllTextAsync(Path.Combine(_secrets.FullName, "grafana"), Secret);
        const string Signature = "X-Grafana-Alerting-Signature";
        const string Time = "X-Grafana-Alerting-Signature-Timestamp";

        await AcceptedAsync(await SendAsync("grafana", Alerts, (Signature, Hmac(Alerts))));
        await AcceptedAsync(await SendAsync("grafana", Alerts, (Signature, Hmac("1787306400:" + Alerts)), (Time, "1787306400")));
        await AcceptedAsync(await SendAsync("grafana", Alerts, ("Authorization", "Bearer " + Secret)));
        using var otherTime = await SendAsync("grafana", Alerts, (Signature, Hmac("1787306400:" + Alerts)), (Time, "1787306401"));
        using var tokenBesideWrong = await SendAsync("grafana", Alerts, (Signature, Hmac("other")), ("Authorization", "Bearer " + Secret));
        using var nothing = await SendAsync("grafana", Alerts);

        new[] { otherTime.StatusCode, tokenBesideWrong.StatusCode, nothing.StatusCode }.ShouldAllBe(status => status == HttpStatusCode.Unauthorized);
        (await AlertsAsync("?source=grafana")).Alerts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Mapped_deliveries_become_changes()
    {
        await AcceptedAsync(await SendAsync("generic?mapping=flags", Flag, ("Authorization", "Bearer " + Secret), ("Idempotency-Key", "1")));
        (await AcceptedAsync(await SendAsync("generic?mapping=flags", Flag, ("Authorization", "Bearer " + Secret), ("Idempotency-Key", "1")))).Replayed.ShouldBeTrue();

        var change = (await ChangesAsync()).ShouldHaveSingleItem();
        (change.Kind, change.Service, change.Summary, change.Attributes["source"]).ShouldBe(("flag", "cart", "pool_v2 off to on", "flags"));
    }

    [Fact]
    public async Task Bodies_that_are_no_JSON_or_too_large_are_refused_after_the_proof()
    {
        using var broken = await SendAsync("github", "payload=%7B%7D", Signed("payload=%7B%7D"), ("X-GitHub-Event", "push"));
        broken.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await broken.Content.ReadAsStringAsync()).ShouldContain("application/json");

        var large = new string(' ', (25 << 20) + 1);
        using var refused = await SendAsync("github", large, Signed(large), ("X-GitHub-Event", "push"));
        refused.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("webhook_bytes");
        (await MetricsAsync()).ShouldContain("""clew_records_refused_requests_total{source="github",reason="too_large"} 1""");
    }

    [Fact]
    public async Task Changes_keep_their_diff_and_are_counted()
    {
        using var response = await PostAsync("/api/changes", $$"""{"kind":"deploy","service":"cart","title":"v2","diff":"{{new string('d', 70_000)}}"}""");
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var diff = (await ChangesAsync()).ShouldHaveSingleItem().Attributes["diff"];
        diff.Length.ShouldBe(64 << 10);
        diff.ShouldEndWith("…");
        (await MetricsAsync()).ShouldContain("""clew_records_stored_total{source="api",record="change"} 1""");
    }

    private const string Push =
        """{"ref":"refs/heads/main","repository":{"name":"cart","full_name":"shop/cart"},"commits":[{"id":"1481a2de7b2a7d02428ad93446ab166be7793fbb","message":"Limit the pool\n\nTo ten.","timestamp":"2026-08-21T09:00:00Z","author":{"username":"ada"},"added":["b.cs"],"modified":["a.cs"]}]}""";

    private const string GitLabPush = """{"object_kind":"push","project":{"name":"cart"},"commits":[{"id":"b6568db","title":"Update","timestamp":"2026-08-21T09:00:00Z"}]}""";

    private const string Synced = """{"app":"cart","revision":"3b1f2d8","phase":"Succeeded","finishedAt":"2026-08-21T09:00:00Z"}""";

    private const string Incident =
        """{"event":{"id":"5ac64822","event_type":"incident.triggered","occurred_at":"2026-08-21T09:00:00Z","data":{"id":"PGR0VU2","type":"incident","title":"Cart is down","created_at":"2026-08-21T09:00:00Z"}}}""";

    private const string Alerts =
        """{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"HighErrorRate","service":"cart","severity":"critical"},"startsAt":"2026-08-21T09:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"c5a4"}]}""";

    private const string Flag = """{"id":"f-1","app":"cart","flag":"pool_v2","from":"off","to":"on","at":"2026-08-21T09:00:00Z"}""";

    private static (string, string) Signed(string body) => ("X-Hub-Signature-256", "sha256=" + Hmac(body));

    private static string Hmac(string body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)));

    private Task<HttpResponseMessage> SendAsync(string source, string body, params (string Name, string Value)[] headers) => PostAsync("/api/webhooks/" + source, body, headers);

    private async Task<HttpResponseMessage> SendFormAsync(string form, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/github") { Content = new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded")) };
        request.Headers.Add("X-GitHub-Event", "push");
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + signature);
        return await _server.Native.SendAsync(request);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await _server.Native.SendAsync(request);
    }

    private static async Task<WebhookAccepted> AcceptedAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
            return JsonSerializer.Deserialize(text, WebhookJson.Default.WebhookAccepted)!;
        }
    }

    private async Task<IReadOnlyList<ChangeEntry>> ChangesAsync() =>
        JsonSerializer.Deserialize(await _server.Native.GetStringAsync("/api/changes"), ChangeJson.Default.ChangeList)!.Changes;

    private async Task<AlertList> AlertsAsync(string query) => JsonSerializer.Deserialize(await _server.Native.GetStringAsync("/api/alerts" + query), AlertJson.Default.AlertList)!;

    private Task<string> MetricsAsync() => _server.Native.GetStringAsync("/metrics");
}
