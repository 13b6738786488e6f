using Clew.Protocols.Prometheus.Scraping;

namespace Clew.Server.Scraping;

/// <summary>What is scraped: the section <c>scrape</c> of the configuration file, with the names of Prometheus's own.</summary>
public sealed record ScrapeOptions
{
    public static readonly ScrapeOptions None = new();

    public IReadOnlyList<ScrapeJob> Jobs { get; init; } = [];
}

/// <summary>One entry of <c>scrape_configs</c>. The defaults are Prometheus's but for the limits, which Prometheus leaves open.</summary>
public sealed record ScrapeJob
{
    public required string Name { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Not longer than <see cref="Interval"/>.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public string MetricsPath { get; init; } = "/metrics";

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; init; } = Uri.UriSchemeHttp;

    /// <summary>Query parameters, each with its values.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Parameters { get; init; } = [];

    /// <summary>Null when the targets want none.</summary>
    public ScrapeCredentials? Credentials { get; init; }

    /// <summary>Take any certificate. For targets whose certificates nobody signed.</summary>
    public bool SkipVerification { get; init; }

    public bool FollowRedirects { get; init; } = true;

    public bool HonorLabels { get; init; }

    public bool HonorTimestamps { get; init; } = true;

    public IReadOnlyList<TargetGroup> StaticTargets { get; init; } = [];

    public IReadOnlyList<FileDiscovery> Files { get; init; } = [];

    /// <summary>Rules for targets.</summary>
    public IReadOnlyList<RelabelRule> Relabeling { get; init; } = [];

    /// <summary>Rules for series.</summary>
    public IReadOnlyList<RelabelRule> MetricRelabeling { get; init; } = [];

    public ScrapeLimits Limits { get; init; } = ScrapeLimits.Default;
}

/// <summary>Addresses with the labels they share.</summary>
/// <param name="Targets">Host and port.</param>
/// <param name="Source">The file they are from; empty when they stand in the configuration.</param>
public sealed record TargetGroup(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels, string Source);

/// <summary>Files that list targets, in JSON or YAML.</summary>
/// <param name="Files">Paths; the last part may have <c>*</c>.</param>
/// <param name="Refresh">How often they are read again.</param>
public sealed record FileDiscovery(IReadOnlyList<string> Files, TimeSpan Refresh);

/// <summary>The header <c>Authorization</c> of a scrape.</summary>
/// <param name="Scheme"><c>Basic</c>, <c>Bearer</c> or another.</param>
/// <param name="User">For <c>Basic</c>.</param>
/// <param name="Secret">Password or token; null when it is in a file.</param>
/// <param name="SecretFile">Read at every scrape, so that it may change.</param>
public sealed record ScrapeCredentials(string Scheme, string User, string? Secret, string? SecretFile);

/// <summary>Bounds on what is scraped at all; what one target may expose is bounded by <see cref="ScrapeLimits"/>.</summary>
public sealed record ScrapingLimits
{
    public static readonly ScrapingLimits Default = new();

    /// <summary>Targets of all jobs. Reason: each has a connection, a timer and its series in memory. Beyond: further ones are not scraped, which the log says.</summary>
    public int Targets { get; init; } = 5_000;

    /// <summary>Bytes of one file of targets. Reason: it is read whole, again and again. Beyond: the file is not read, which the log says.</summary>
    public long FileBytes { get; init; } = 8 << 20;

    /// <summary>Scrapes that are read and stored at once. Reason: each holds an exposition in memory. Beyond: further ones wait, within their timeout.</summary>
    public int Concurrent { get; init; } = 16;
}
