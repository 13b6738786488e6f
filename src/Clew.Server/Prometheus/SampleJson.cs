using System.Globalization;
using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;

namespace Clew.Server.Prometheus;

/// <summary>Samples as Prometheus writes them: <c>[1435781451.781,"1"]</c>, times in seconds as numbers, values as texts; histograms with their buckets.</summary>
internal static class SampleJson
{
    public static void WriteLabels(Utf8JsonWriter writer, LabelSet labels)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in labels.Pairs)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ResultSample sample)
    {
        writer.WriteStartArray();
        WriteTime(writer, sample.Time);
        if (sample.Histogram is { } histogram)
        {
            Write(writer, histogram);
        }
        else
        {
            writer.WriteStringValue(Number(sample.Value));
        }

        writer.WriteEndArray();
    }

    /// <summary>Milliseconds as seconds; the fraction only where there is one.</summary>
    public static void WriteTime(Utf8JsonWriter writer, long milliseconds)
    {
        var seconds = Math.DivRem(Math.Abs(milliseconds), 1_000, out var rest);
        var sign = milliseconds < 0 ? "-" : string.Empty;
        writer.WriteRawValue(
            rest == 0 ? string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}") : string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}.{rest:000}"), skipInputValidation: true);
    }

    /// <summary>Shortest digits; with an exponent below 1e-6 and from 1e21 on.</summary>
    public static string Number(double value)
    {
        if (double.IsFinite(value) && value != 0 && Math.Abs(value) is < 1e-6 or >= 1e21)
        {
            // Beyond these bounds the shortest text always has an exponent; Go writes it with two digits at least.
            var text = value.ToString("R", CultureInfo.InvariantCulture);
            var at = text.IndexOf('E', StringComparison.Ordinal);
            var exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, at)}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        return GoNumber.FormatPlain(value);
    }

    private static void Write(Utf8JsonWriter writer, FloatHistogram histogram)
    {
        writer.WriteStartObject();
        writer.WriteString("count"u8, Number(histogram.Count));
        writer.WriteString("sum"u8, Number(histogram.Sum));
        var isOpen = false;
        foreach (var bucket in histogram.Buckets())
        {
            if (!isOpen)
            {
                writer.WriteStartArray("buckets"u8);
                isOpen = true;
            }

            writer.WriteStartArray();
            writer.WriteNumberValue((bucket.LowerInclusive, bucket.UpperInclusive) switch { (false, true) => 0, (true, false) => 1, (false, false) => 2, _ => 3 });
            writer.WriteStringValue(Number(bucket.Lower));
            writer.WriteStringValue(Number(bucket.Upper));
            writer.WriteStringValue(Number(bucket.Count));
            writer.WriteEndArray();
        }

        if (isOpen)
        {
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
