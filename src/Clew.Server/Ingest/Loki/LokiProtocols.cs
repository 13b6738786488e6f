namespace Clew.Server.Ingest.Loki;

internal static class LokiProtocols
{
    public static readonly IngestProtocol Json = new("loki_json");
    public static readonly IngestProtocol Protobuf = new("loki_protobuf");
}
