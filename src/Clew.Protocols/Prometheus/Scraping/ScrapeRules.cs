namespace Clew.Protocols.Prometheus.Scraping;

/// <summary>What is done with the samples of one target, whatever it says.</summary>
public sealed record ScrapeRules
{
    /// <summary>The target's own labels, <c>job</c> and <c>instance</c> among them; none begins with two underscores.</summary>
    public required LabelSet TargetLabels { get; init; }

    /// <summary>Where a sample has a label that the target has too: the sample's wins; otherwise it becomes <c>exported_…</c>.</summary>
    public bool HonorLabels { get; init; }

    /// <summary>Times that samples bring are taken; otherwise all have the time of the scrape.</summary>
    public bool HonorTimestamps { get; init; } = true;

    public IReadOnlyList<RelabelRule> MetricRelabeling { get; init; } = [];

    public ScrapeLimits Limits { get; init; } = ScrapeLimits.Default;
}

/// <summary>What one target may expose. A scrape that goes beyond fails as a whole, as in Prometheus: a part would look like the rest being gone.</summary>
public sealed record ScrapeLimits
{
    public static readonly ScrapeLimits Default = new();

    /// <summary>Bytes of one exposition after decompression. Reason: it is read whole. Beyond: the scrape fails.</summary>
    public long BodyBytes { get; init; } = 64L << 20;

    /// <summary>Samples of one scrape that are left after relabeling. Reason: the labels of each series are kept between scrapes. Beyond: the scrape fails.</summary>
    public int Samples { get; init; } = 200_000;

    /// <summary>Labels of one series, the target's included. Reason: see <see cref="ProtocolLimits.MaxLabels"/>. Beyond: the scrape fails.</summary>
    public int Labels { get; init; } = 128;

    /// <summary>Bytes of a label's name. Reason: names go into a catalogue. Beyond: the scrape fails.</summary>
    public int LabelNameBytes { get; init; } = 1_024;

    /// <summary>Bytes of a label's value. Reason: it is kept between scrapes. Beyond: the scrape fails.</summary>
    public int LabelValueBytes { get; init; } = 16 << 10;
}
