using Clew.Server.Configuration;

namespace Clew.Server.Hosting;

/// <summary>
/// A port the server listens on and what may come through it. To add one: an instance here and in <see cref="All"/>, and its setting in
/// <see cref="SettingTable"/>.
/// </summary>
public sealed class Door
{
    public static readonly Door Native = new("the API and web pages", "listen", DoorKind.Native, o => o.Listen);
    public static readonly Door OtlpGrpc = new("OTLP/gRPC", "otlp_grpc", DoorKind.Grpc, o => o.OtlpGrpc);
    public static readonly Door OtlpHttp = new("OTLP/HTTP", "otlp_http", DoorKind.OtlpHttp, o => o.OtlpHttp);
    public static readonly Door Jaeger = DropIn("Jaeger's API", "drop_in.jaeger", o => o.Jaeger, "/jaeger");
    public static readonly Door Loki = DropIn("Loki's API", "drop_in.loki", o => o.Loki, "/loki");
    public static readonly Door Prometheus = DropIn("Prometheus's API", "drop_in.prometheus", o => o.Prometheus, "/prometheus");
    public static readonly Door JaegerCollector = DropIn("Jaeger's collector", "drop_in.jaeger_collector", o => o.JaegerCollector, "/jaeger/collector");
    public static readonly Door JaegerGrpc = DropIn("Jaeger's gRPC collector", "drop_in.jaeger_grpc", o => o.JaegerGrpc, kind: DoorKind.Grpc);
    public static readonly Door JaegerQuery = DropIn("Jaeger's gRPC queries", "drop_in.jaeger_query", o => o.JaegerQuery, kind: DoorKind.Grpc);
    public static readonly Door JaegerStorage = DropIn("Jaeger's remote storage", "drop_in.jaeger_storage", o => o.JaegerStorage, kind: DoorKind.Grpc);
    public static readonly Door JaegerAgentCompact = DropIn("Jaeger's agent, compact Thrift", "drop_in.jaeger_agent_compact", o => o.JaegerAgentCompact, kind: DoorKind.Datagram);
    public static readonly Door JaegerAgentBinary = DropIn("Jaeger's agent, binary Thrift", "drop_in.jaeger_agent_binary", o => o.JaegerAgentBinary, kind: DoorKind.Datagram);
    public static readonly Door JaegerSampling = DropIn("Jaeger's remote sampling", "drop_in.jaeger_sampling", o => o.JaegerSampling, "/jaeger/agent");
    public static readonly Door Zipkin = DropIn("Zipkin's API", "drop_in.zipkin", o => o.Zipkin, "/zipkin");

    public static readonly Door Tempo = DropIn("Tempo's API", "drop_in.tempo", o => o.Tempo, "/tempo");

    public static readonly Door SyslogUdp = new("syslog over UDP", "syslog_udp", DoorKind.Datagram, o => o.SyslogUdp);
    public static readonly Door SyslogTcp = new("syslog over TCP", "syslog_tcp", DoorKind.Connection, o => o.SyslogTcp);

    private readonly Func<ServerOptions, ListenAddress?> _address;

    private Door(string name, string setting, DoorKind kind, Func<ServerOptions, ListenAddress?> address, string pathPrefix = "")
    {
        Name = name;
        Setting = setting;
        Kind = kind;
        PathPrefix = pathPrefix;
        _address = address;
    }

    /// <summary>Every door there is, in the order they are told of.</summary>
    public static IReadOnlyList<Door> All { get; } =
    [
        Native, OtlpGrpc, OtlpHttp,
        Jaeger, JaegerQuery, JaegerStorage, JaegerCollector, JaegerGrpc, JaegerAgentCompact, JaegerAgentBinary, JaegerSampling,
        Zipkin,
        Loki, Prometheus,
        Tempo,
        SyslogUdp, SyslogTcp,
    ];

    /// <summary>What people call it in messages.</summary>
    public string Name { get; }

    /// <summary>The setting that moves it elsewhere.</summary>
    public string Setting { get; }

    public DoorKind Kind { get; }

    /// <summary>Put in front of every path, so that a drop-in port serves with bare paths what the native port serves under a prefix.</summary>
    public string PathPrefix { get; }

    /// <summary>What its addresses begin with when they are told of.</summary>
    public string Scheme => Kind switch
    {
        DoorKind.Datagram => "udp",
        DoorKind.Connection => "tcp",
        _ => "http",
    };

    /// <summary>UDP: it has ports of its own and no Kestrel.</summary>
    public bool IsDatagram => Kind == DoorKind.Datagram;

    /// <summary>Every door these options open, with its address.</summary>
    public static IEnumerable<(Door Door, ListenAddress Address)> Open(ServerOptions options) =>
        from door in All
        let address = door.AddressIn(options)
        where address is not null
        select (door, address);

    /// <summary>Where it opens; null when it stays closed.</summary>
    public ListenAddress? AddressIn(ServerOptions options) => _address(options);

    public override string ToString() => Setting;

    /// <summary>A port of another system, open with <c>--drop-in</c> only.</summary>
    private static Door DropIn(string name, string setting, Func<DropInOptions, ListenAddress?> address, string pathPrefix = "", DoorKind kind = DoorKind.DropIn) =>
        new(name, setting, kind, o => o.DropIn.Enabled ? address(o.DropIn) : null, pathPrefix);
}

public enum DoorKind
{
    /// <summary>Everything that is mapped, HTTP/1.1 or HTTP/2 with prior knowledge, and the gRPC services of this door.</summary>
    Native,

    /// <summary>gRPC only, HTTP/2 with prior knowledge: the services of this door, and those of every door.</summary>
    Grpc,

    /// <summary>OTLP paths only.</summary>
    OtlpHttp,

    /// <summary>What the native door serves under <see cref="Door.PathPrefix"/>, without it, and the gRPC services of this door.</summary>
    DropIn,

    /// <summary>TCP connections that are no HTTP, for the <see cref="IConnectionReceiver"/> of the same door.</summary>
    Connection,

    /// <summary>UDP packets, for the <see cref="IDatagramReceiver"/> of the same door.</summary>
    Datagram,
}
