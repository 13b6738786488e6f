using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// <c>io.prometheus.write.v2.Request</c> (remote write 2.0): symbols = 4, timeseries = 5 with labels_refs = 1, samples = 2, histograms = 3, exemplars = 4,
/// metadata = 5 and created_timestamp = 6 (up to release candidate 3). Every text is a place among the symbols.
/// </summary>
internal static class RemoteWriteV2
{
    private const uint RequestSymbols = (4 << 3) | 2;
    private const uint Series = (5 << 3) | 2;
    private const uint PackedRefs = (1 << 3) | 2;
    private const uint SingleRef = 1 << 3;
    private const uint Samples = (2 << 3) | 2;
    private const uint Histograms = (3 << 3) | 2;
    private const uint Exemplars = (4 << 3) | 2;
    private const uint SeriesMetadata = (5 << 3) | 2;
    private const uint CreatedTimestamp = 6 << 3;
    private const uint MetadataType = 1 << 3;
    private const uint MetadataHelp = 3 << 3;
    private const uint MetadataUnit = 4 << 3;

    public static void Decode(ref ProtobufReader reader, ReadOnlySpan<byte> bytes, PrometheusRequest request)
    {
        var symbols = ReadSymbols(ref reader, bytes);
        reader.Rewind(0);
        if (symbols.Count > 0 && !symbols[0].IsEmpty)
        {
            reader.Fail("the first of the symbols must be empty", 0);
            return;
        }

        while (reader.NextField(Series))
        {
            ReadSeries(ref reader, symbols, request);
        }
    }

    private static Symbols ReadSymbols(scoped ref ProtobufReader reader, ReadOnlySpan<byte> bytes)
    {
        var places = new Column<TextRef>();
        while (reader.NextField(RequestSymbols))
        {
            var length = reader.ReadBytes().Length;
            places.Add(new TextRef(reader.Position - length, length));
        }

        return new Symbols(bytes, places);
    }

    private static void ReadSeries(ref ProtobufReader reader, scoped in Symbols symbols, PrometheusRequest request)
    {
        var series = new PrometheusSeries(request);
        long created = 0;
        var refs = new RefReader();
        var outer = reader.Enter();
        var start = reader.Position;
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case PackedRefs or SingleRef:
                    var list = refs.Begin(ref reader, tag == PackedRefs);
                    while (refs.Next(ref reader, symbols, request, out var name, out var value))
                    {
                        series.AddLabel(name, value);
                    }

                    refs.End(ref reader, list);
                    break;
                case SeriesMetadata:
                    series.Metadata = ReadMetadata(ref reader, symbols, request) ?? series.Metadata;
                    break;
                case CreatedTimestamp:
                    created = (long)reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        if (refs.IsBroken)
        {
            series.Refuse(DecodeIssue.SymbolMissing);
        }

        series.EndLabels();
        reader.Rewind(start);
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Samples:
                    SampleProtobuf.Read(ref reader, out var sample, out var time, out var began);
                    series.AddSample(sample, time, began != 0 ? began : created);
                    break;
                case Histograms:
                    request.Histogram.Read(ref reader);
                    series.AddHistogram(created);
                    break;
                case Exemplars:
                    ReadExemplar(ref reader, symbols, request, ref series);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        series.End();
    }

    private static void ReadExemplar(ref ProtobufReader reader, scoped in Symbols symbols, PrometheusRequest request, ref PrometheusSeries series)
    {
        var exemplar = default(ExemplarRow);
        double value = 0;
        long time = 0;
        var refs = new RefReader();
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case PackedRefs or SingleRef:
                    var list = refs.Begin(ref reader, tag == PackedRefs);
                    while (refs.Next(ref reader, symbols, request, out var name, out var text))
                    {
                        series.AddExemplarLabel(ref exemplar, name, text);
                    }

                    refs.End(ref reader, list);
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
        exemplar.LeftOut += refs.IsBroken ? 1u : 0u;
        series.EndExemplar(ref exemplar, value, time);
    }

    /// <summary>Null when they say nothing.</summary>
    private static PrometheusMetadata? ReadMetadata(ref ProtobufReader reader, scoped in Symbols symbols, PrometheusRequest request)
    {
        var type = 0;
        ulong help = 0;
        ulong unit = 0;
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case MetadataType:
                    type = reader.ReadInt32();
                    break;
                case MetadataHelp:
                    help = reader.ReadVarint();
                    break;
                case MetadataUnit:
                    unit = reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        if (type == 0 && help == 0 && unit == 0)
        {
            return null;
        }

        // A reference to nowhere costs the text only: the samples are what matters.
        symbols.TryGet(help, out var helpText);
        symbols.TryGet(unit, out var unitText);
        if (!request.Refer(helpText.Length + unitText.Length))
        {
            reader.Fail("too much text", reader.Position);
            return null;
        }

        return request.MetadataBySymbols.TryGetValue((type, help, unit), out var known)
            ? known
            : request.MetadataBySymbols[(type, help, unit)] = request.Metadata(type, helpText, unitText);
    }

    /// <summary>The texts of a request by their numbers.</summary>
    private readonly ref struct Symbols(ReadOnlySpan<byte> request, Column<TextRef> places)
    {
        private readonly ReadOnlySpan<byte> _request = request;

        public int Count => places.Count;

        public ReadOnlySpan<byte> this[int number] => _request.Slice(places[number].Offset, places[number].Length);

        public bool TryGet(ulong number, out ReadOnlySpan<byte> text)
        {
            var isThere = number < (ulong)places.Count;
            text = isThere ? this[(int)number] : default;
            return isThere;
        }
    }

    /// <summary>Reads references two by two, name and value, however they are cut into fields.</summary>
    private struct RefReader
    {
        private ulong _name;
        private bool _hasName;
        private bool _isMissing;
        private int _left;

        /// <summary>A reference points nowhere, or the last name has no value.</summary>
        public readonly bool IsBroken => _isMissing || _hasName;

        public int Begin(ref ProtobufReader reader, bool isPacked)
        {
            _left = isPacked ? int.MaxValue : 1;
            return isPacked ? reader.Enter() : -1;
        }

        public bool Next(ref ProtobufReader reader, scoped in Symbols symbols, PrometheusRequest request, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
        {
            while (_left > 0 && reader.HasMore && !_isMissing)
            {
                var reference = reader.ReadVarint();
                _left--;
                if (!_hasName)
                {
                    (_name, _hasName) = (reference, true);
                    continue;
                }

                _hasName = false;
                if (symbols.TryGet(_name, out name) & symbols.TryGet(reference, out value))
                {
                    if (request.Refer(name.Length + value.Length))
                    {
                        return true;
                    }

                    reader.Fail("too much text", reader.Position);
                }

                _isMissing = true;
            }

            name = default;
            value = default;
            return false;
        }

        /// <summary>Passes over what was not read because a reference before it points nowhere.</summary>
        /// <param name="outer">What <see cref="Begin"/> returned.</param>
        public readonly void End(ref ProtobufReader reader, int outer)
        {
            if (outer < 0)
            {
                if (_left > 0)
                {
                    reader.ReadVarint();
                }

                return;
            }

            while (reader.HasMore)
            {
                reader.ReadVarint();
            }

            reader.Leave(outer);
        }
    }
}
