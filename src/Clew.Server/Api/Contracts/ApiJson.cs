using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Telemetry;

namespace Clew.Server.Api.Contracts;

/// <summary>
/// JSON of the native API: camelCase members; times RFC 3339 with nanoseconds; durations whole nanoseconds with the unit in the member's name;
/// ids in lower-case hex; kinds and statuses as lower-case words; what is not known is absent. Written down in docs/api.md.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(TimestampConverter),
        typeof(TraceIdConverter),
        typeof(SpanIdConverter),
        typeof(SpanKindConverter),
        typeof(SpanStatusConverter),
        typeof(AttributeTypeConverter),
    ])]
[JsonSerializable(typeof(ServiceList))]
[JsonSerializable(typeof(OperationList))]
[JsonSerializable(typeof(DependencyList))]
[JsonSerializable(typeof(TraceList))]
[JsonSerializable(typeof(TraceDetail))]
[JsonSerializable(typeof(TraceOutline))]
[JsonSerializable(typeof(SpanList))]
[JsonSerializable(typeof(LogList))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters: answers are never put into HTML as they are.</summary>
    public static ApiJson Readable => Holder.Readable;

    /// <summary>A class of its own, so that <see cref="Default"/> exists before it is copied.</summary>
    private static class Holder
    {
        public static readonly ApiJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}

/// <summary>Writes the words of <see cref="AttributeTypeNames"/>.</summary>
public sealed class AttributeTypeConverter : JsonConverter<AttributeType>
{
    public override AttributeType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AttributeTypeNames.Parse(reader.GetString()) ?? throw new JsonException("An attribute's type is unknown.");

    public override void Write(Utf8JsonWriter writer, AttributeType value, JsonSerializerOptions options) => writer.WriteStringValue(AttributeTypeNames.NameOf(value));
}
