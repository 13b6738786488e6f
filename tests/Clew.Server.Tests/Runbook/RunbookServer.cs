using System.Diagnostics;
using System.Globalization;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Runbook;

/// <summary>
/// A server on the real clock, as commands of a runbook ask of the last minutes: trace abc123def456, where api-gateway took 7.2 s because payment-svc failed after 6.9 s, and
/// one of api-gateway alone that took 12 ms; both began two minutes ago. Loki was sent three lines of app payments then, two of them declined cards, and OpenTelemetry's metric queue.depth
/// of payment-svc was 7 ten seconds ago.
/// </summary>
public sealed class RunbookServer : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    internal StoreServer Server { get; private set; } = null!;

    /// <summary>Whether this machine has what the commands are made of.</summary>
    public static bool HasPrograms { get; } = new[] { "bash", "curl", "jq" }.All(program =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))));

    public async Task InitializeAsync()
    {
        Server = await StoreServer.StartAsync();
        var start = DateTimeOffset.UtcNow - TimeSpan.FromMinutes(2);
        await Server.SendAsync("traces", $$"""
            {"resourceSpans":[
            {{Service("api-gateway")}}{{Span("00000000000000000000abc123def456", 1, 0, "HTTP GET /orders", 2, start, 0, 7_200, ",\"status\":{\"code\":2}")}},{{Span("00000000000000000000000000000777", 9, 0, "HTTP GET /health", 2, start, 0, 12)}}]}]},
            {{Service("auth-svc")}}{{Span("00000000000000000000abc123def456", 2, 1, "validateToken", 2, start, 5, 20)}}]}]},
            {{Service("payment-svc")}}{{Span("00000000000000000000abc123def456", 3, 1, "charge", 2, start, 200, 6_900, ",\"status\":{\"code\":2},\"attributes\":[{\"key\":\"http.status_code\",\"value\":{\"intValue\":\"500\"}}]")}}]}]}
            ]}
            """);
        var now = DateTimeOffset.UtcNow;
        await Server.SendAsync("metrics", $$$"""
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"payment-svc"}}]},"scopeMetrics":[{"scope":{},"metrics":[
            {"name":"queue.depth","gauge":{"dataPoints":[{"timeUnixNano":"{{{Nanoseconds(now - TimeSpan.FromSeconds(10))}}}","asDouble":7}]}}]}]}]}
            """);
        using var lines = new StringContent($$"""
            {"streams":[{"stream":{"app":"payments","env":"prod"},"values":[
            ["{{Nanoseconds(start)}}","level=error msg=\"card declined\" status=502 took=6.9s"],
            ["{{Nanoseconds(start) + 1}}","level=info msg=\"card accepted\" status=200 took=20ms"],
            ["{{Nanoseconds(start) + 2}}","level=error msg=\"card declined\" status=502 took=1.5s"]]}]}
            """, System.Text.Encoding.UTF8, "application/json");
        using var pushed = await Server.Loki.PostAsync("/loki/api/v1/push", lines);
        pushed.EnsureSuccessStatusCode();
    }

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();

    /// <summary>Runs a command line with bash, the ports in its environment.</summary>
    /// <returns>What it wrote to standard output, and what to standard error with its exit code, 0 when nothing failed in the pipe.</returns>
    public async Task<(string Output, string Errors, int Exit)> RunAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["-o", "pipefail", "-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["JAEGER"] = Server.Address(Door.Jaeger).Authority;
        start.Environment["TEMPO"] = Server.Address(Door.Tempo).Authority;
        start.Environment["LOKI"] = Server.Address(Door.Loki).Authority;
        start.Environment["PROMETHEUS"] = Server.Address(Door.Prometheus).Authority;
        start.Environment["CLEW"] = Server.Address(Door.Native).Authority;
        start.Environment["TRACE_ID"] = "abc123def456";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (await output, await errors, process.ExitCode);
    }

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static string Service(string name) => $$$"""{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"{{{name}}}"}}]},"scopeSpans":[{"scope":{},"spans":[""";

    private static string Span(string trace, int id, int parent, string name, int kind, DateTimeOffset start, int offsetMs, int durationMs, string more = "")
    {
        var begin = Nanoseconds(start) + (offsetMs * 1_000_000L);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"traceId":"{{trace}}","spanId":"{{id:x16}}","parentSpanId":"{{(parent == 0 ? string.Empty : parent.ToString("x16", CultureInfo.InvariantCulture))}}","name":"{{name}}","kind":{{kind}},"startTimeUnixNano":"{{begin}}","endTimeUnixNano":"{{begin + (durationMs * 1_000_000L)}}"{{more}}}""");
    }
}
