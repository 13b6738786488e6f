namespace Clew.Server.Ingest.Jaeger;

internal static class JaegerProtocols
{
    public static readonly IngestProtocol ThriftHttp = new("jaeger_thrift_http");
    public static readonly IngestProtocol Grpc = new("jaeger_grpc");
    public static readonly IngestProtocol AgentCompact = new("jaeger_agent_compact");
    public static readonly IngestProtocol AgentBinary = new("jaeger_agent_binary");
}
