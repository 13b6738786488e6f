using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>A search as Jaeger's gRPC services ask it. What is not there is null or empty.</summary>
/// <param name="Attributes">In the order they came; values as text.</param>
/// <param name="Earliest">Nanoseconds since the Unix epoch.</param>
/// <param name="Latest">Nanoseconds since the Unix epoch.</param>
/// <param name="MinDuration">Nanoseconds.</param>
/// <param name="MaxDuration">Nanoseconds.</param>
/// <param name="Depth">Traces; 0 when it is not said.</param>
/// <param name="Unsupported">The first part of the question that cannot be honoured; null when there is none.</param>
public sealed record JaegerQuestion(
    string Service,
    string Operation,
    IReadOnlyList<KeyValuePair<string, string>> Attributes,
    long? Earliest,
    long? Latest,
    long? MinDuration,
    long? MaxDuration,
    int Depth,
    string? Unsupported);

/// <summary>One trace that is asked for by its id.</summary>
/// <param name="Id">As it came: in <c>api_v3</c> hex digits, elsewhere the id's bytes.</param>
/// <param name="Earliest">Nanoseconds since the Unix epoch.</param>
/// <param name="Latest">Nanoseconds since the Unix epoch.</param>
/// <param name="IsRaw">As stored, without adjustments.</param>
public sealed record JaegerTraceQuestion(byte[] Id, long? Earliest, long? Latest, bool IsRaw);

/// <summary>
/// Reads the requests of Jaeger's gRPC query services and of its remote storage: <c>jaeger.api_v2</c>, <c>jaeger.api_v3</c> and <c>jaeger.storage.v2</c>, by the
/// field numbers of jaeger-idl, which the three share as far as they go. Every method answers false for bytes that are no such message.
/// </summary>
public static class JaegerQueryReader
{
    private const uint First = (1 << 3) | 2;
    private const uint Second = (2 << 3) | 2;
    private const uint Third = (3 << 3) | 2;
    private const uint Attribute = (3 << 3) | 2;
    private const uint Earliest = (4 << 3) | 2;
    private const uint Latest = (5 << 3) | 2;
    private const uint MinDuration = (6 << 3) | 2;
    private const uint MaxDuration = (7 << 3) | 2;
    private const uint Depth = 8 << 3;
    private const uint StorageFilter = (9 << 3) | 2;
    private const uint Tenth = (10 << 3) | 2;
    private const uint Raw = 4 << 3;

    /// <summary>A <c>GetTraceRequest</c>.</summary>
    public static bool TryReadTrace(ReadOnlySpan<byte> message, [NotNullWhen(true)] out JaegerTraceQuestion? question)
    {
        var reader = new ProtobufReader(message);
        question = ReadTrace(ref reader);
        return !reader.Failed;
    }

    /// <summary>The storage's <c>GetTracesRequest</c>.</summary>
    /// <param name="most">Traces of one request; further ones are counted, not kept.</param>
    /// <param name="questions">The first of them.</param>
    /// <param name="count">How many there were.</param>
    public static bool TryReadTraces(ReadOnlySpan<byte> message, int most, out IReadOnlyList<JaegerTraceQuestion> questions, out int count)
    {
        var read = new List<JaegerTraceQuestion>();
        questions = read;
        count = 0;
        var reader = new ProtobufReader(message);
        while (reader.NextField(First))
        {
            var outer = reader.Enter();
            var question = ReadTrace(ref reader);
            reader.Leave(outer);
            count++;
            if (read.Count < most)
            {
                read.Add(question);
            }
        }

        return !reader.Failed;
    }

    /// <summary>A <c>FindTracesRequest</c> or another message whose field 1 are <c>TraceQueryParameters</c>.</summary>
    /// <param name="isStorage">Whether attributes have values of several types, as <c>jaeger.storage.v2</c> has them, or text.</param>
    /// <param name="mostAttributes">Attributes that are kept, and one more.</param>
    /// <param name="question">Null when the message is without a query.</param>
    public static bool TryReadSearch(ReadOnlySpan<byte> message, bool isStorage, int mostAttributes, out JaegerQuestion? question)
    {
        var building = new Building { IsStorage = isStorage, MostAttributes = mostAttributes };
        var isThere = false;
        var reader = new ProtobufReader(message);
        while (reader.NextField(First))
        {
            isThere = true;
            var outer = reader.Enter();
            building.Read(ref reader);
            reader.Leave(outer);
        }

        question = isThere ? building.ToQuestion() : null;
        return !reader.Failed;
    }

    /// <summary>A <c>GetOperationsRequest</c>.</summary>
    public static bool TryReadOperations(ReadOnlySpan<byte> message, out string service, out string kind)
    {
        (service, kind) = (string.Empty, string.Empty);
        var reader = new ProtobufReader(message);
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case First:
                    service = Text(ref reader);
                    break;
                case Second:
                    kind = Text(ref reader);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        return !reader.Failed;
    }

