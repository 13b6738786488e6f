using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Query.Language;

namespace Clew.Cli.Client;

/// <summary>The parts of Prometheus's answers to queries that are shown.</summary>
public sealed record PrometheusReply(PrometheusData Data, IReadOnlyList<string>? Warnings = null, IReadOnlyList<string>? Infos = null);

/// <param name="Result">By the type: series of a vector or matrix, or a pair of time and text.</param>
public sealed record PrometheusData(string ResultType, JsonElement Result)
{
    /// <summary>The series of a vector, each with one sample, or of a matrix; those of a scalar or string one without labels.</summary>
    public IReadOnlyList<PrometheusSeries> Series() => ResultType is "scalar" or "string"
        ? [new PrometheusSeries(new Dictionary<string, string>(), [Sample(Result)])]
        : [.. Result.EnumerateArray().Select(Series)];

    private static PrometheusSeries Series(JsonElement series) => new(
        series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? string.Empty),
        [.. Samples(series).OrderBy(sample => sample.Seconds)]);

    private static IEnumerable<PrometheusSample> Samples(JsonElement series)
    {
        foreach (var member in series.EnumerateObject())
        {
            switch (member.Name)
            {
                case "value" or "histogram":
                    yield return Sample(member.Value);
                    break;
                case "values" or "histograms":
                    foreach (var sample in member.Value.EnumerateArray())
                    {
                        yield return Sample(sample);
                    }

                    break;
            }
        }
    }

    private static PrometheusSample Sample(JsonElement pair)
    {
        var value = pair[1];
        return value.ValueKind == JsonValueKind.Object
            ? new PrometheusSample(pair[0].GetDouble(), $"histogram of {value.GetProperty("count").GetString()}, sum {value.GetProperty("sum").GetString()}", null)
            : new PrometheusSample(pair[0].GetDouble(), value.GetString() ?? string.Empty, GoNumber.TryParse(value.GetString(), out var number) ? number : null);
    }
}

public sealed record PrometheusSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<PrometheusSample> Samples)
{
    /// <summary><c>name{a="b"}</c>.</summary>
    public string Name()
    {
        var labels = string.Join(", ", Labels.Where(label => label.Key != "__name__").Select(label => $"{label.Key}={QuotedText.Quote(label.Value)}"));
        var name = Labels.GetValueOrDefault("__name__", string.Empty);
        return labels.Length == 0 && name.Length > 0 ? name : $"{name}{{{labels}}}";
    }
}

/// <param name="Seconds">Since the Unix epoch.</param>
/// <param name="Number">Null for texts and histograms.</param>
public sealed record PrometheusSample(double Seconds, string Text, double? Number)
{
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(Seconds * 1_000));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Text} @{Seconds}");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PrometheusReply))]
internal sealed partial class PrometheusJsonContext : JsonSerializerContext;
