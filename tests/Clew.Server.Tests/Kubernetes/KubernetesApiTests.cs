using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Clew.Server.Changes;
using Clew.Server.Kubernetes;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Kubernetes;

/// <summary>A whole server that is sent what kubectl prints.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class KubernetesApiTests : IAsyncLifetime
{
    private StoreServer _server = null!;

    public async Task InitializeAsync() => _server = await StoreServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Two_states_of_a_deployment_become_a_change_of_the_service_that_its_telemetry_names()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, service: "cart-service", resource: builder.Resource("cart-service", ("k8s.pod.name", "cart-7d9f8c6b5-x2k4q")));
        await _server.Writer.WriteAsync(builder.Batch, CancellationToken.None);

        (await SendAsync(List(Deployment(1, 10, "shop/cart:1.0"), ReplicaSet, Pod))).ShouldBe(new KubernetesAccepted(3, 0, 0, 2, 0, null));
        (await SendAsync(List(Deployment(1, 10, "shop/cart:1.0"), ReplicaSet, Pod))).ShouldBe(new KubernetesAccepted(0, 3, 0, 0, 0, null));
        (await SendAsync(List(Deployment(2, 20, "shop/cart:1.1"), ReplicaSet, Pod))).ShouldBe(new KubernetesAccepted(1, 2, 0, 1, 0, null));

        var deploy = (await ChangesAsync()).Single(change => change.Attributes.GetValueOrDefault("change") == "image");
        (deploy.Kind, deploy.Service, deploy.Version, deploy.Author).ShouldBe(("deploy", "cart-service", "1.1", "helm"));
        (deploy.Attributes["from"], deploy.Attributes["to"]).ShouldBe(("shop/cart:1.0", "shop/cart:1.1"));
        deploy.Time.ToString().ShouldStartWith("2026-08-21T09:20:00");

        var pod = (await ObjectsAsync("?kind=po&namespace=shop")).Objects.ShouldHaveSingleItem();
        (pod.Workload, pod.WorkloadKind, pod.Service, pod.Node, pod.Phase).ShouldBe(("cart", "Deployment", "cart", "node-a", "Running"));
        pod.TelemetryServices.ShouldBe(["cart-service"]);
        var states = await ObjectsAsync("?kind=deploy&states=all");
        states.Objects.Select(state => state.Fields["container.app.image"]).ShouldBe(["shop/cart:1.1", "shop/cart:1.0"]);
        var then = await ObjectsAsync("?kind=Deployment&end=2026-08-21T09:15:00Z");
        then.Objects.ShouldHaveSingleItem().Fields["container.app.image"].ShouldBe("shop/cart:1.0");
    }

    [Fact]
    public async Task States_may_come_in_any_order()
    {
        await SendAsync(Deployment(3, 30, "cart:3"));
        await SendAsync(Deployment(1, 10, "cart:1"));
        await SendAsync(List(Deployment(2, 20, "cart:2"), Deployment(1, 10, "cart:1")));

        var images = (await ChangesAsync()).Where(change => change.Attributes["change"] == "image").Select(change => $"{change.Attributes["from"]} {change.Attributes["to"]}");
        images.ShouldBe(["cart:1 cart:2"]);
        var states = await ObjectsAsync("?states=all");
        states.Objects.Select(state => state.Fields["container.app.image"]).ShouldBe(["cart:3", "cart:2", "cart:1"]);
        (await ObjectsAsync("")).Objects.ShouldHaveSingleItem().Fields["container.app.image"].ShouldBe("cart:3");
    }

    [Fact]
    public async Task A_config_map_is_a_change_of_every_service_that_uses_it()
    {
        await SendAsync(List(
            """{"kind":"Deployment","metadata":{"name":"cart","namespace":"shop","uid":"d1","resourceVersion":"1"},"spec":{"template":{"spec":{"containers":[{"name":"a","envFrom":[{"configMapRef":{"name":"flags"}}]}]}}}}""",
            """{"kind":"Deployment","metadata":{"name":"web","namespace":"shop","uid":"d2","resourceVersion":"2"},"spec":{"template":{"spec":{"volumes":[{"name":"v","configMap":{"name":"flags"}}]}}}}""",
            """{"kind":"Deployment","metadata":{"name":"other","namespace":"elsewhere","uid":"d3","resourceVersion":"3"},"spec":{"template":{"spec":{"volumes":[{"name":"v","configMap":{"name":"flags"}}]}}}}""",
            """{"kind":"ConfigMap","metadata":{"name":"flags","namespace":"shop","uid":"c1","resourceVersion":"4"},"data":{"rollout":"10"}}"""));
        await SendAsync("""{"kind":"ConfigMap","metadata":{"name":"flags","namespace":"shop","uid":"c1","resourceVersion":"5"},"data":{"rollout":"100"}}""");

        var changes = (await ChangesAsync()).Where(change => change.Attributes["change"] == "data").ToList();
        changes.Select(change => change.Service).ShouldBe(["cart", "web"], ignoreOrder: true);
        changes.ShouldAllBe(change => change.Attributes["used_by"] == "Deployment/cart,Deployment/web" && change.Kind == "config");
    }

    [Fact]
    public async Task Events_are_linked_to_the_workload_of_their_object()
    {
        await SendAsync(List(Deployment(1, 10, "cart:1"), ReplicaSet, Pod));
        var accepted = await SendAsync(List(
            Event("e1", "BackOff", "Pod", "cart-7d9f8c6b5-x2k4q", "pod-1"), Event("e2", "Killing", "Pod", "web-6c8d9f7b5d-zzzzz", "unknown"), """{"kind":"Event","metadata":{"name":"bad"}}"""));
        accepted.Events.ShouldBe(2);
        accepted.Rejected.ShouldBe(1);
        accepted.Problems.ShouldBe(["an event without a reason or without its object (1)"]);

        var events = await GetAsync("/api/kubernetes/events?type=warning", KubernetesJson.Default.KubernetesEventList);
        events.Events.Select(happened => $"{happened.Reason} {happened.Workload} {happened.Service} {happened.Node}").ShouldBe(["BackOff cart cart node-a", "Killing web web "], ignoreOrder: true);
        (await GetAsync("/api/kubernetes/events?reason=BackOff&service=cart&kind=pods&text=RESTARTING", KubernetesJson.Default.KubernetesEventList)).Events.ShouldHaveSingleItem();
        (await GetAsync("/api/kubernetes/events?text=nothing", KubernetesJson.Default.KubernetesEventList)).Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pod_of_a_job_belongs_to_the_cron_job_that_made_it()
    {
        await SendAsync(List(
            """{"kind":"Pod","metadata":{"name":"report-29123456-abc","uid":"p","resourceVersion":"3","ownerReferences":[{"kind":"Job","name":"report-29123456","uid":"j","controller":true}]}}""",
            """{"kind":"Job","metadata":{"name":"report-29123456","uid":"j","resourceVersion":"2","ownerReferences":[{"kind":"CronJob","name":"report","uid":"c","controller":true}]}}"""));

        (await ObjectsAsync("?workload=report&kind=Pod")).Objects.ShouldHaveSingleItem().WorkloadKind.ShouldBe("CronJob");
    }

    [Fact]
    public async Task What_is_packed_is_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Deployment(1, 10, "cart:1")));
        }

        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await _server.Native.PostAsync("/api/kubernetes", content);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task YAML_is_read_as_JSON_is()
    {
        using var content = new StringContent("apiVersion: v1\nkind: Node\nmetadata:\n  name: node-a\n  uid: n\n  resourceVersion: \"7\"\nstatus:\n  conditions:\n  - {type: Ready, status: \"True\"}\n");
        using var response = await _server.Native.PostAsync("/api/kubernetes", content);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        (await _server.Native.GetStringAsync("/api/kubernetes/objects")).ShouldContain("\"phase\":\"Ready\"");
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: [", 400, "urn:clew:problem:malformed", "kubectl get -o yaml")]
    [InlineData("""{"kind":"Pod" """, 400, "urn:clew:problem:malformed", "kubectl get -o json")]
    [InlineData("""{"kind":"Status","code":403,"reason":"Forbidden","message":"pods is forbidden"}""", 400, "urn:clew:problem:malformed", "403 Forbidden: pods is forbidden")]
    public async Task What_cannot_be_read_is_refused_with_a_problem(string body, int status, string type, string says)
    {
        using var response = await PostAsync(body);
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("type").GetString().ShouldBe(type);
        problem.RootElement.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(says);
    }

    [Theory]
    [InlineData("?kid=pods", "kid")]
    [InlineData("?limit=100000", "limit")]
    [InlineData("?states=some", "states")]
    public async Task Wrong_parameters_are_named(string query, string parameter)
    {
        using var response = await _server.Native.GetAsync("/api/kubernetes/objects" + query);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain($"\"parameter\":\"{parameter}\"");
    }

    [Fact]
    public async Task Metrics_count_by_source()
    {
        await SendAsync(List(Deployment(1, 10, "cart:1"), """{"kind":"Pod"}"""));
        await SendAsync(Deployment(1, 10, "cart:1"));
        (await PostAsync("{")).Dispose();

        var metrics = await _server.Native.GetStringAsync("/metrics");
        metrics.ShouldContain("""clew_records_stored_total{source="kubernetes_api",record="kubernetes_object"} 1""");
        metrics.ShouldContain("""clew_records_stored_total{source="kubernetes_api",record="change"} 1""");
        metrics.ShouldContain("""clew_records_dropped_total{source="kubernetes_api",reason="unchanged"} 1""");
        metrics.ShouldContain("""clew_records_dropped_total{source="kubernetes_api",reason="no kind or no metadata.name"} 1""");
        metrics.ShouldContain("""clew_records_refused_requests_total{source="kubernetes_api",reason="malformed"} 1""");
    }

    [Fact]
    public async Task Secrets_are_nowhere_in_the_data_directory()
    {
        const string Secret = "hunter2S3CR3Tvalue";
        var hidden = Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret));
        await SendAsync(List(
            $$$$$$"""{"kind":"Secret","metadata":{"name":"keys","namespace":"shop","uid":"s","resourceVersion":"1","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{{{{{{Secret}}}}}}"}},"data":{"api-key":"{{{{{{hidden}}}}}}"},"stringData":{"plain":"{{{{{{Secret}}}}}}"}}""",
            $$$$$$"""{"kind":"ConfigMap","metadata":{"name":"conf","uid":"c","resourceVersion":"2"},"data":{"dsn":"{{{{{{Secret}}}}}}"},"binaryData":{"b":"{{{{{{hidden}}}}}}"}}""",
            $$$$$$"""{"kind":"Pod","metadata":{"name":"p","uid":"p","resourceVersion":"3"},"spec":{"containers":[{"name":"a","command":["{{{{{{Secret}}}}}}"],"args":["--token={{{{{{Secret}}}}}}"],"env":[{"name":"TOKEN","value":"{{{{{{Secret}}}}}}"}],"livenessProbe":{"exec":{"command":["{{{{{{Secret}}}}}}"]},"httpGet":{"path":"/?t={{{{{{Secret}}}}}}","httpHeaders":[{"name":"X","value":"{{{{{{Secret}}}}}}"}]}}}]}}""",
            $$$"""{"kind":"Widget","metadata":{"name":"w","uid":"w","resourceVersion":"4"},"spec":{"password":"{{{Secret}}}"},"data":"{{{Secret}}}"}"""));

        (await ObjectsAsync("?kind=secrets")).Objects.ShouldHaveSingleItem().Fields["keys"].ShouldBe("api-key,plain");
        var files = Directory.GetFiles(_server.Folder.FullName, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not ("clew.lock" or "status")).ToList(); // these two are locked while the store is open
        files.Count.ShouldBeGreaterThan(5);

        // Blocks on disk are compressed: what the store would answer is looked through as well.
        foreach (var file in files)
        {
            using var content = new MemoryStream();
            await using (var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                await open.CopyToAsync(content);
            }

            var bytes = content.ToArray();
            bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)).ShouldBe(-1, file);
            bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(hidden)).ShouldBe(-1, file);
        }

        var everything = await _server.Native.GetStringAsync("/api/kubernetes/objects?states=all") + await _server.Native.GetStringAsync("/api/changes");
        everything.ShouldContain("\"keys\"");
        everything.ShouldNotContain(Secret);
        everything.ShouldNotContain(hidden);
    }

    private const string ReplicaSet =
        """{"kind":"ReplicaSet","metadata":{"name":"cart-7d9f8c6b5","namespace":"shop","uid":"rs-1","resourceVersion":"5","creationTimestamp":"2026-08-21T09:00:00Z","ownerReferences":[{"kind":"Deployment","name":"cart","uid":"d-1","controller":true}]},"spec":{"replicas":1}}""";

    private const string Pod =
        """{"kind":"Pod","metadata":{"name":"cart-7d9f8c6b5-x2k4q","namespace":"shop","uid":"pod-1","resourceVersion":"6","labels":{"app":"cart","pod-template-hash":"7d9f8c6b5"},"ownerReferences":[{"kind":"ReplicaSet","name":"cart-7d9f8c6b5","uid":"rs-1","controller":true}]},"spec":{"nodeName":"node-a"},"status":{"phase":"Running","startTime":"2026-08-21T09:00:01Z"}}""";

    private static string Deployment(int generation, int minute, string image) =>
        $$$$$$"""{"kind":"Deployment","metadata":{"name":"cart","namespace":"shop","uid":"d-1","resourceVersion":"{{{{{{generation * 100}}}}}}","generation":{{{{{{generation}}}}}},"creationTimestamp":"2026-08-21T08:00:00Z","labels":{"app":"cart"},"managedFields":[{"manager":"helm","time":"2026-08-21T09:{{{{{{minute}}}}}}:00Z"}]},"spec":{"replicas":1,"template":{"spec":{"containers":[{"name":"app","image":"{{{{{{image}}}}}}"}]}}}}""";

    private static string Event(string uid, string reason, string kind, string name, string objectUid) =>
        $$$"""{"kind":"Event","metadata":{"name":"{{{uid}}}","namespace":"shop","uid":"{{{uid}}}"},"type":"Warning","reason":"{{{reason}}}","message":"restarting it","lastTimestamp":"2026-08-21T09:30:00Z","involvedObject":{"kind":"{{{kind}}}","namespace":"shop","name":"{{{name}}}","uid":"{{{objectUid}}}"}}""";

    private static string List(params string[] items) => $$"""{"apiVersion":"v1","kind":"List","items":[{{string.Join(',', items)}}]}""";

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        return await _server.Native.PostAsync("/api/kubernetes", content);
    }

    private async Task<KubernetesAccepted> SendAsync(string body)
    {
        using var response = await PostAsync(body);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonSerializer.Deserialize(text, KubernetesJson.Default.KubernetesAccepted)!;
    }

    private Task<KubernetesObjectList> ObjectsAsync(string query) => GetAsync("/api/kubernetes/objects" + query, KubernetesJson.Default.KubernetesObjectList);

    private async Task<IReadOnlyList<ChangeEntry>> ChangesAsync() => (await GetAsync("/api/changes", ChangeJson.Default.ChangeList)).Changes;

    private async Task<T> GetAsync<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var response = await _server.Native.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, type)!;
    }
}
