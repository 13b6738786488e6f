using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Clew.Server.Ingest.Grpc;

/// <summary>
/// A google.rpc.Status: what an error is called in gRPC's details and in the body of an OTLP/HTTP answer, optionally with a google.rpc.RetryInfo.
/// </summary>
/// <param name="RetryDelay">When to send again; null for no RetryInfo, which for RESOURCE_EXHAUSTED means that sending again would not help.</param>
public sealed record RpcStatus(GrpcStatusCode Code, string Message, TimeSpan? RetryDelay = null)
{
    private const string RetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";

    public byte[] ToProtobuf()
    {
        var status = new ProtobufWriter();
        status.WriteInt64(1, (long)Code);
        status.WriteString(2, Message);
        if (RetryDelay is { } delay)
        {
            var duration = new ProtobufWriter();
            duration.WriteInt64(1, delay.Ticks / TimeSpan.TicksPerSecond);
            duration.WriteInt64(2, delay.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
            var retryInfo = new ProtobufWriter();
            retryInfo.WriteBytes(1, duration.Written);
            var any = new ProtobufWriter();
            any.WriteString(1, RetryInfoType);
            any.WriteBytes(2, retryInfo.Written);
            status.WriteBytes(3, any.Written);
        }

        return status.Written.ToArray();
    }

    /// <summary>The proto3 JSON mapping.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("code", (int)Code);
            json.WriteString("message", Message);
            if (RetryDelay is { } delay)
            {
                json.WriteStartArray("details");
                json.WriteStartObject();
                json.WriteString("@type", RetryInfoType);
                json.WriteString("retryDelay", delay.TotalSeconds.ToString("0.#########", CultureInfo.InvariantCulture) + "s");
                json.WriteEndObject();
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
