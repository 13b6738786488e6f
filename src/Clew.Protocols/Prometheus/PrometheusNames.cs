using System.Text;

namespace Clew.Protocols.Prometheus;

/// <summary>Prometheus's rules for names ("Data model", and OpenMetrics for suffixes).</summary>
internal static class PrometheusNames
{
    /// <summary>What the series of one metric have behind its name.</summary>
    public static readonly string[] SeriesSuffixes = ["_total", "_bucket", "_count", "_sum", "_created", "_gcount", "_gsum", "_info"];

    /// <summary>A letter, underscore or colon, then these and digits.</summary>
    public static bool IsMetricName(ReadOnlySpan<byte> name) => IsName(name, mayHaveColon: true);

    /// <summary>A letter or underscore, then these and digits.</summary>
    public static bool IsLabelName(ReadOnlySpan<byte> name) => IsName(name, mayHaveColon: false);

    /// <summary>Whether a series is one of the metric's, by its name.</summary>
    public static bool IsSeriesOf(ReadOnlySpan<byte> series, ReadOnlySpan<byte> metric)
    {
        if (metric.IsEmpty || !series.StartsWith(metric))
        {
            return false;
        }

        var rest = series[metric.Length..];
        if (rest.IsEmpty)
        {
            return true;
        }

        foreach (var suffix in SeriesSuffixes)
        {
            if (Ascii.Equals(rest, suffix))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsName(ReadOnlySpan<byte> name, bool mayHaveColon)
    {
        if (name.IsEmpty || char.IsAsciiDigit((char)name[0]))
        {
            return false;
        }

        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter != (byte)'_' && !(mayHaveColon && letter == (byte)':'))
            {
                return false;
            }
        }

        return true;
    }
}
