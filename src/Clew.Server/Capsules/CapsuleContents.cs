using System.Text.Json.Serialization;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Server.Capsules;

/// <summary>A metric series in a capsule, with names in place of indexes.</summary>
/// <param name="Points">Nanoseconds since the Unix epoch, and values.</param>
internal sealed record CapsuleSeries(string Service, string? Instance, string Name, string Unit, string Attributes, WorldSeriesKind Kind, IReadOnlyList<WorldPoint> Points);

/// <summary>JSON of a capsule's evidence, times as in the world.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(TimestampNanosecondsConverter)])]
[JsonSerializable(typeof(CapsuleSeries[]))]
[JsonSerializable(typeof(ChangeRecord[]))]
[JsonSerializable(typeof(AlertRecord[]))]
[JsonSerializable(typeof(WorldAnswer[]))]
internal sealed partial class CapsuleContentJson : JsonSerializerContext;
