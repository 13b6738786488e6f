namespace Clew.Server.Ingest.Otlp;

internal static class OtlpProtocols
{
    public static readonly IngestProtocol Grpc = new("otlp_grpc");
    public static readonly IngestProtocol HttpProtobuf = new("otlp_http_protobuf");
    public static readonly IngestProtocol HttpJson = new("otlp_http_json");

    /// <summary>OTLP/HTTP with a content type that is neither.</summary>
    public static readonly IngestProtocol HttpUnknown = new("otlp_http");
}
