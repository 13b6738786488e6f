using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Jaeger;

/// <summary>
/// What a service's sampler is told: Jaeger's <c>SamplingStrategyResponse</c> (jaeger-idl, <c>proto/api_v2/sampling.proto</c>). Either a probability or a
/// rate; beside a probability, operations may have their own.
/// </summary>
public sealed record SamplingStrategy
{
    private const uint TypeTag = (1 << 3) | 0;
    private const uint ProbabilisticTag = (2 << 3) | 2;
    private const uint RateLimitingTag = (3 << 3) | 2;
    private const uint OperationsTag = (4 << 3) | 2;
    private const uint RateTag = (1 << 3) | 1;
    private const uint TracesPerSecondTag = (1 << 3) | 0;
    private const uint DefaultProbabilityTag = (1 << 3) | 1;
    private const uint LowerBoundTag = (2 << 3) | 1;
    private const uint PerOperationTag = (3 << 3) | 2;
    private const uint OperationTag = (1 << 3) | 2;
    private const uint OperationProbabilisticTag = (2 << 3) | 2;
    private const int RateLimiting = 1;

    /// <summary>Share of traces that begin at the service, 0 to 1. Meaningless beside <see cref="TracesPerSecond"/>.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Set when the service keeps so many traces a second instead of a share.</summary>
    public int? TracesPerSecond { get; init; }

    /// <summary>Operations (span names of entry points) with a share of their own; the others have <see cref="Probability"/>.</summary>
    public IReadOnlyList<OperationProbability> Operations { get; init; } = [];

    /// <summary>Traces a second that each operation keeps at least, whatever its share; 0 promises none.</summary>
    public double LowerBoundTracesPerSecond { get; init; }

    /// <summary>The strategy as Jaeger's HTTP endpoints answer it.</summary>
    /// <param name="writer">Where the object goes.</param>
    /// <param name="isTypeNumber">Clients of before 2017 ask for <c>/</c> and want the type as a number.</param>
    public void WriteJson(Utf8JsonWriter writer, bool isTypeNumber = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        if (isTypeNumber)
        {
            writer.WriteNumber("strategyType"u8, TracesPerSecond is null ? 0 : RateLimiting);
        }
        else
        {
            writer.WriteString("strategyType"u8, TracesPerSecond is null ? "PROBABILISTIC"u8 : "RATE_LIMITING"u8);
        }

        if (TracesPerSecond is { } rate)
        {
            writer.WriteStartObject("rateLimitingSampling"u8);
            writer.WriteNumber("maxTracesPerSecond"u8, rate);
            writer.WriteEndObject();
        }
        else
        {
            WriteProbability(writer, Probability);
        }

        if (Operations.Count > 0)
        {
            WriteOperations(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>The strategy as gRPC's SamplingManager answers it.</summary>
    public void WriteProtobuf(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var writer = new ProtobufWriter();
        if (TracesPerSecond is { } rate)
        {
            writer.Varint(TypeTag, RateLimiting);
            var limiting = writer.Begin(RateLimitingTag);
            writer.VarintIfAny(TracesPerSecondTag, (ulong)rate);
            writer.End(limiting);
        }
        else
        {
            WriteProbability(writer, ProbabilisticTag, Probability);
        }

        if (Operations.Count > 0)
        {
            var operations = writer.Begin(OperationsTag);
            writer.Double(DefaultProbabilityTag, Probability);
            writer.Double(LowerBoundTag, LowerBoundTracesPerSecond);
            foreach (var (operation, probability) in Operations)
            {
                var one = writer.Begin(PerOperationTag);
                writer.Text(OperationTag, operation);
                WriteProbability(writer, OperationProbabilisticTag, probability);
                writer.End(one);
            }

            writer.End(operations);
        }

        output.Write(writer.Written);
    }

    /// <summary>One line, for people.</summary>
    public override string ToString() => TracesPerSecond is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{rate} traces a second")
        : string.Create(CultureInfo.InvariantCulture, $"{Probability:P2} of traces, {Operations.Count} operations apart");

    private static void WriteProbability(ProtobufWriter writer, uint tag, double probability)
    {
        var sampling = writer.Begin(tag);
        writer.Double(RateTag, probability);
        writer.End(sampling);
    }

    private static void WriteProbability(Utf8JsonWriter writer, double probability)
    {
        writer.WriteStartObject("probabilisticSampling"u8);
        writer.WriteNumber("samplingRate"u8, probability);
        writer.WriteEndObject();
    }

    private void WriteOperations(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("operationSampling"u8);
        writer.WriteNumber("defaultSamplingProbability"u8, Probability);
        writer.WriteNumber("defaultLowerBoundTracesPerSecond"u8, LowerBoundTracesPerSecond);
        writer.WriteStartArray("perOperationStrategies"u8);
        foreach (var (operation, probability) in Operations)
        {
            writer.WriteStartObject();
            writer.WriteString("operation"u8, operation);
            WriteProbability(writer, probability);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <param name="Operation">The span's name.</param>
/// <param name="Probability">0 to 1.</param>
public readonly record struct OperationProbability(string Operation, double Probability);
