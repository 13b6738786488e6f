using Clew.Query.PromQL;
using Clew.Server.Redaction;
using Clew.Server.Scraping;
using Clew.Storage;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Configuration;

/// <summary>
/// Everything <c>clew serve</c> can be told, validated and then never changed. The values here are the defaults; <see cref="SettingTable"/>
/// names each one for files, the environment and flags.
/// </summary>
public sealed record ServerOptions
{
    public string DataDirectory { get; init; } = "clew-data";

    public ListenAddress Listen { get; init; } = new("127.0.0.1", 2539);

    /// <summary>Null when the door is closed.</summary>
    public ListenAddress? OtlpGrpc { get; init; } = new("127.0.0.1", 4317);

    /// <summary>Null when the door is closed.</summary>
    public ListenAddress? OtlpHttp { get; init; } = new("127.0.0.1", 4318);

    /// <summary>Null when the door is closed. Usual is port 514.</summary>
    public ListenAddress? SyslogUdp { get; init; }

    /// <summary>Null when the door is closed. Usual is port 601, and 514 among old senders.</summary>
    public ListenAddress? SyslogTcp { get; init; }

    public DropInOptions DropIn { get; init; } = new();

    public IngestLimits Limits { get; init; } = new();

    public StorageLimits Store { get; init; } = StorageLimits.Default;

    public QueryLimits Queries { get; init; } = new();

    /// <summary>How PromQL is read and evaluated.</summary>
    public PromQlOptions PromQl { get; init; } = new();

    public HeadSamplingOptions HeadSampling { get; init; } = new();

    public ZipkinOptions Zipkin { get; init; } = new();

    public RetentionOptions Retention { get; init; } = new();

    public SamplingOptions Sampling { get; init; } = new();

    public PostgreSqlOptions PostgreSql { get; init; } = new();

    /// <summary>Lists within lists: a section of the file, not settings by name.</summary>
    public ScrapeOptions Scrape { get; init; } = ScrapeOptions.None;

    public TenancyOptions Tenancy { get; init; } = new();

    public NormalisationOptions Normalisation { get; init; } = new();

    public RedactionOptions Redaction { get; init; } = new();

    public DetectionOptions Detection { get; init; } = new();

    public KubernetesOptions Kubernetes { get; init; } = new();

    public WebhookOptions Webhooks { get; init; } = new();

    public LogOptions Log { get; init; } = new();

    public SelfTelemetryOptions SelfTelemetry { get; init; } = new();

    /// <summary>How long a stop waits for requests in flight.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Nothing came in and nothing was asked for this long: unused memory is handed back to the system.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>The ports of the systems Clew can stand in for, with their paths unprefixed.</summary>
public sealed record DropInOptions
{
    public bool Enabled { get; init; }

    /// <summary>Null when the door stays closed even with <see cref="Enabled"/>.</summary>
    public ListenAddress? Jaeger { get; init; } = new("127.0.0.1", 16686);

    /// <summary>As above.</summary>
    public ListenAddress? Loki { get; init; } = new("127.0.0.1", 3100);

    /// <summary>As above.</summary>
    public ListenAddress? Prometheus { get; init; } = new("127.0.0.1", 9090);

    /// <summary>As above.</summary>
    public ListenAddress? Tempo { get; init; } = new("127.0.0.1", 3200);

    /// <summary>Jaeger's collector, Thrift over HTTP; null as above.</summary>
    public ListenAddress? JaegerCollector { get; init; } = new("127.0.0.1", 14268);

    /// <summary>Jaeger's collector, gRPC; null as above.</summary>
    public ListenAddress? JaegerGrpc { get; init; } = new("127.0.0.1", 14250);

    /// <summary>Jaeger's query services, gRPC; null as above.</summary>
    public ListenAddress? JaegerQuery { get; init; } = new("127.0.0.1", 16685);

    /// <summary>Jaeger's remote storage, gRPC; null as above.</summary>
    public ListenAddress? JaegerStorage { get; init; } = new("127.0.0.1", 17271);

    /// <summary>Jaeger's agent, compact Thrift over UDP; null as above.</summary>
    public ListenAddress? JaegerAgentCompact { get; init; } = new("127.0.0.1", 6831);

    /// <summary>Jaeger's agent, binary Thrift over UDP; null as above.</summary>
    public ListenAddress? JaegerAgentBinary { get; init; } = new("127.0.0.1", 6832);

    /// <summary>Jaeger's remote sampling; null as above.</summary>
    public ListenAddress? JaegerSampling { get; init; } = new("127.0.0.1", 5778);

    /// <summary>As above.</summary>
    public ListenAddress? Zipkin { get; init; } = new("127.0.0.1", 9411);
}

public sealed record RetentionOptions
{
    /// <summary>Null keeps everything.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Bytes on disk. Null sets no limit.</summary>
    public long? MaxBytes { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);
}

public enum LogFormat
{
    Console,
    Json,
}

public sealed record LogOptions
{
    public LogLevel Level { get; init; } = LogLevel.Information;

    public LogFormat Format { get; init; } = LogFormat.Console;
}

public sealed record SelfTelemetryOptions
{
    /// <summary>Where Clew sends its own traces, metrics and logs as OTLP over gRPC. Null sends nothing.</summary>
    public Uri? Endpoint { get; init; }
}
