using System.Diagnostics.Metrics;

namespace Clew.Server.SelfTelemetry;

/// <summary>
/// Every instrument of the server, with the words used in labels. What is counted, and how the counts relate:
/// <c>received = accepted + dropped</c> for requests that could be read, and <c>accepted = stored + refused</c> once all is answered.
/// Requests that could not be read or were turned away before reading have no items; <c>refused.requests</c> counts them.
/// </summary>
public sealed class Instruments
{
    public const string MeterName = "Clew.Server";

    /// <summary>Seconds. From one commit of a small batch on a fast disk to a stuck one.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    public Instruments(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        Meter = meters.Create(MeterName);
        ReceivedBytes = Meter.CreateCounter<long>("clew.ingest.received.bytes", "By", "Bytes of requests as they came over the wire, by signal and protocol.");
        AcceptedItems = Meter.CreateCounter<long>("clew.ingest.accepted.items", "{item}", "Spans, log records and data points that passed decoding and limits and went to the write queue.");
        StoredItems = Meter.CreateCounter<long>("clew.ingest.stored.items", "{item}", "Spans, log records and data points that are on disk and were acknowledged.");
        RefusedItems = Meter.CreateCounter<long>("clew.ingest.refused.items", "{item}", "Accepted items that could not be stored; the sender was told to send them again.");
        DroppedItems = Meter.CreateCounter<long>("clew.ingest.dropped.items", "{item}", "Items left out of an otherwise good request; the sender was told why in a partial success and must not repeat them.");
        LogLineRecords = Meter.CreateCounter<long>("clew.ingest.log.records", "{record}", "Log records read from lines, by the format that was recognised; plain is none.");
        StageChanges = Meter.CreateCounter<long>("clew.pipeline.changes", "{change}", "What the stages of the pipeline altered in records that were kept, by stage and rule.");
        StageDrops = Meter.CreateCounter<long>("clew.pipeline.dropped.items", "{item}", "Items the stages of the pipeline took out for good, by stage and rule; part of the dropped items.");
        Requests = Meter.CreateCounter<long>("clew.ingest.requests", "{request}", "Ingest requests that were answered with success, partial success included.");
        RefusedRequests = Meter.CreateCounter<long>("clew.ingest.refused.requests", "{request}", "Ingest requests that were answered with an error, by reason.");
        StoredRecords = Meter.CreateCounter<long>("clew.records.stored", "{record}", "Changes, alerts, states and events of clusters that are on disk, by source and kind of record.");
        DroppedRecords = Meter.CreateCounter<long>("clew.records.dropped", "{record}", "Records left out of an otherwise good request, by source and reason; unchanged and replayed ones among them.");
        RefusedRecordRequests = Meter.CreateCounter<long>("clew.records.refused.requests", "{request}", "Requests with changes, alerts or states of clusters that were answered with an error, by source and reason.");
        ClusterEvents = Meter.CreateCounter<long>("clew.kubernetes.events", "{event}", "What happened between the server and the cluster it watches: watching, listed, unreachable.");
        WatchFailures = Meter.CreateCounter<long>("clew.kubernetes.watch.failures", "{failure}", "Lists and watches that failed and were tried again, by kind and reason.");
        WriteDuration = Meter.CreateHistogram("clew.store.write.duration", "s", "Time from handing a batch to the store until it is on disk, waiting for a group commit included.", advice: Seconds);
        CommitDuration = Meter.CreateHistogram("clew.store.commit.duration", "s", "Time of one group commit, from the start of its insert until it is on disk.", advice: Seconds);
        CommittedRows = Meter.CreateCounter<long>("clew.store.committed.rows", "{row}", "Rows of all tables in group commits.");
        QueryDuration = Meter.CreateHistogram("clew.store.query.duration", "s", "Time the store took to answer a question.", advice: Seconds);
        Scrapes = Meter.CreateCounter<long>("clew.scrapes", "{scrape}", "Scrapes of targets, by job and outcome.");
        ScrapeDuration = Meter.CreateHistogram("clew.scrape.duration", "s", "Time a target took to answer a scrape, by job.", advice: Seconds);
        ScrapeProblems = Meter.CreateCounter<long>("clew.scrape.problems", "{problem}", "Targets and files of targets that could not be used, by job.");
        RetentionRuns = Meter.CreateCounter<long>("clew.retention.runs", "{run}", "Times retention was applied, by outcome.");
        RetentionDeletedPartitions = Meter.CreateCounter<long>("clew.retention.deleted.partitions", "{partition}", "Day partitions retention deleted.");
        SamplingRuns = Meter.CreateCounter<long>("clew.sampling.runs", "{run}", "Times it was looked whether there are traces to decide about, by outcome.");
        SamplingTraces = Meter.CreateCounter<long>("clew.sampling.traces", "{trace}", "Traces that were decided about, by outcome (kept, dropped) and the policy that decided; empty for traces no policy kept.");
        SamplingDuration = Meter.CreateHistogram("clew.sampling.hour.duration", "s", "Time to decide about one hour of traces and delete the dropped ones.", advice: Seconds);
        MemoryReleases = Meter.CreateCounter<long>("clew.memory.releases", "{release}", "Times unused memory was handed back to the system after a quiet period.");
        StrategyReads = Meter.CreateCounter<long>("clew.head_sampling.reads", "{read}", "Times a changed file of head sampling strategies was read, by outcome.");
        PostgreSqlSamples = Meter.CreateCounter<long>("clew.postgresql.samples", "{sample}", "Looks at PostgreSQL servers, by target and outcome.");
        UnhandledExceptions = Meter.CreateCounter<long>("clew.unhandled.exceptions", "{exception}", "Requests that ended in an exception nobody expected.");
        RollDuration = Meter.CreateHistogram("clew.rollup.duration", "s", "Time of one roll of spans into sums per minute, with the metrics written from it.", advice: Seconds);
        RolledMinutes = Meter.CreateCounter<long>("clew.rollup.minutes", "{minute}", "Minutes of spans that were rolled up, again after late spans.");
        MeasureRuns = Meter.CreateCounter<long>("clew.tracing.measure.runs", "{run}", "Times the measures of the tracing itself were computed, by outcome.");
        Incidents = Meter.CreateCounter<long>("clew.incidents", "{incident}", "Incidents that were noticed, by the symptom that showed first.");
        DetectionFailures = Meter.CreateCounter<long>("clew.detection.failures", "{look}", "Looks at rates, errors and durations that failed.");
        Lifecycle = Meter.CreateCounter<long>("clew.lifecycle.events", "{event}", "Starts and stops of the server.");
    }

    internal Meter Meter { get; }

    internal Counter<long> ReceivedBytes { get; }

    internal Counter<long> AcceptedItems { get; }

    internal Counter<long> StoredItems { get; }

    internal Counter<long> RefusedItems { get; }

    internal Counter<long> DroppedItems { get; }

    internal Counter<long> LogLineRecords { get; }

    internal Counter<long> StageChanges { get; }

    internal Counter<long> StageDrops { get; }

    internal Counter<long> Requests { get; }

    internal Counter<long> RefusedRequests { get; }

    internal Counter<long> StoredRecords { get; }

    internal Counter<long> DroppedRecords { get; }

    internal Counter<long> RefusedRecordRequests { get; }

    internal Counter<long> ClusterEvents { get; }

    internal Counter<long> WatchFailures { get; }

    internal Histogram<double> WriteDuration { get; }

    internal Histogram<double> CommitDuration { get; }

    internal Counter<long> CommittedRows { get; }

    internal Histogram<double> QueryDuration { get; }

    internal Counter<long> Scrapes { get; }

    internal Histogram<double> ScrapeDuration { get; }

    internal Counter<long> ScrapeProblems { get; }

    internal Counter<long> RetentionRuns { get; }

    internal Counter<long> RetentionDeletedPartitions { get; }

    internal Counter<long> SamplingRuns { get; }

    internal Counter<long> SamplingTraces { get; }

    internal Histogram<double> SamplingDuration { get; }

    internal Counter<long> MemoryReleases { get; }

    internal Counter<long> StrategyReads { get; }
    internal Counter<long> PostgreSqlSamples { get; }

    internal Counter<long> UnhandledExceptions { get; }

    internal Histogram<double> RollDuration { get; }

    internal Counter<long> RolledMinutes { get; }

    internal Counter<long> MeasureRuns { get; }

    internal Counter<long> Incidents { get; }

    internal Counter<long> DetectionFailures { get; }

    internal Counter<long> Lifecycle { get; }
}