    /// <summary>A <c>GetDependenciesRequest</c>; times in nanoseconds since the Unix epoch.</summary>
    public static bool TryReadDependencies(ReadOnlySpan<byte> message, out long? earliest, out long? latest)
    {
        (earliest, latest) = (null, null);
        var reader = new ProtobufReader(message);
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case First:
                    earliest = reader.ReadNanoseconds();
                    break;
                case Second:
                    latest = reader.ReadNanoseconds();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        return !reader.Failed;
    }

    /// <summary>An id of 16 bytes, or of 8, as clients have it that know no longer ones.</summary>
    public static bool TryReadId(ReadOnlySpan<byte> bytes, out TraceId id)
    {
        id = bytes.Length switch
        {
            TraceId.Size => new TraceId(bytes),
            TraceId.Size / 2 => new TraceId(0, System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes)),
            _ => default,
        };
        return !id.IsEmpty;
    }

    private static JaegerTraceQuestion ReadTrace(ref ProtobufReader reader)
    {
        byte[] id = [];
        long? earliest = null, latest = null;
        var isRaw = false;
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case First:
                    id = reader.ReadBytes().ToArray();
                    break;
                case Second:
                    earliest = reader.ReadNanoseconds();
                    break;
                case Third:
                    latest = reader.ReadNanoseconds();
                    break;
                case Raw:
                    isRaw = reader.ReadVarint() != 0;
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        return new JaegerTraceQuestion(id, earliest, latest, isRaw);
    }

    private static string Text(ref ProtobufReader reader) => Encoding.UTF8.GetString(reader.ReadBytes());

    /// <summary>A message that comes in several pieces is all of them together, so fields are gathered here.</summary>
    private ref struct Building
    {
        private List<KeyValuePair<string, string>>? _attributes;
        private string? _service;
        private string? _operation;
        private string? _unsupported;
        private long? _earliest;
        private long? _latest;
        private long? _shortest;
        private long? _longest;
        private int _depth;

        public required bool IsStorage { get; init; }

        public required int MostAttributes { get; init; }

        public void Read(ref ProtobufReader reader)
        {
            while (reader.NextField(out var tag))
            {
                switch (tag)
                {
                    case First:
                        _service = Text(ref reader);
                        break;
                    case Second:
                        _operation = Text(ref reader);
                        break;
                    case Attribute:
                        ReadAttribute(ref reader);
                        break;
                    case Earliest:
                        _earliest = reader.ReadNanoseconds();
                        break;
                    case Latest:
                        _latest = reader.ReadNanoseconds();
                        break;
                    case MinDuration:
                        _shortest = reader.ReadNanoseconds();
                        break;
                    case MaxDuration:
                        _longest = reader.ReadNanoseconds();
                        break;
                    case Depth:
                        _depth = reader.ReadInt32();
                        break;
                    case StorageFilter when IsStorage:
                        Refuse(ref reader, "filter");
                        break;
                    case Tenth:
                        Refuse(ref reader, IsStorage ? "pagination" : "filter");
                        break;
                    default:
                        reader.Skip(tag);
                        break;
                }
            }
        }

        public readonly JaegerQuestion ToQuestion() => new(_service ?? string.Empty, _operation ?? string.Empty, _attributes ?? [], _earliest, _latest, _shortest, _longest, _depth, _unsupported);

        private void Refuse(ref ProtobufReader reader, string what)
        {
            reader.ReadBytes();
            _unsupported ??= what;
        }

        private void ReadAttribute(ref ProtobufReader reader)
        {
            var key = string.Empty;
            var value = string.Empty;
            if (IsStorage)
            {
                var outer = reader.Enter();
                while (reader.NextField(out var tag))
                {
                    switch (tag)
                    {
                        case First:
                            key = Text(ref reader);
                            break;
                        case Second:
                            value = ReadValue(ref reader) ?? string.Empty;
                            break;
                        default:
                            reader.Skip(tag);
                            break;
                    }
                }

                reader.Leave(outer);
            }
            else
            {
                reader.ReadPair(out var name, out var text);
                (key, value) = (Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(text));
            }

            _attributes ??= [];
            if (_attributes.Count <= MostAttributes)
            {
                _attributes.Add(new(key, value));
            }
        }

        /// <summary>An <c>AnyValue</c> as the text that attributes are compared by.</summary>
        private string? ReadValue(ref ProtobufReader reader)
        {
            string? value = null;
            var outer = reader.Enter();
            while (reader.NextField(out var tag))
            {
                switch (tag)
                {
                    case First:
                        value = Text(ref reader);
                        break;
                    case 2 << 3:
                        value = reader.ReadVarint() == 0 ? "false" : "true";
                        break;
                    case 3 << 3:
                        value = ((long)reader.ReadVarint()).ToString(CultureInfo.InvariantCulture);
                        break;
                    case (4 << 3) | 1:
                        value = reader.ReadDouble().ToString(CultureInfo.InvariantCulture);
                        break;
                    case (7 << 3) | 2:
                        value = Convert.ToBase64String(reader.ReadBytes());
                        break;
                    case (5 << 3) | 2 or (6 << 3) | 2:
                        Refuse(ref reader, "attributes that are arrays or maps");
                        break;
                    default:
                        reader.Skip(tag);
                        break;
                }
            }

            reader.Leave(outer);
            return value;
        }
    }
}
