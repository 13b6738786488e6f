using System.Text;
using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// <c>prometheus.WriteRequest</c> (remote write 1.0): timeseries = 1 with labels = 1, samples = 2, exemplars = 3, histograms = 4; metadata = 3.
/// </summary>
internal static class RemoteWriteV1
{
    private const uint Series = (1 << 3) | 2;
    private const uint RequestMetadata = (3 << 3) | 2;
    private const uint SeriesLabels = (1 << 3) | 2;
    private const uint Samples = (2 << 3) | 2;
    private const uint Exemplars = (3 << 3) | 2;
    private const uint Histograms = (4 << 3) | 2;

    /// <summary>Type of a metric's metadata; the name is 2, the help 4 and the unit 5.</summary>
    private const uint MetadataType = 1 << 3;
    private const uint MetadataName = (2 << 3) | 2;
    private const uint MetadataHelp = (4 << 3) | 2;
    private const uint MetadataUnit = (5 << 3) | 2;

    public static void Decode(ref ProtobufReader reader, PrometheusRequest request)
    {
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Series:
                    ReadSeries(ref reader, request);
                    break;
                case RequestMetadata:
                    ReadMetadata(ref reader, request);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    private static void ReadSeries(ref ProtobufReader reader, PrometheusRequest request)
    {
        var series = new PrometheusSeries(request);
        var outer = reader.Enter();
        var start = reader.Position;
        while (reader.NextField(SeriesLabels))
        {
            reader.ReadPair(out var name, out var value);
            series.AddLabel(name, value);
        }

        series.EndLabels();
        reader.Rewind(start);
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Samples:
                    SampleProtobuf.Read(ref reader, out var sample, out var time, out var began);
                    series.AddSample(sample, time, began);
                    break;
                case Exemplars:
                    ReadExemplar(ref reader, ref series);
                    break;
                case Histograms:
                    request.Histogram.Read(ref reader);
                    series.AddHistogram(0);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        series.End();
    }

    private static void ReadExemplar(ref ProtobufReader reader, ref PrometheusSeries series)
    {
        var exemplar = default(ExemplarRow);
        double value = 0;
        long time = 0;
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case SeriesLabels:
                    reader.ReadPair(out var name, out var text);
                    series.AddExemplarLabel(ref exemplar, name, text);
                    break;
                case SampleProtobuf.ExemplarValue:
                    value = reader.ReadDouble();
                    break;
                case SampleProtobuf.ExemplarTime:
                    time = (long)reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        series.EndExemplar(ref exemplar, value, time);
    }

    private static void ReadMetadata(ref ProtobufReader reader, PrometheusRequest request)
    {
        var type = 0;
        var name = default(ReadOnlySpan<byte>);
        var help = default(ReadOnlySpan<byte>);
        var unit = default(ReadOnlySpan<byte>);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case MetadataType:
                    type = reader.ReadInt32();
                    break;
                case MetadataName:
                    name = reader.ReadBytes();
                    break;
                case MetadataHelp:
                    help = reader.ReadBytes();
                    break;
                case MetadataUnit:
                    unit = reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        if (!name.IsEmpty && name.Length <= request.State.Limits.MaxNameBytes)
        {
            request.Catalogue.SetMetadata(request.Batch.Tenant, Encoding.UTF8.GetString(name), request.Metadata(type, help, unit));
        }
    }
}
