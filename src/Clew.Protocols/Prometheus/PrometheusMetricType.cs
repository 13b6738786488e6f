namespace Clew.Protocols.Prometheus;

/// <summary>Prometheus's metric types, with the numbers that remote write gives them.</summary>
public enum PrometheusMetricType : byte
{
    Unknown = 0,
    Counter = 1,
    Gauge = 2,
    Histogram = 3,
    GaugeHistogram = 4,
    Summary = 5,
    Info = 6,
    StateSet = 7,
}

/// <summary>What a metric's metadata say.</summary>
/// <param name="Help">Empty when unknown.</param>
/// <param name="Unit">Empty when unknown.</param>
public sealed record PrometheusMetadata(PrometheusMetricType Type, string Help, string Unit);

/// <summary>The words for types, as in <c># TYPE</c> lines and in OpenTelemetry's metadata key <c>prometheus.type</c>.</summary>
public static class PrometheusMetricTypes
{
    private static readonly string[] Words = ["unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"];

    public static string Word(this PrometheusMetricType type) => Words[(int)type];

    /// <summary>Reads a word; <c>untyped</c> is what the text format calls unknown.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out PrometheusMetricType type)
    {
        for (var i = 0; i < Words.Length; i++)
        {
            if (System.Text.Ascii.Equals(word, Words[i]))
            {
                type = (PrometheusMetricType)i;
                return true;
            }
        }

        type = PrometheusMetricType.Unknown;
        return word.SequenceEqual("untyped"u8);
    }

    /// <summary>The type of that number; unknown for numbers that mean nothing yet.</summary>
    internal static PrometheusMetricType OfNumber(int number) => number is > 0 and <= (int)PrometheusMetricType.StateSet ? (PrometheusMetricType)number : PrometheusMetricType.Unknown;
}
