using System.Diagnostics;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Ingest.Prometheus;

/// <summary>A real Prometheus scrapes this server and writes what it found back into it.</summary>
public sealed class PrometheusServerTests
{
    [PrometheusFact]
    public async Task What_a_prometheus_scrapes_arrives_by_remote_write()
    {
        await using var server = await TestServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("clew-prometheus-");
        try
        {
            var native = server.Address(Door.Native);
            var configuration = Path.Combine(folder.FullName, "prometheus.yml");
            await File.WriteAllTextAsync(
                configuration,
                $$"""
                global: { scrape_interval: 1s }
                scrape_configs:
                  - job_name: shop/clew
                    static_configs: [{ targets: ['{{native.Authority}}'], labels: { zone: 'a"b\c' } }]
                remote_write:
                  - url: {{native}}prometheus/api/v1/write
                    send_exemplars: true
                    metadata_config: { send: true, send_interval: 1s }
                    queue_config: { batch_send_deadline: 100ms }
                """);
            using var prometheus = Process.Start(new ProcessStartInfo(
                PrometheusFactAttribute.Program!,
                [$"--config.file={configuration}", $"--storage.tsdb.path={folder.FullName}/data", "--web.listen-address=127.0.0.1:0"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            var errors = prometheus.StandardError.ReadToEndAsync();
            try
            {
                await Eventually.BeTrueAsync(
                    () => prometheus.HasExited || (server.Store.Points.Any(point => point.Contains("metric: clew_build_info")) && server.Store.Points.Any(point => point.Contains("description: Resident memory."))),
                    "the server's own metrics came back, with their metadata");
                prometheus.HasExited.ShouldBeFalse(prometheus.HasExited ? await errors : string.Empty);
            }
            finally
            {
                prometheus.Kill();
                await prometheus.WaitForExitAsync().WaitAsync(TestServer.Patience);
            }

            var info = server.Store.Points.First(point => point.Contains("metric: clew_build_info"));
            info.ShouldContain("service: clew\n");
            info.ShouldContain("resource.service.namespace: String shop\n");
            info.ShouldContain($"resource.service.instance.id: String {native.Authority}\n");
            info.ShouldContain("attributes.zone: String a\"b\\c\n");
            info.ShouldContain("value: double 1\n");
            server.Store.Points.ShouldContain(point => point.Contains("metric: up ") && point.Contains("value: double 1"));
            server.Store.Points.ShouldContain(point => point.Contains("metric: process_cpu_seconds_total [] Sum Cumulative monotonic"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

/// <summary>A test that needs the Debian package <c>prometheus</c>; skipped, visibly, where it is missing. <c>build/test-packages</c> installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        if (Program is null)
        {
            Skip = "prometheus is not on the PATH; build/test-packages installs it where it may";
        }
    }

    /// <summary>The program's path; null when there is none.</summary>
    public static string? Program { get; } =
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "prometheus")).FirstOrDefault(File.Exists);
}
