using Clew.Protocols.Prometheus.Scraping;
using Clew.Server.Configuration;
using Clew.Server.Scraping;

namespace Clew.Server.Tests.Scraping;

/// <summary>The section <c>scrape</c>: what is read, and what is told of mistakes (all of them, with their lines).</summary>
public sealed class ScrapeConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clew-scrape-config-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Everything_is_read()
    {
        var scrape = Load(
            """
            listen: 127.0.0.1:0
            scrape:
              global:
                scrape_interval: 30s
                sample_limit: 5000
              scrape_configs:
                - job_name: node
                  static_configs:
                    - targets: [localhost:9100, '[::1]:9100']
                      labels: { env: prod, rack: '7' }
                - job_name: shop
                  scrape_interval: 1m30s
                  scrape_timeout: 500ms
                  metrics_path: internal/metrics
                  scheme: https
                  params: { module: [a, b], format: prometheus }
                  authorization: { credentials_file: token }
                  tls_config: { insecure_skip_verify: true }
                  honor_labels: true
                  honor_timestamps: false
                  body_size_limit: 10MB
                  label_limit: 40
                  file_sd_configs:
                    - files: [targets/*.json, /etc/clew/more.yml]
                      refresh_interval: 10s
                  relabel_configs:
                    - source_labels: [__meta_zone, __address__]
                      separator: '@'
                      regex: '(.+)@(.+)'
                      target_label: zone
                      replacement: '$1'
                    - action: labeldrop
                      regex: tmp_.*
                  metric_relabel_configs:
                    - { source_labels: [__name__], regex: 'go_.*', action: drop }
                    - { target_label: empty, replacement: '' }
            """);

        var node = scrape.Jobs[0];
        (node.Name, node.Interval, node.Timeout, node.MetricsPath, node.Scheme).ShouldBe(("node", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), "/metrics", "http"));
        node.StaticTargets.Single().Targets.ShouldBe(["localhost:9100", "[::1]:9100"]);
        node.StaticTargets.Single().Labels.ShouldBe(new Dictionary<string, string> { ["env"] = "prod", ["rack"] = "7" });
        node.Limits.ShouldBe(new ScrapeLimits { Samples = 5_000 });

        var shop = scrape.Jobs[1];
        (shop.Interval, shop.Timeout, shop.MetricsPath, shop.Scheme).ShouldBe((TimeSpan.FromSeconds(90), TimeSpan.FromMilliseconds(500), "/internal/metrics", "https"));
        shop.Parameters.Select(parameter => $"{parameter.Name}={string.Join(',', parameter.Values)}").ShouldBe(["module=a,b", "format=prometheus"]);
        shop.Credentials.ShouldBe(new ScrapeCredentials("Bearer", string.Empty, null, Path.Combine(_folder.FullName, "token")));
        (shop.SkipVerification, shop.HonorLabels, shop.HonorTimestamps).ShouldBe((true, true, false));
        shop.Limits.ShouldBe(new ScrapeLimits { Samples = 5_000, BodyBytes = 10_000_000, Labels = 40 });
        shop.Files.Single().Files.ShouldBe([Path.Combine(_folder.FullName, "targets", "*.json"), "/etc/clew/more.yml"]);
        shop.Files.Single().Refresh.ShouldBe(TimeSpan.FromSeconds(10));
        shop.Relabeling.Select(rule => $"{rule.Action} {string.Join(',', rule.SourceLabels)} {rule.Separator} {rule.Regex} {rule.TargetLabel} {rule.Replacement}")
            .ShouldBe(["Replace __meta_zone,__address__ @ (.+)@(.+) zone $1", "LabelDrop  ; tmp_.*  $1"]);
        shop.MetricRelabeling.Select(rule => $"{rule.Action} {rule.Regex} '{rule.Replacement}'").ShouldBe(["Drop go_.* '$1'", "Replace (.*) ''"]);
    }

    [Fact]
    public void A_timeout_that_nobody_chose_gives_way_to_a_short_interval() =>
        Load("scrape: { scrape_configs: [{ job_name: a, scrape_interval: 5s }] }").Jobs.Single().Timeout.ShouldBe(TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData("scrape: 5", "clew.yaml:1: scrape: expected settings, each as name: value")]
    [InlineData("scrape: { jobs: [] }", "clew.yaml:1: scrape.jobs: there is no such setting here")]
    [InlineData("scrape: { scrape_configs: 5 }", "clew.yaml:1: scrape.scrape_configs: expected a list of settings")]
    [InlineData("scrape: { scrape_configs: [{}] }", "clew.yaml:1: scrape.scrape_configs[0].job_name: is missing")]
    [InlineData("scrape: { scrape_configs: [{ job_name: a }, { job_name: a }] }", "clew.yaml:1: scrape.scrape_configs: two jobs are called a")]
    [InlineData("scrape: { global: { scrape_interval: soon } }", "clew.yaml:1: scrape.global.scrape_interval: expected a duration such as 15s, 1m30s or 500ms, not \"soon\"")]
    [InlineData("scrape: { scrape_configs: [{ job_name: a, scrape_timeout: 2m }] }", "clew.yaml:1: scrape.scrape_configs[0].scrape_timeout: must be longer than nothing and not longer than scrape_interval")]
    [InlineData("scrape: { scrape_configs: [{ job_name: a, scheme: ftp }] }", "clew.yaml:1: scrape.scrape_configs[0].scheme: expected one of http, https, not \"ftp\"")]
    [InlineData("scrape: { scrape_configs: [{ job_name: a, kubernetes_sd_configs: [] }] }", "clew.yaml:1: scrape.scrape_configs[0].kubernetes_sd_configs: there is no such setting here")]
    [InlineData("scrape: { scrape_configs: [{ job_name: a, static_configs: [{ targets: ['http://x/'] }] }] }", "clew.yaml:1: scrape.scrape_configs[0].static_configs[0].targets: expected a host and port such as localhost:9100, not \"http://x/\"")]
    [InlineData("scrape: { scrape_configs: [{ job_name: a, relabel_configs: [{ regex: '(' , target_label: x }] }] }", "clew.yaml:1: scrape.scrape_configs[0].relabel_configs[0].regex: \"(\" is no regular expression of the kind Prometheus takes")]
    [InlineData("scrape: { scrape_configs: [{ job_name: a, relabel_configs: [{ action: explode }] }] }", "clew.yaml:1: scrape.scrape_configs[0].relabel_configs[0].action: expected one of replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase, not \"explode\"", "clew.yaml:1: scrape.scrape_configs[0].relabel_configs[0].target_label: is missing, which replace needs")]
    [InlineData("scrape: { scrape_configs: [{ job_name: a, relabel_configs: [{ action: hashmod, target_label: x }] }] }", "clew.yaml:1: scrape.scrape_configs[0].relabel_configs[0].modulus: is missing, which hashmod needs")]
    public void Mistakes_are_told_with_their_lines(string yaml, params string[] problems)
    {
        var result = Result(yaml);
        result.Configuration.ShouldBeNull();
        result.Problems.Select(problem => problem.ToString().Replace(_folder.FullName + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal)).ShouldBe(problems);
    }

    private ScrapeOptions Load(string yaml)
    {
        var result = Result(yaml);
        result.Problems.ShouldBeEmpty();
        return result.Configuration!.Options.Scrape;
    }

    private ConfigurationResult Result(string yaml)
    {
        var file = Path.Combine(_folder.FullName, "clew.yaml");
        File.WriteAllText(file, yaml);
        return ConfigurationLoader.Load(file, new Dictionary<string, string>(), []);
    }
}
