using System.Globalization;
using Prometheus.Write.V1;
using V2 = Prometheus.Write.V2;

namespace Clew.Tests.Protocols.Prometheus;

/// <summary>Requests that follow from a seed.</summary>
internal static class RandomRequests
{
    private static readonly string[] Names = ["a", "b_total", "job", "instance", "le", "zone", "http.route", "ключ"];

    public static WriteRequest V1(Random random)
    {
        var request = new WriteRequest();
        for (var left = random.Next(6); left > 0; left--)
        {
            var series = new TimeSeries { Labels = { RemoteWriteDecoderTests.Label("__name__", "m" + random.Next(4).ToString(CultureInfo.InvariantCulture)) } };
            series.Labels.AddRange(Names.Where(_ => random.Next(3) == 0).OrderBy(_ => random.Next()).Select(name => RemoteWriteDecoderTests.Label(name, Value(random))));
            var time = random.NextInt64(2_000_000_000_000);
            for (var samples = random.Next(4); samples > 0; samples--)
            {
                series.Samples.Add(new Sample { Value = random.NextDouble() * 1_000, Timestamp = time += random.Next(1, 1_000) });
            }

            for (var exemplars = random.Next(3) * random.Next(2); exemplars > 0; exemplars--)
            {
                series.Exemplars.Add(new Exemplar { Value = random.Next(10), Timestamp = time, Labels = { RemoteWriteDecoderTests.Label("trace_id", Value(random)) } });
            }

            if (random.Next(4) == 0)
            {
                series.Histograms.Add(NativeHistogramTests.Random(random, time));
            }

            request.Timeseries.Add(series);
        }

        return request;
    }

    /// <summary>The same said in version 2.0, without metadata.</summary>
    public static V2.Request ToV2(WriteRequest request)
    {
        var symbols = new List<string> { string.Empty };
        uint Ref(string text)
        {
            var at = symbols.IndexOf(text);
            if (at < 0)
            {
                at = symbols.Count;
                symbols.Add(text);
            }

            return (uint)at;
        }

        var converted = new V2.Request();
        foreach (var series in request.Timeseries)
        {
            converted.Timeseries.Add(new V2.TimeSeries
            {
                LabelsRefs = { series.Labels.SelectMany(label => new[] { Ref(label.Name), Ref(label.Value) }) },
                Samples = { series.Samples.Select(sample => new V2.Sample { Value = sample.Value, Timestamp = sample.Timestamp }) },
                Histograms = { series.Histograms.Select(histogram => V2.Histogram.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(histogram))) },
                Exemplars = { series.Exemplars.Select(exemplar => new V2.Exemplar { Value = exemplar.Value, Timestamp = exemplar.Timestamp, LabelsRefs = { exemplar.Labels.SelectMany(label => new[] { Ref(label.Name), Ref(label.Value) }) } }) },
            });
        }

        converted.Symbols.AddRange(symbols);
        return converted;
    }

    private static string Value(Random random) => random.Next(8) switch
    {
        0 => string.Empty,
        1 => "shop/cart",
        2 => "a/b/c",
        3 => "0af7651916cd43dd8448eb211c80319c",
        4 => "ünï\"\\\n",
        _ => "v" + random.Next(100).ToString(CultureInfo.InvariantCulture),
    };
}
