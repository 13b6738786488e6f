using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Otlp;

/// <summary>The numbers of <c>google.rpc.Code</c>, which are gRPC's status codes.</summary>
public enum RpcCode
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

/// <summary>
/// <c>google.rpc.Status</c>: the body of an OTLP/HTTP error in the request's encoding, and the content of gRPC's <c>grpc-status-details-bin</c>.
/// </summary>
/// <param name="Code">What went wrong.</param>
/// <param name="Message">For developers, in English.</param>
/// <param name="RetryAfter">Adds a <c>google.rpc.RetryInfo</c> detail; for RESOURCE_EXHAUSTED it is what makes the call retryable.</param>
public sealed record RpcStatus(RpcCode Code, string Message, TimeSpan? RetryAfter = null)
{
    private const string RetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";
    private const uint CodeTag = (1 << 3) | 0;
    private const uint MessageTag = (2 << 3) | 2;
    private const uint DetailsTag = (3 << 3) | 2;
    private const uint AnyTypeTag = (1 << 3) | 2;
    private const uint AnyValueTag = (2 << 3) | 2;
    private const uint RetryDelayTag = (1 << 3) | 2;
    private const uint DurationSecondsTag = (1 << 3) | 0;
    private const uint DurationNanosTag = (2 << 3) | 0;

    public void WriteProtobuf(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var writer = new ProtobufWriter();
        writer.VarintIfAny(CodeTag, (ulong)Code);
        if (Message.Length > 0)
        {
            writer.Text(MessageTag, Message);
        }

        if (RetryAfter is { } delay)
        {
            var detail = writer.Begin(DetailsTag);
            writer.Text(AnyTypeTag, RetryInfoType);
            var retryInfo = writer.Begin(AnyValueTag);
            var duration = writer.Begin(RetryDelayTag);
            writer.VarintIfAny(DurationSecondsTag, (ulong)(delay.Ticks / TimeSpan.TicksPerSecond));
            writer.VarintIfAny(DurationNanosTag, (ulong)(delay.Ticks % TimeSpan.TicksPerSecond * 100));
            writer.End(duration);
            writer.End(retryInfo);
            writer.End(detail);
        }

        output.Write(writer.Written);
    }

    public void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteNumber("code"u8, (int)Code);
        writer.WriteString("message"u8, Message);
        if (RetryAfter is { } delay)
        {
            writer.WriteStartArray("details"u8);
            writer.WriteStartObject();
            writer.WriteString("@type"u8, RetryInfoType);
            writer.WriteString("retryDelay"u8, delay.TotalSeconds.ToString("0.#########", CultureInfo.InvariantCulture) + "s");
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>The message in bytes of its own.</summary>
    public byte[] ToProtobuf() => OwnBytes.Of(WriteProtobuf);

    /// <summary>As <see cref="ToProtobuf"/>, in the proto3 JSON mapping.</summary>
    public byte[] ToJson() => OwnBytes.OfJson(WriteJson);
}
