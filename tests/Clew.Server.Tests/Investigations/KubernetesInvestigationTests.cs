using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Analysis.Reports;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Investigations;

/// <summary>What kubectl prints, read in beside traces, becomes the cause: from bytes to a report with commands.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class KubernetesInvestigationTests
{
    private static readonly DateTimeOffset Start = SpanBatchBuilder.Start.ToDateTimeOffset();

    private static readonly DateTimeOffset Trouble = Start + TimeSpan.FromMinutes(15);

    private static readonly DateTimeOffset End = Start + TimeSpan.FromMinutes(20);

    [Fact]
    public async Task A_pod_that_ends_again_and_again_is_the_cause_of_what_its_callers_suffer()
    {
        await using var server = await StoreServer.StartAsync(time: new StandingClock(End));
        var builder = new SpanBatchBuilder();
        var pod = builder.Resource("pay", ("k8s.pod.name", "pay-1"));
        for (var second = 0; second < 1_200; second += 5)
        {
            var at = second * 1_000.0;
            var fails = second >= 900;
            builder.Span(second + 1, 1, service: "web", name: "GET /", startMs: at, durationMs: 60 + (second % 7), kind: SpanKind.Server, status: fails ? SpanStatus.Error : SpanStatus.Unset);
            builder.Span(second + 1, 2, parent: 1, service: "web", name: "POST", startMs: at + 5, durationMs: 50, kind: SpanKind.Client, status: fails ? SpanStatus.Error : SpanStatus.Unset,
                attributes: fails ? [("server.address", "pay"), ("error.type", "ECONNREFUSED")] : [("server.address", "pay")]);
            if (!fails)
            {
                builder.Span(second + 1, 3, parent: 2, service: "pay", name: "POST /charges", startMs: at + 10, durationMs: 40, kind: SpanKind.Server, resource: pod);
            }
        }

        await server.Writer.WriteAsync(builder.Batch, CancellationToken.None);
        await PostAsync(server, "/api/kubernetes", Pod(1, """{"running": {"startedAt": "2026-01-01T00:00:00Z"}}""", 0, Start.AddHours(-2)));
        await PostAsync(server, "/api/kubernetes", Pod(2, """{"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s restarting failed container"}}""", 4, Trouble.AddSeconds(2)));

        var question = $$"""{"start": "{{Trouble:O}}", "end": "{{End:O}}"}""";
        var report = JsonSerializer.Deserialize(await PostAsync(server, "/api/investigations", question), ReportJson.Default.InvestigationReport)!;

        report.Causes[0].Service.ShouldBe("pay");
        report.Causes[0].Kind.ShouldBe(CauseKind.CrashLoop);
        report.Causes[0].Evidence[0].Statement.ShouldContain("exit code 139");
        report.NextSteps.Select(s => s.Command).ShouldContain("kubectl -n shop logs pay-1 -c app --previous");
        report.Rejected.ShouldContain(r => r.Service == "web" && r.Reason == "explained-by-deeper");
    }

    private static string Pod(int version, string state, int restarts, DateTimeOffset changed) => $$"""
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "pay-1", "namespace": "shop", "uid": "6f1c", "resourceVersion": "{{version}}", "creationTimestamp": "{{Start.AddHours(-2):O}}",
            "ownerReferences": [{"kind": "ReplicaSet", "name": "pay-5d9c7f6b8", "uid": "6f1b", "controller": true}]},
         "spec": {"nodeName": "node-1", "containers": [{"name": "app", "image": "registry.example/pay:1"}]},
         "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "{{(restarts == 0 ? "True" : "False")}}", "lastTransitionTime": "{{changed:O}}"}],
            "containerStatuses": [{"name": "app", "ready": {{(restarts == 0 ? "true" : "false")}}, "restartCount": {{restarts}}, "image": "registry.example/pay:1", "imageID": "x",
                "state": {{state}}, "lastState": {{(restarts == 0 ? "{}" : Ended(changed))}} } ] } }
        """;

    private static string Ended(DateTimeOffset at) => $$"""{"terminated": {"exitCode": 139, "reason": "Error", "finishedAt": "{{at:O}}"} }""";

    private static async Task<string> PostAsync(StoreServer server, string path, string json)
    {
        using var response = await server.Native.PostAsync(new Uri(path, UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"));
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBeInRange((int)HttpStatusCode.OK, (int)HttpStatusCode.Accepted, body);
        return body;
    }
}
