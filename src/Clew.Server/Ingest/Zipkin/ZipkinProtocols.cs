namespace Clew.Server.Ingest.Zipkin;

internal static class ZipkinProtocols
{
    public static readonly IngestProtocol Json = new("zipkin_json");
    public static readonly IngestProtocol Protobuf = new("zipkin_protobuf");
    public static readonly IngestProtocol V1Json = new("zipkin_v1_json");
    public static readonly IngestProtocol V1Thrift = new("zipkin_v1_thrift");
}
