using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Load.Encoding;

namespace Clew.Load;

/// <summary>Everything that decides what a run sends; the first line of its ledger.</summary>
internal sealed record RunParameters
{
    public ulong Seed { get; init; } = 1;

    public long Items { get; init; } = 1_000_000;

    public int Batch { get; init; } = 1_000;

    public Mix Mix { get; init; }

    public Signal[] Signals { get; init; } = [Signal.Traces];

    public int Pods { get; init; } = 3;

    public int Users { get; init; } = 1_000_000;

    /// <summary>Spans per second of telemetry time: how densely the traces lie, whatever the sending speed.</summary>
    public double TelemetryRate { get; init; } = 50_000;

    /// <summary>Nanoseconds since 1970 of the first trace's start.</summary>
    public ulong Epoch { get; init; }

    /// <summary>Spans of the largest traces.</summary>
    public int LargestTrace { get; init; } = Limits.LargestTrace;

    public RoundOptions Round => new(Seed, Pods, Batch, Mix, Signals, TelemetryRate) { LargestTrace = LargestTrace };

    public string ToLine() => JsonSerializer.Serialize(this, RunParametersJson.Default.RunParameters);

    public static RunParameters FromLedger(string path) =>
        JsonSerializer.Deserialize(File.ReadLines(path).FirstOrDefault() ?? "", RunParametersJson.Default.RunParameters)
        ?? throw new InvalidDataException($"{path} does not start with a run's parameters.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(RunParameters))]
internal sealed partial class RunParametersJson : JsonSerializerContext;
