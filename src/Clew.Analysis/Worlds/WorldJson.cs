using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>A world as a file.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(TimestampNanosecondsConverter)])]
[JsonSerializable(typeof(World))]
public sealed partial class WorldJson : JsonSerializerContext;

/// <summary>A moment as its number of nanoseconds.</summary>
public sealed class TimestampNanosecondsConverter : JsonConverter<Timestamp>
{
    public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options) => writer.WriteNumberValue(value.UnixNanoseconds);
}
