using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Clew.Testing;
using Google.Protobuf;
using Zipkin.Proto3;

namespace Clew.Tests.Protocols.Zipkin;

/// <summary>Lists of Zipkin's spans in which everything that can be there sometimes is. Everything follows from the seed.</summary>
internal sealed class RandomZipkin(int seed)
{
    private static readonly string[] Texts = ["a", "checkout", "ünïcödé ⏳", "line\nbreak", "\"quoted\\", new('x', 200)];

    private static readonly string[] Keys = ["k", "http.path", "error", "otel.status_code", "otel.status_description", "ключ", "sql.query"];

    private static readonly string[] Services = ["shop", "payments", "db"];

    private static readonly string[] Codes = ["cs", "sr", "ss", "cr", "ms", "mr", "ws", "wr", "note", "x"];

    private readonly Random _random = new(seed);

    public ListOfSpans List()
    {
        var list = new ListOfSpans();
        list.Spans.AddRange(Enumerable.Range(0, _random.Next(5)).Select(_ => Span()));
        return list;
    }

    public IReadOnlyList<ZipkinV1Model> V1() => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => V1Span())];

    /// <summary>The same list in Zipkin's JSON, by the names of its fields.</summary>
    public static string ToJson(ListOfSpans list) => new JsonArray([.. list.Spans.Select(ToJson)]).ToJsonString();

    private static JsonObject ToJson(Span span)
    {
        var json = new JsonObject { ["traceId"] = Hex(span.TraceId), ["id"] = Hex(span.Id) };
        SetIf(span.ParentId.Length > 0, "parentId", Hex(span.ParentId));
        SetIf(span.Kind > 0, "kind", span.Kind switch { 1 => "CLIENT", 2 => "SERVER", 3 => "PRODUCER", _ => "CONSUMER" });
        SetIf(span.Name.Length > 0, "name", span.Name);
        SetIf(span.Timestamp > 0, "timestamp", span.Timestamp);
        SetIf(span.Duration > 0, "duration", span.Duration);
        SetIf(span.LocalEndpoint is not null, "localEndpoint", ToJson(span.LocalEndpoint));
        SetIf(span.RemoteEndpoint is not null, "remoteEndpoint", ToJson(span.RemoteEndpoint));
        SetIf(span.Annotations.Count > 0, "annotations", new JsonArray([.. span.Annotations.Select(annotation => new JsonObject { ["timestamp"] = annotation.Timestamp, ["value"] = annotation.Value })]));
        SetIf(span.Tags.Count > 0, "tags", new JsonObject(span.Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))));
        SetIf(span.Debug, "debug", true);
        SetIf(span.Shared, "shared", true);
        return json;

        void SetIf(bool condition, string name, JsonNode? value)
        {
            if (condition)
            {
                json[name] = value;
            }
        }
    }

    private static JsonObject? ToJson(Endpoint? endpoint)
    {
        if (endpoint is null)
        {
            return null;
        }

        var json = new JsonObject { ["serviceName"] = endpoint.ServiceName };
        if (endpoint.Ipv4.Length > 0)
        {
            json["ipv4"] = new IPAddress(endpoint.Ipv4.Span).ToString();
        }

        if (endpoint.Ipv6.Length > 0)
        {
            json["ipv6"] = new IPAddress(endpoint.Ipv6.Span).ToString();
        }

        json["port"] = endpoint.Port;
        return json;
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private Span Span()
    {
        var span = new Span
        {
            TraceId = Bytes(_random.Next(2) == 0 ? 8 : 16),
            Id = Bytes(8),
            ParentId = _random.Next(2) == 0 ? ByteString.Empty : Bytes(8),
            Kind = _random.Next(5),
            Name = _random.Next(4) == 0 ? string.Empty : Pick(Texts),
            Timestamp = _random.Next(5) == 0 ? 0 : (ulong)_random.NextInt64(1, 4_000_000_000_000_000),
            Duration = (ulong)_random.NextInt64(0, 10_000_000),
            LocalEndpoint = EndpointOrNone(),
            RemoteEndpoint = EndpointOrNone(),
            Debug = _random.Next(5) == 0,
            Shared = _random.Next(3) == 0,
        };
        for (var left = _random.Next(3); left > 0; left--)
        {
            span.Annotations.Add(new Annotation { Timestamp = (ulong)_random.NextInt64(1, 4_000_000_000_000_000), Value = Pick(Texts) });
        }

        for (var left = _random.Next(6); left > 0; left--)
        {
            span.Tags[Pick(Keys)] = Pick(["OK", "ERROR", "false", "", .. Texts]);
        }

        return span;
    }

    private Endpoint? EndpointOrNone() => _random.Next(3) == 0 ? null : new Endpoint
    {
        ServiceName = _random.Next(3) == 0 ? string.Empty : Pick(Services),
        Ipv4 = _random.Next(2) == 0 ? ByteString.Empty : Bytes(4),
        Ipv6 = _random.Next(4) == 0 ? Bytes(16) : ByteString.Empty,
        Port = _random.Next(2) == 0 ? 0 : _random.Next(1, 65_536),
    };

    private ZipkinV1Model V1Span() => new(_random.Next(2) == 0 ? 0 : Id(), Id(), Id(), _random.Next(2) == 0 ? 0 : Id(), Pick(Texts))
    {
        Timestamp = _random.Next(2) == 0 ? 0 : Time(),
        Duration = _random.Next(2) == 0 ? 0 : _random.Next(1, 1_000_000),
        Debug = _random.Next(4) == 0,
        Annotations = [.. Enumerable.Range(0, _random.Next(6)).Select(_ => new ZipkinV1Annotation(Time(), Pick(Codes), V1Endpoint()))],
        Tags = [.. Enumerable.Range(0, _random.Next(5)).Select(_ => new ZipkinV1Tag(Pick(["sa", "ca", "ma", "lc", .. Keys]), _random.Next(2) == 0 ? true : Pick(["", .. Texts]), V1Endpoint()))],
    };

    private ZipkinV1Endpoint? V1Endpoint() =>
        _random.Next(5) == 0 ? null : new ZipkinV1Endpoint(Pick(["", .. Services]), _random.Next(2) == 0 ? string.Empty : "10.0.0." + _random.Next(1, 9).ToString(CultureInfo.InvariantCulture), _random.Next(3) == 0 ? 0 : _random.Next(1, 65_536));

    private long Time() => _random.NextInt64(1_500_000_000_000_000, 1_500_000_001_000_000);

    private ulong Id() => (ulong)_random.NextInt64(1, long.MaxValue) | (_random.Next(2) == 0 ? 1UL << 63 : 0);

    private ByteString Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        if (length == 8)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, Id());
        }

        return ByteString.CopyFrom(bytes);
    }

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
