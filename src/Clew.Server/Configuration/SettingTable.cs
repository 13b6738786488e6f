using Clew.Protocols;
using Clew.Server.Hosting;
using Clew.Server.Sampling;
using Microsoft.Extensions.Logging;
using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>Every setting there is, in the order <c>clew config</c> prints them, and every rule that joins several of them.</summary>
public static class SettingTable
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(36_500);

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Of("data", SettingValues.Path, o => o.DataDirectory, (o, v) => o with { DataDirectory = v },
            "Directory of the store; made when it is not there.").WithFlag("--data", "DIR"),
        Setting.Of("listen", Address, o => o.Listen, (o, v) => o with { Listen = v },
            "Where the API, the web pages and OTLP/HTTP are served.").WithFlag("--listen", "ADDRESS"),
        Setting.Of("otlp_grpc", AddressOrOff, o => o.OtlpGrpc, (o, v) => o with { OtlpGrpc = v },
            "Where OTLP/gRPC is received.").WithFlag("--otlp-grpc", "ADDRESS"),
        Setting.Of("otlp_http", AddressOrOff, o => o.OtlpHttp, (o, v) => o with { OtlpHttp = v },
            "Where OTLP/HTTP is received.").WithFlag("--otlp-http", "ADDRESS"),
        Setting.Of("syslog_udp", AddressOrOff, o => o.SyslogUdp, (o, v) => o with { SyslogUdp = v },
            "Where syslog (RFC 5424, RFC 3164) is received over UDP; usual is :514."),
        Setting.Of("syslog_tcp", AddressOrOff, o => o.SyslogTcp, (o, v) => o with { SyslogTcp = v },
            "Where syslog is received over TCP, in lines or octet-counted; usual is :601."),
        Setting.Of("drop_in.enabled", Bool, o => o.DropIn.Enabled, (o, v) => o with { DropIn = o.DropIn with { Enabled = v } },
            "Also serve the APIs of other systems on their own ports, so that what people already have keeps working.").WithFlag("--drop-in", null),
        Setting.Of("drop_in.jaeger", AddressOrOff, o => o.DropIn.Jaeger, (o, v) => o with { DropIn = o.DropIn with { Jaeger = v } },
            "Where Jaeger's API is served with its own paths when drop_in is enabled."),
        Setting.Of("drop_in.loki", AddressOrOff, o => o.DropIn.Loki, (o, v) => o with { DropIn = o.DropIn with { Loki = v } },
            "Where Loki's API is served with its own paths when drop_in is enabled."),
        Setting.Of("drop_in.prometheus", AddressOrOff, o => o.DropIn.Prometheus, (o, v) => o with { DropIn = o.DropIn with { Prometheus = v } },
            "Where Prometheus's API is served with its own paths when drop_in is enabled."),
        Setting.Of("drop_in.tempo", AddressOrOff, o => o.DropIn.Tempo, (o, v) => o with { DropIn = o.DropIn with { Tempo = v } },
            "Where Tempo's API is served with its own paths when drop_in is enabled."),
        Setting.Of("drop_in.jaeger_collector", AddressOrOff, o => o.DropIn.JaegerCollector, (o, v) => o with { DropIn = o.DropIn with { JaegerCollector = v } },
            "Where Jaeger's Thrift over HTTP is received when drop_in is enabled."),
        Setting.Of("drop_in.jaeger_grpc", AddressOrOff, o => o.DropIn.JaegerGrpc, (o, v) => o with { DropIn = o.DropIn with { JaegerGrpc = v } },
            "Where Jaeger's gRPC collector listens when drop_in is enabled."),
        Setting.Of("drop_in.jaeger_query", AddressOrOff, o => o.DropIn.JaegerQuery, (o, v) => o with { DropIn = o.DropIn with { JaegerQuery = v } },
            "Where Jaeger's query services are served over gRPC when drop_in is enabled."),
        Setting.Of("drop_in.jaeger_storage", AddressOrOff, o => o.DropIn.JaegerStorage, (o, v) => o with { DropIn = o.DropIn with { JaegerStorage = v } },
            "Where another Jaeger finds its remote storage over gRPC when drop_in is enabled."),
        Setting.Of("drop_in.jaeger_agent_compact", AddressOrOff, o => o.DropIn.JaegerAgentCompact, (o, v) => o with { DropIn = o.DropIn with { JaegerAgentCompact = v } },
            "Where Jaeger's agent takes compact Thrift over UDP when drop_in is enabled."),
        Setting.Of("drop_in.jaeger_agent_binary", AddressOrOff, o => o.DropIn.JaegerAgentBinary, (o, v) => o with { DropIn = o.DropIn with { JaegerAgentBinary = v } },
            "Where Jaeger's agent takes binary Thrift over UDP when drop_in is enabled."),
        Setting.Of("drop_in.jaeger_sampling", AddressOrOff, o => o.DropIn.JaegerSampling, (o, v) => o with { DropIn = o.DropIn with { JaegerSampling = v } },
            "Where Jaeger's clients ask how much to sample when drop_in is enabled."),
        Setting.Of("drop_in.zipkin", AddressOrOff, o => o.DropIn.Zipkin, (o, v) => o with { DropIn = o.DropIn with { Zipkin = v } },
            "Where Zipkin's API is served with its own paths when drop_in is enabled."),
        Setting.Of("limits.request_bytes", Size(1 << 10, 1 << 30), o => o.Limits.RequestBytes, (o, v) => o with { Limits = o.Limits with { RequestBytes = v } },
            "Largest request after decompression; beyond it a sender gets 413 or RESOURCE_EXHAUSTED."),
        Setting.Of("limits.in_flight_bytes", Size(1 << 10, 64L << 30), o => o.Limits.InFlightBytes, (o, v) => o with { Limits = o.Limits with { InFlightBytes = v } },
            "Bytes received and not yet on disk; beyond it senders are told to try again."),
        Setting.Of("limits.in_flight_requests", Integer(1, 1_000_000), o => o.Limits.InFlightRequests, (o, v) => o with { Limits = o.Limits with { InFlightRequests = v } },
            "Requests received and not yet on disk; beyond it senders are told to try again."),
        Setting.Of("limits.retry_after", Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)), o => o.Limits.RetryAfter, (o, v) => o with { Limits = o.Limits with { RetryAfter = v } },
            "How long a sender that was refused is told to wait."),
        Setting.Of("limits.min_free_disk", Size(0, 1L << 50), o => o.Limits.MinFreeDisk, (o, v) => o with { Limits = o.Limits with { MinFreeDisk = v } },
            "Free bytes to leave on the disk; below it senders are refused until there is room."),
        Setting.Of("limits.syslog_message_bytes", Size(480, 1 << 20), o => o.Limits.SyslogMessageBytes, (o, v) => o with { Limits = o.Limits with { SyslogMessageBytes = (int)v } },
            "Length of one syslog message; a longer one is dropped and reported."),
        Setting.Of("limits.syslog_connections", Integer(1, 100_000), o => o.Limits.SyslogConnections, (o, v) => o with { Limits = o.Limits with { SyslogConnections = v } },
            "Syslog connections open at the same time; a further one is closed and reported."),
        Setting.Of("limits.syslog_idle", Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)), o => o.Limits.SyslogIdle, (o, v) => o with { Limits = o.Limits with { SyslogIdle = v } },
            "How long a syslog connection may be silent before it is closed."),
        Setting.Of("limits.syslog_waiting_bytes", Size(1 << 20, 1 << 30), o => o.Limits.SyslogWaitingBytes, (o, v) => o with { Limits = o.Limits with { SyslogWaitingBytes = (int)v } },
            "Syslog messages of one door that wait for the disk; beyond it UDP is dropped and reported, TCP is not read."),
        .. LimitSettings.All,
        Records("max_attributes", Integer(1, 1 << 20), r => r.MaxAttributes, (r, v) => r with { MaxAttributes = v },
            "Attributes of one record, event, link, resource or scope; a record with more is dropped and reported."),
        Records("max_labels", Integer(1, 1 << 12), r => r.MaxLabels, (r, v) => r with { MaxLabels = v },
            "Labels of one Loki stream or Prometheus series; what has more is dropped and reported."),
        Records("max_key_bytes", Size(1, 1 << 20), r => r.MaxKeyBytes, (r, v) => r with { MaxKeyBytes = (int)v },
            "Length of an attribute's key; a record with a longer one is dropped and reported."),
        Records("max_value_bytes", Size(1, 64 << 20), r => r.MaxValueBytes, (r, v) => r with { MaxValueBytes = (int)v },
            "Length of one value as text: an attribute, a log body; a record with a longer one is dropped and reported."),
        Records("max_name_bytes", Size(1, 1 << 20), r => r.MaxNameBytes, (r, v) => r with { MaxNameBytes = (int)v },
            "Length of a span, event, metric or scope name; a record with a longer one is dropped and reported."),
        Records("max_value_depth", Integer(1, 256), r => r.MaxValueDepth, (r, v) => r with { MaxValueDepth = v },
            "Levels of arrays and maps within one value; a record with more is dropped and reported."),
        Records("max_events", Integer(1, 1 << 20), r => r.MaxEvents, (r, v) => r with { MaxEvents = v },
            "Events of one span; a span with more is dropped and reported."),
        Records("max_links", Integer(1, 1 << 20), r => r.MaxLinks, (r, v) => r with { MaxLinks = v },
            "Links of one span; a span with more is dropped and reported."),
        Records("max_buckets", Integer(1, 1 << 20), r => r.MaxBuckets, (r, v) => r with { MaxBuckets = v },
            "Buckets, bounds or quantiles of one data point; a point with more is dropped and reported."),
        Records("max_exemplars", Integer(0, 1 << 20), r => r.MaxExemplars, (r, v) => r with { MaxExemplars = v },
            "Exemplars of one data point; further ones are left out."),
        Records("max_joined_bytes", Size(1 << 10, 4 << 20), r => r.MaxJoinedBytes, (r, v) => r with { MaxJoinedBytes = (int)v },
            "Length of the log lines that are joined into one record, such as a stack trace; beyond it another record begins."),
        Records("max_log_streams", Integer(1, 1 << 20), r => r.MaxLogStreams, (r, v) => r with { MaxLogStreams = v },
            "Containers and streams in one body of log lines whose lines are joined side by side."),
        Setting.Of("query.timeout", Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)), o => o.Store.QueryTimeout, (o, v) => o with { Store = o.Store with { QueryTimeout = v } },
            "Time one question may take in the store."),
        Setting.Of("query.memory", Size(1 << 20, 1L << 40), o => o.Store.QueryMemory, (o, v) => o with { Store = o.Store with { QueryMemory = v } },
            "Memory one question may use in the store."),
        Setting.Of("query.concurrency", Integer(1, 64), o => o.Store.ReadConnections, (o, v) => o with { Store = o.Store with { ReadConnections = v } },
            "Questions the store works on side by side; further ones wait."),
        Setting.Of("query.traces", Integer(1, 100_000), o => o.Queries.Traces, (o, v) => o with { Queries = o.Queries with { Traces = v } },
            "Most traces in one answer; a larger limit is refused."),
        Setting.Of("query.default_traces", Integer(1, 100_000), o => o.Queries.DefaultTraces, (o, v) => o with { Queries = o.Queries with { DefaultTraces = v } },
            "Traces in an answer when the question names no limit."),
        Setting.Of("query.logs", Integer(1, 1_000_000), o => o.Queries.Logs, (o, v) => o with { Queries = o.Queries with { Logs = v } },
            "Most log records in one answer; a larger limit is refused."),
        Setting.Of("query.default_logs", Integer(1, 1_000_000), o => o.Queries.DefaultLogs, (o, v) => o with { Queries = o.Queries with { DefaultLogs = v } },
            "Log records in an answer when the question names no limit."),
        Setting.Of("query.spans", Integer(1_000, 10_000_000), o => o.Queries.Spans, (o, v) => o with { Queries = o.Queries with { Spans = v }, Store = o.Store with { TraceSpans = v } },
            "Most spans in one answer; beyond it the question is refused."),
        Setting.Of("query.conditions", Integer(1, 1_000), o => o.Queries.Conditions, (o, v) => o with { Queries = o.Queries with { Conditions = v } },
            "Most conditions on attributes in one question."),
        Setting.Of("query.condition_length", Integer(16, 1_000_000), o => o.Queries.ConditionLength, (o, v) => o with { Queries = o.Queries with { ConditionLength = v } },
            "Most characters of one condition."),
        Setting.Of("query.names", Integer(1, 1_000_000), o => o.Queries.Names, (o, v) => o with { Queries = o.Queries with { Names = v } },
            "Most services or operations in one list; the most frequent ones stay."),
        Setting.Of("query.followers", Integer(1, 100_000), o => o.Queries.Followers, (o, v) => o with { Queries = o.Queries with { Followers = v } },
            "Pages that follow what is new at once; further ones are refused, and ask now and then."),
        Setting.Of("query.tails", Integer(1, 10_000), o => o.Queries.Tails, (o, v) => o with { Queries = o.Queries with { Tails = v } },
            "Tails of logs that are open at once; further ones are refused."),
        Setting.Of("query.dependency_window", Duration(TimeSpan.FromMinutes(1), Forever), o => o.Queries.DependencyWindow, (o, v) => o with { Queries = o.Queries with { DependencyWindow = v } },
            "How far back dependencies are looked for when the question names no time."),
        Setting.Of("head_sampling.strategies", PathOrNone, o => o.HeadSampling.Strategies, (o, v) => o with { HeadSampling = o.HeadSampling with { Strategies = v } },
            "File of sampling strategies, in Jaeger's format, that services are told when they ask how much to sample."),
        Setting.Of("head_sampling.default_probability", Probability, o => o.HeadSampling.DefaultProbability, (o, v) => o with { HeadSampling = o.HeadSampling with { DefaultProbability = v } },
            "Share of traces that services without a strategy are told to record."),
        Setting.Of("head_sampling.target_per_second", SettingValues.Integer(0, 1_000_000), o => o.HeadSampling.TargetPerSecond, (o, v) => o with { HeadSampling = o.HeadSampling with { TargetPerSecond = v } },
            "Traces of each operation that should arrive in a second: services are told probabilities made from what is stored; 0 tells them the configured ones."),
        Setting.Of("head_sampling.floor", Probability, o => o.HeadSampling.Floor, (o, v) => o with { HeadSampling = o.HeadSampling with { Floor = v } },
            "The lowest probability that is made from what is stored."),
        Setting.Of("head_sampling.interval", Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), o => o.HeadSampling.Interval, (o, v) => o with { HeadSampling = o.HeadSampling with { Interval = v } },
            "How often probabilities are made anew."),
        Setting.Of("zipkin.autocomplete_keys", Names, o => o.Zipkin.AutocompleteKeys, (o, v) => o with { Zipkin = o.Zipkin with { AutocompleteKeys = v } },
            "Tags whose values Zipkin's pages offer in a search."),
        Setting.Of("retention.max_age", OrNone(Duration(TimeSpan.FromMinutes(1), Forever)), o => o.Retention.MaxAge, (o, v) => o with { Retention = o.Retention with { MaxAge = v } },
            "Telemetry older than this is deleted."),
        Setting.Of("retention.max_bytes", OrNone(Size(1 << 20, 1L << 60)), o => o.Retention.MaxBytes, (o, v) => o with { Retention = o.Retention with { MaxBytes = v } },
            "The oldest telemetry is deleted until the store is no larger than this."),
        Setting.Of("retention.interval", Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), o => o.Retention.Interval, (o, v) => o with { Retention = o.Retention with { Interval = v } },
            "How often retention is applied."),
        Setting.Of("sampling.hot", OrNone(Duration(TimeSpan.FromMinutes(1), Forever)), o => o.Sampling.Hot, (o, v) => o with { Sampling = o.Sampling with { Hot = v } },
            "How long every trace is kept before the sampling policies decide which stay; none keeps all."),
        Setting.Of("sampling.policies", PathOrNone, o => o.Sampling.PolicyFile, (o, v) => o with { Sampling = o.Sampling with { PolicyFile = v } },
            "File with the sampling policies, as the OpenTelemetry collector has them."),
        Setting.Of("sampling.grace", Duration(TimeSpan.Zero, TimeSpan.FromDays(7)), o => o.Sampling.Grace, (o, v) => o with { Sampling = o.Sampling with { Grace = v } },
            "Added to sampling.hot for spans that arrive late."),
        Setting.Of("sampling.reach", Duration(TimeSpan.FromMinutes(1), TimeSpan.FromHours(24)), o => o.Sampling.Reach, (o, v) => o with { Sampling = o.Sampling with { Reach = v } },
            "How far around the hour in which a trace begins its spans are looked for."),
        Setting.Of("sampling.interval", Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), o => o.Sampling.Interval, (o, v) => o with { Sampling = o.Sampling with { Interval = v } },
            "How often it is looked whether there is something to decide."),
        Setting.Of("sampling.logs", Bool, o => o.Sampling.Logs, (o, v) => o with { Sampling = o.Sampling with { Logs = v } },
            "Delete the log records of dropped traces too."),
        Setting.Of("sampling.memory", Duration(TimeSpan.FromHours(1), Forever), o => o.Sampling.Memory, (o, v) => o with { Sampling = o.Sampling with { Memory = v } },
            "How long it is remembered that a trace was dropped, so that late spans of it go too."),
        .. PostgreSqlOptions.Settings,
        .. QueryLanguageSettings.All,
        .. TenancySettings.All,
        .. RedactionSettings.All,
        .. NormalisationSettings.All,
        .. KubernetesOptions.Settings,
        .. DetectionOptions.Settings,
        .. WebhookOptions.Settings,
        Setting.Of("log.level",
            Choice(("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warn", LogLevel.Warning), ("error", LogLevel.Error), ("critical", LogLevel.Critical)),
            o => o.Log.Level, (o, v) => o with { Log = o.Log with { Level = v } },
            "Least severe log record to write."),
        Setting.Of("log.format", Choice(("console", LogFormat.Console), ("json", LogFormat.Json)), o => o.Log.Format, (o, v) => o with { Log = o.Log with { Format = v } },
            "Lines for people or JSON for machines; both to standard error."),
        Setting.Of("self_telemetry.endpoint", UrlOrNone, o => o.SelfTelemetry.Endpoint, (o, v) => o with { SelfTelemetry = o.SelfTelemetry with { Endpoint = v } },
            "Where to send the server's own traces, metrics and logs (OTLP/gRPC)."),
        Setting.Of("shutdown_timeout", Duration(TimeSpan.Zero, TimeSpan.FromHours(1)), o => o.ShutdownTimeout, (o, v) => o with { ShutdownTimeout = v },
            "How long a stop waits for requests in flight."),
        Setting.Of("idle_after", Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), o => o.IdleAfter, (o, v) => o with { IdleAfter = v },
            "After so long without work, unused memory is handed back to the system."),
    ];

    /// <summary>Each rule names the settings it is about and answers what is wrong, or null.</summary>
    internal static IReadOnlyList<(string[] Settings, Func<ServerOptions, string?> Check)> Rules { get; } =
    [
        .. Clashes(),
        (["limits.request_bytes", "limits.in_flight_bytes"], o => o.Limits.RequestBytes > o.Limits.InFlightBytes
            ? "a single request of the largest size must fit into the bytes in flight" : null),
        (["head_sampling.strategies"], o => o.HeadSampling.Strategies.Length == 0 ? null : StrategyFile.Problem(o.HeadSampling.Strategies, o.HeadSampling.DefaultProbability)),
        (["webhooks.mappings"], WebhookOptions.CheckMappings),
        (["query.traces", "query.default_traces"], o => o.Queries.DefaultTraces > o.Queries.Traces ? "the usual number of traces is larger than the largest" : null),
        (["query.logs", "query.default_logs"], o => o.Queries.DefaultLogs > o.Queries.Logs ? "the usual number of log records is larger than the largest" : null),
        (["sampling.policies"], SamplingRule.Check),
        (["postgresql.targets"], PostgreSqlOptions.CheckTargets),
        .. RedactionSettings.Rules,
        (["self_telemetry.endpoint", "listen", "otlp_grpc", "otlp_http"], o => SendsToItself(o)
            ? "the server would send its own telemetry to itself, and each sending would make more of it" : null),
    ];

    private static Setting Records<T>(string name, SettingValue<T> kind, Func<ProtocolLimits, T> get, Func<ProtocolLimits, T, ProtocolLimits> set, string description) => Setting.Of(
        "limits." + name,
        kind,
        o => get(o.Limits.Records),
        (o, v) => o with { Limits = o.Limits with { Records = set(o.Limits.Records, v) } },
        description);

    /// <summary>Two doors of one kind of socket never want the same address.</summary>
    private static IEnumerable<(string[] Settings, Func<ServerOptions, string?> Check)> Clashes() =>
        from one in Door.All.Index()
        from other in Door.All.Skip(one.Index + 1)
        where one.Item.IsDatagram == other.IsDatagram
        select (new[] { one.Item.Setting, other.Setting }, (Func<ServerOptions, string?>)(o => Clash(one.Item.AddressIn(o), other.AddressIn(o))));

    private static string? Clash(ListenAddress? one, ListenAddress? other) =>
        one is not null && other is not null && one.Port != 0 && one.Port == other.Port && (one.IPAddress.Equals(other.IPAddress) || IsAny(one) || IsAny(other))
            ? $"both want {other}" : null;

    private static bool IsAny(ListenAddress address) => address.Host is "0.0.0.0" or "::";

    private static bool SendsToItself(ServerOptions options) => options.SelfTelemetry.Endpoint is { IsLoopback: true } endpoint
        && new[] { options.Listen, options.OtlpGrpc, options.OtlpHttp }.Any(door => door is not null && door.Port == endpoint.Port);
}
