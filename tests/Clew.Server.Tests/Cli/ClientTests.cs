using System.CommandLine;
using System.Text.Json;
using Clew.Cli;
using Clew.Server.Tests.Support;
using Clew.Tests;

namespace Clew.Server.Tests.Cli;

/// <summary>The commands of the client against a whole server: real process, real engine, real HTTP.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ClientTests : IAsyncLifetime
{
    private const string Trace = "5b8efff798038103d269b633813fc60c";

    private readonly string _folder = Directory.CreateTempSubdirectory("clew-client-").FullName;
    private ClewProcess? _server;

    public async Task InitializeAsync() => _server = await ClewProcess.ServeOnFreePortsAsync(Path.Combine(_folder, "data"));

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_imported_can_be_asked_for_by_every_command()
    {
        // Old on purpose: times are kept as they are.
        var file = Path.Combine(_folder, "telemetry.jsonl");
        await File.WriteAllLinesAsync(file, [Spans, Logs, Metrics, "not json"]);

        var (code, output, errors) = await RunAsync("import", file);
        code.ShouldBe(ExitCode.Partial, errors);
        errors.ShouldContain($"{file}:4: not JSON");
        output.ShouldContain("Imported in part: 5 records");
        output.ShouldContain("2020-05-06 07:08:09.000Z");

        (code, output, _) = await RunAsync("import", "--json", "--quiet", file);
        code.ShouldBe(ExitCode.Partial);
        using (var summary = JsonDocument.Parse(output))
        {
            summary.RootElement.GetProperty("outcome").GetString().ShouldBe("some-refused");
            summary.RootElement.GetProperty("badLines").GetInt32().ShouldBe(1);
            summary.RootElement.GetProperty("startTime").GetString().ShouldBe("2020-05-06T07:08:09.000000000Z");
        }

        (await AskAsync("services")).ShouldContain("payments");
        var story = await AskAsync("correlate", "--at", "2020-05-06T07:08:09Z", "--within", "10s", "--verbose");
        story.ShouldContain("charge failed");
        (await AskAsync("correlate", Trace, "--as-trace")).ShouldContain("Inferred from log lines");
        var policies = Path.Combine(_folder, "policies.yaml");
        await File.WriteAllTextAsync(policies, "- {name: slow, type: latency, latency: {threshold_ms: 60000}}");
        (await AskAsync("sampling", "check", policies)).ShouldContain("1 policy: slow (latency)");
        (await AskAsync("sampling", "simulate", "--policy", policies)).ShouldContain("(errors are kept)");
        (await AskAsync("services", "payments")).ShouldContain("POST /charge");
        (await AskAsync("traces", "--errors", "--service", "payments")).ShouldContain(Trace);
        (await AskAsync("traces", "--attr", "order.id=42", "--start", "2020-05-06", "--end", "2020-05-07")).ShouldContain(Trace);
        (await AskAsync("traces", "--min-duration", "1h")).ShouldContain("No trace fulfils");
        var waterfall = await AskAsync("trace", Trace.ToUpperInvariant(), "--logs");
        waterfall.ShouldContain("payments POST /charge ✗");
        waterfall.ShouldContain("card service is away");
        waterfall.ShouldContain("ERROR charge failed");
        (await AskAsync("logs", "--severity", "error", "--text", "FAILED")).ShouldContain("charge failed");
        (await AskAsync("deps", "--start", "2020-05-06", "--end", "2020-05-07")).ShouldContain("gateway");
        (await AskAsync("deps", "--dot", "--start", "2020-05-06", "--end", "2020-05-07")).ShouldContain("\"gateway\" -> \"payments\"");
        (await AskAsync("query", "logql", "{service_name=\"payments\"} |= \"charge\"", "--start", "2020-05-06", "--end", "2020-05-07")).ShouldContain("charge failed");
        (await AskAsync("query", "logql", "{service_name=\"nobody\"}", "--start", "2020-05-06", "--end", "2020-05-07")).ShouldContain("No line matches");
        (await AskAsync("query", "logql", "sum(count_over_time({service_name=\"payments\"} |= \"charge failed\" [1h])) * 7", "--end", "2020-05-06T08:00:00Z")).Trim().ShouldBe("14");
        (await AskAsync("query", "logql", "sum by (service_name) (count_over_time({service_name=\"payments\"}[1h]))", "--start", "2020-05-06T07:00:00Z", "--end", "2020-05-06T09:00:00Z")).ShouldContain("{service_name=\"payments\"}");
        foreach (var line in new[] { "services --json", "traces --json", $"trace {Trace} --json", "logs --json", "deps --json", "change list --json" })
        {
            using var json = JsonDocument.Parse(await AskAsync(line.Split(' ')));
            json.RootElement.ValueKind.ShouldBe(JsonValueKind.Object, line);
        }
    }

    [Fact]
    public async Task Changes_are_recorded_and_listed()
    {
        var id = (await AskAsync("change", "add", "payments 4.2", "--kind", "deploy", "--service", "payments", "--time", "-10m", "--attr", "pipeline=7")).Trim();
        id.ShouldNotBeEmpty();

        var list = await AskAsync("change", "list", "--since", "1h");
        list.ShouldContain("payments 4.2");
        (await AskAsync("change", "list", "--since", "5m")).ShouldContain("No change was recorded");
        (await AskAsync("change", "list", "--json")).ShouldContain("\"pipeline\":\"7\"");
    }

    [Fact]
    public async Task Clusters_changes_and_alerts_are_imported_beside_telemetry_and_listed()
    {
        var file = Path.Combine(_folder, "mixed.jsonl");
        await File.WriteAllLinesAsync(file, [
            Spans,
            """{"time":"2026-08-21T09:00:00Z","kind":"flag","service":"payments","id":"pool_v2","title":"pool_v2 off to on","attributes":{"case":"7"}}""",
            """{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"payments-7d9f8c6b5-x2k4q","namespace":"shop","uid":"p","resourceVersion":"7","creationTimestamp":"2026-08-21T09:00:00Z","labels":{"pod-template-hash":"7d9f8c6b5"},"ownerReferences":[{"kind":"ReplicaSet","name":"payments-7d9f8c6b5","uid":"r","controller":true}]},"status":{"phase":"Running","containerStatuses":[{"name":"app","restartCount":3,"lastState":{"terminated":{"reason":"OOMKilled"}}}]}}}""",
            "{",
            "    \"apiVersion\": \"v1\", \"kind\": \"EventList\", \"items\": [",
            """        {"metadata":{"name":"e","uid":"e"},"type":"Warning","reason":"BackOff","message":"Back-off restarting","lastTimestamp":"2026-08-21T09:30:00Z","involvedObject":{"kind":"Pod","namespace":"shop","name":"payments-7d9f8c6b5-x2k4q","uid":"p"}}""",
            "    ]",
            "}",
            """{"name":"PaymentsDown","service":"payments","severity":"critical","startsAt":"2026-08-21T09:31:00Z","source":"support"}""",
        ]);

        var (code, output, errors) = await RunAsync("import", file, "--json", "--quiet");
        code.ShouldBe(ExitCode.Success, errors);
        using (var summary = JsonDocument.Parse(output))
        {
            foreach (var (name, count) in new[] { ("spans", 3), ("objects", 2), ("changes", 1), ("alerts", 1), ("badLines", 0) })
            {
                summary.RootElement.GetProperty(name).GetInt32().ShouldBe(count, name);
            }
        }

        (await AskAsync("change", "list", "--start", "2026-08-21", "--end", "2026-08-22")).ShouldContain("pool_v2 off to on");
        (await AskAsync("k8s", "objects", "pods", "--namespace", "shop")).ShouldContain("3 restarts (OOMKilled)");
        (await AskAsync("kubernetes", "events", "--warnings", "--workload", "payments")).ShouldContain("Back-off restarting");
        (await AskAsync("kubernetes", "objects", "nodes")).ShouldContain("No such object is known");
        (await AskAsync("alerts", "--firing", "--service", "payments")).ShouldContain("PaymentsDown");
    }

    [Fact]
    public async Task Lists_of_any_shape_are_imported_by_a_mapping()
    {
        var file = Path.Combine(_folder, "pages.json");
        await File.WriteAllTextAsync(file, """[{"note":"5xx","alert":{"service":"web","fired_at":"2026-08-21T09:00:00Z","monitor":"web-5xx"}},{"note":"odd"}]""");

        var (code, output, _) = await RunAsync(
            "change", "import", file, "--alerts", "--map", "each=$[*]", "--map", "name=$.alert.monitor", "--map", "service=$.alert.service", "--map", "startsAt=$.alert.fired_at", "--map", "summary=$.note");
        code.ShouldBe(ExitCode.Partial);
        output.ShouldContain("Recorded 1 alert");
        output.ShouldContain("1 element left out: an alert without a name");
        (await AskAsync("alerts", "--service", "web")).ShouldContain("web-5xx");

        var changes = Path.Combine(_folder, "changes.json");
        await File.WriteAllTextAsync(changes, """[{"kind":"deploy","summary":"v7","service":"web"}] {"kind":"config","summary":"pool","service":"web"}""");
        (await AskAsync("change", "import", changes)).ShouldContain("Recorded 2 changes");
        var patch = Path.Combine(_folder, "a.patch");
        await File.WriteAllTextAsync(patch, "-a\n+b\n");
        await AskAsync("change", "add", "with a patch", "--kind", "config", "--diff", patch);
        (await AskAsync("change", "list", "--json")).ShouldContain("\"diff\":\"-a\\n\\u002Bb");
        (await RunAsync("change", "add", "x", "--kind", "config", "--diff", "/nowhere/a.patch")).Code.ShouldBe(ExitCode.Usage);
        (await RunAsync("change", "import", Path.Combine(_folder, "none.json"))).Code.ShouldBe(ExitCode.Usage);
    }

    [SharedFact("incidents/rootcausebench/changes.jsonl.gz")]
    public async Task Recorded_incidents_with_their_changes_and_pages_are_loaded_without_knowing_them()
    {
        var folder = SharedFolder.PathOf("incidents/rootcausebench");
        (await AskAsync("import", "--quiet", Path.Combine(folder, "changes.jsonl.gz"))).ShouldContain("285");
        var (code, output, errors) = await RunAsync("import", "--json", Path.Combine(folder, "telemetry"));
        code.ShouldBe(ExitCode.Success, errors);
        using (var summary = JsonDocument.Parse(output))
        {
            (summary.RootElement.GetProperty("spans").GetInt32(), summary.RootElement.GetProperty("logRecords").GetInt32(), summary.RootElement.GetProperty("dataPoints").GetInt32())
                .ShouldBe((87, 1_000, 6_140));
        }

        (await AskAsync(
            "change", "import", Path.Combine(folder, "cases.json"), "--alerts", "--map", "each=$[*]", "--map", "name=$.alert.monitor", "--map", "service=$.alert.service",
            "--map", "severity=$.alert.severity", "--map", "startsAt=$.alert.fired_at", "--map", "summary=$.note")).ShouldContain("Recorded 8 alerts");
        (await AskAsync(
            "change", "import", Path.Combine(folder, "status-feeds.json"), "--alerts", "--map", "each=$[*].incidents[*]", "--map", "name=$.name", "--map", "fingerprint=$.id",
            "--map", "severity=$.impact", "--map", "startsAt=$.started_at")).ShouldContain("Recorded");
        using var changes = JsonDocument.Parse(await AskAsync("change", "list", "--json"));

        // Three ids stand for two records of the same moment. Two of them are of one service each: the later one replaces the earlier.
        changes.RootElement.GetProperty("changes").GetArrayLength().ShouldBe(283);
        changes.RootElement.GetProperty("changes").EnumerateArray().Count(change => change.GetProperty("attributes").TryGetProperty("diff", out _)).ShouldBe(82);
    }

    [Fact]
    public async Task What_cannot_be_answered_is_a_sentence_and_an_exit_code()
    {
        var (code, output, errors) = await RunAsync("trace", "1234");
        (code, output).ShouldBe((ExitCode.Failure, string.Empty));
        errors.ShouldStartWith("clew: No span of trace 00000000000000000000000000001234 is stored.");

        (code, _, errors) = await RunAsync("traces", "--attr", "a=~(");
        code.ShouldBe(ExitCode.Usage);
        errors.ShouldContain("attr");

        (code, output, _) = await RunAsync("investigate", "--since", "5m");
        code.ShouldBe(ExitCode.Partial);
        output.ShouldStartWith("INCONCLUSIVE");

        (code, output, _) = await RunAsync("investigate", "--since", "5m", "--json");
        code.ShouldBe(ExitCode.Partial);
        using var report = JsonDocument.Parse(output);
        report.RootElement.GetProperty("verdict").GetString().ShouldBe("INCONCLUSIVE");

        await _server!.KillAsync();
        (code, _, errors) = await RunAsync("services");
        code.ShouldBe(ExitCode.Failure);
        errors.ShouldContain("clew serve --data DIR");
    }

    private const string Spans =
        $$$"""{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"gateway"}}]},"scopeSpans":[{"spans":[{"traceId":"{{{Trace}}}","spanId":"00000000000000a1","name":"POST /checkout","kind":2,"startTimeUnixNano":"1588748889000000000","endTimeUnixNano":"1588748890000000000","status":{"code":2}},{"traceId":"{{{Trace}}}","spanId":"00000000000000a2","parentSpanId":"00000000000000a1","name":"POST","kind":3,"startTimeUnixNano":"1588748889100000000","endTimeUnixNano":"1588748889900000000","status":{"code":2}}]}]},{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"payments"}}]},"scopeSpans":[{"spans":[{"traceId":"{{{Trace}}}","spanId":"00000000000000a3","parentSpanId":"00000000000000a2","name":"POST /charge","kind":2,"startTimeUnixNano":"1588748889200000000","endTimeUnixNano":"1588748889800000000","attributes":[{"key":"order.id","value":{"intValue":"42"}}],"status":{"code":2,"message":"card service is away"}}]}]}]}""";

    private const string Logs =
        $$$"""{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"payments"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1588748889700000000","severityNumber":17,"body":{"stringValue":"charge failed"},"traceId":"{{{Trace}}}","spanId":"00000000000000a3"}]}]}]}""";

    private const string Metrics =
        """{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"payments"}}]},"scopeMetrics":[{"metrics":[{"name":"queue","gauge":{"dataPoints":[{"timeUnixNano":"1588748889700000000","asInt":"3"}]}}]}]}]}""";

    private async Task<string> AskAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);
        code.ShouldBe(ExitCode.Success, errors);
        errors.ShouldBeEmpty();
        return output;
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var parsed = CommandLine.CreateRoot().Parse(["--url", _server!.Addresses["listen"].ToString(), .. arguments]);
        parsed.Errors.ShouldBeEmpty();
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }).WaitAsync(TestServer.Patience);
        return (code, output.ToString(), errors.ToString());
    }
}
