using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Demonstration;

/// <summary>Body of <c>POST /api/demonstration</c>; may be empty.</summary>
public sealed record DemonstrationRequest
{
    /// <summary>Loads it beside telemetry that is there already; without it that is refused with 409.</summary>
    public bool Anyway { get; init; }
}

/// <summary>Answer to <c>POST /api/demonstration</c>.</summary>
/// <param name="StartTime">The recording's begin, moved so that it ends now.</param>
/// <param name="EndTime">Now.</param>
/// <param name="Incident">A moment at which the incident is going on: what to ask an investigation about.</param>
public sealed record DemonstrationLoaded(Timestamp StartTime, Timestamp EndTime, Timestamp Incident, int Traces, int Spans, int Logs, int Changes);

/// <summary>JSON of the demonstration.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(DemonstrationRequest))]
[JsonSerializable(typeof(DemonstrationLoaded))]
public sealed partial class DemonstrationJson : JsonSerializerContext;
