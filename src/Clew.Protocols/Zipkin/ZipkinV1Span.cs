using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>
/// One span of Zipkin's version 1 while it is read, and its conversion into spans of version 2, by the rules of Zipkin's own converter. One per request,
/// used again for each span.
/// </summary>
/// <remarks>
/// In version 1 a span belongs to every host that took part: events have a host each, and the two-letter ones (<c>cs</c> client sent, <c>sr</c> server
/// received, <c>ss</c>, <c>cr</c>, <c>ms</c> message sent, <c>mr</c>, <c>ws</c> wire sent, <c>wr</c>) say who did what when. Each service becomes a span
/// of its own with the same id; where there is a client's, the server's is marked as shared.
/// </remarks>
internal sealed class ZipkinV1Span(ZipkinSpanReader spans)
{
    /// <summary>Services of one span; reason: each becomes a row, and finding a service's row looks at all of them; consequence: what further ones did is the first one's.</summary>
    private const int MaxHalves = 32;

    private readonly Column<Annotation> _annotations = new();
    private readonly Column<BinaryAnnotation> _tags = new();
    private readonly Column<ZipkinEndpoint> _endpoints = new();
    private readonly Column<Half> _halves = new();

    public TraceId TraceId;
    public SpanId SpanId;
    public SpanId Parent;

    /// <summary>Dictionary number.</summary>
    public int Name;

    /// <summary>Microseconds; 0 when there is none.</summary>
    public long Timestamp;

    /// <summary>Microseconds; 0 when there is none.</summary>
    public long Duration;

    public bool IsDebug;

    private DecodeIssue _issue;

    public SpanBatch Batch => spans.Batch;

    public DecodeState State => spans.State;

    public void Begin()
    {
        State.BeginRecord();
        _annotations.Clear();
        _tags.Clear();
        _endpoints.Clear();
        _halves.Clear();
        TraceId = default;
        SpanId = default;
        Parent = default;
        Name = 0;
        Timestamp = 0;
        Duration = 0;
        IsDebug = false;
    }

    /// <summary>Keeps an endpoint for annotations to name.</summary>
    /// <returns>Its number.</returns>
    public int Add(in ZipkinEndpoint endpoint)
    {
        _endpoints.Add(endpoint);
        return _endpoints.Count - 1;
    }

    /// <param name="endpoint">From <see cref="Add"/>; -1 for none.</param>
    public void AddAnnotation(long microseconds, TextRef value, int endpoint)
    {
        if (_annotations.Count >= State.Limits.MaxEvents)
        {
            State.Refuse(DecodeIssue.TooManyEvents);
            return;
        }

        if (value.Length > State.Limits.MaxNameBytes)
        {
            State.Refuse(DecodeIssue.NameTooLong);
            return;
        }

        _annotations.Add(new Annotation { Time = microseconds, Value = value, Endpoint = endpoint });
    }

    /// <param name="key">Dictionary number, from <see cref="AttributeRow.Key"/>.</param>
    /// <param name="endpoint">From <see cref="Add"/>; -1 for none.</param>
    /// <param name="isTrue">The value is the bool true, which makes <c>ca</c>, <c>sa</c> and <c>ma</c> say whose endpoint it is.</param>
    public void AddTag(int key, TextRef value, int endpoint, bool isTrue)
    {
        if (_tags.Count >= State.Limits.MaxAttributes)
        {
            State.Refuse(DecodeIssue.TooManyAttributes);
            return;
        }

        if (value.Length > State.Limits.MaxValueBytes)
        {
            State.Refuse(DecodeIssue.ValueTooLong);
            return;
        }

        _tags.Add(new BinaryAnnotation { Key = key, Value = value, Endpoint = endpoint, IsAddress = isTrue && endpoint >= 0 && IsAddressKey(key) });
    }

    /// <summary>Adds the spans of version 2, or counts why not.</summary>
    public void End()
    {
        _issue = State.RecordIssue;
        _halves.Add(default);
        var moments = default(Moments);
        ReadAnnotations(ref moments);
        CompleteRpc(ref moments);
        CompleteMessage(moments);
        ReadTags(moments);
        for (var half = 0; half < _halves.Count; half++)
        {
            Write(half);
        }
    }

    private bool IsAddressKey(int key)
    {
        var name = Batch.Dictionary.Get(key);
        return name.SequenceEqual("sa"u8) || name.SequenceEqual("ca"u8) || name.SequenceEqual("ma"u8);
    }

    private void ReadAnnotations(ref Moments moments)
    {
        for (var i = 0; i < _annotations.Count; i++)
        {
            ref var annotation = ref _annotations[i];
            annotation.Half = HalfOf(annotation.Endpoint);
            if (annotation.Endpoint < 0 || annotation.Value.Length != 2)
            {
                continue;
            }

            var code = Batch.Arena.Get(annotation.Value);
            var moment = new Moment(annotation.Time, annotation.Endpoint);
            var kind = SpanKind.Unspecified;
            switch ((char)code[0], (char)code[1])
            {
                case ('c', 's'):
                    (moments.ClientSent, kind) = (moment, SpanKind.Client);
                    break;
                case ('s', 'r'):
                    (moments.ServerReceived, kind) = (moment, SpanKind.Server);
                    break;
                case ('s', 's'):
                    (moments.ServerSent, kind) = (moment, SpanKind.Server);
                    break;
                case ('c', 'r'):
                    (moments.ClientReceived, kind) = (moment, SpanKind.Client);
                    break;
                case ('m', 's'):
                    (moments.MessageSent, kind) = (moment, SpanKind.Producer);
                    break;
                case ('m', 'r'):
                    (moments.MessageReceived, kind) = (moment, SpanKind.Consumer);
                    break;
                case ('w', 's'):
                    moments.WireSent = moment;
                    break;
                case ('w', 'r'):
                    moments.WireReceived = moment;
                    break;
                default:
                    continue;
            }

            if (kind != SpanKind.Unspecified)
            {
                _halves[annotation.Half].Kind = kind;
            }

            annotation.IsCore = true;
        }
    }

    private void CompleteRpc(ref Moments moments)
    {
        // A bridge from a span model may have sent the end only; it says when the beginning was.
        if (moments.ClientSent is null && IsEndOfSpan(moments.ClientReceived))
        {
            moments.ClientSent = new Moment(Timestamp, moments.ClientReceived!.Value.Endpoint);
        }

        if (moments.ServerReceived is null && IsEndOfSpan(moments.ServerSent))
        {
            moments.ServerReceived = new Moment(Timestamp, moments.ServerSent!.Value.Endpoint);
        }

        if (moments is { ClientSent: { } sent, ServerReceived: { } received })
        {
            SetTimes(sent, moments.ClientReceived);
            var client = HalfOf(sent.Endpoint);
            int server;
            if (Service(sent.Endpoint) == Service(received.Endpoint))
            {
                // A service that calls itself: two spans all the same.
                _halves[client].Kind = SpanKind.Client;
                server = NewHalf(received.Endpoint);
                _halves[server].Kind = SpanKind.Server;
            }
            else
            {
                server = HalfOf(received.Endpoint);
            }

            _halves[server].IsShared = true;
            _halves[server].Timestamp = received.Time;
            _halves[server].Duration = moments.ServerSent is { } answered ? answered.Time - received.Time : 0;
            if (moments.ClientReceived is null && Duration == 0)
            {
                _halves[client].Duration = 0;
            }
        }
        else if (moments is { ClientSent: { } asked, ClientReceived: { } heard })
        {
            SetTimes(asked, heard);
        }
        else if (moments is { ServerReceived: { } begun, ServerSent: { } ended })
        {
            SetTimes(begun, ended);
        }
        else
        {
            KeepIncomplete(moments);
        }

        // Version 1 has no flag: a server's span without a time of its own was begun by a client.
        if (moments.ClientSent is null && moments.ServerReceived is { } alone && (Timestamp == 0 || (moments.ServerSent is not null && Duration == 0)))
        {
            _halves[HalfOf(alone.Endpoint)].IsShared = true;
        }
    }

    private void CompleteMessage(in Moments moments)
    {
        if (moments is { MessageSent: { } sent, MessageReceived: { } received })
        {
            var producer = HalfOf(sent.Endpoint);
            int consumer;
            if (Service(sent.Endpoint) == Service(received.Endpoint))
            {
                _halves[producer].Kind = SpanKind.Producer;
                consumer = NewHalf(received.Endpoint);
                _halves[consumer].Kind = SpanKind.Consumer;
            }
            else
            {
                consumer = HalfOf(received.Endpoint);
            }

            _halves[consumer].IsShared = true;
            _halves[consumer].Timestamp = moments.WireReceived?.Time ?? received.Time;
            _halves[consumer].Duration = moments.WireReceived is { } arrived ? received.Time - arrived.Time : 0;
            _halves[producer].Timestamp = sent.Time;
            _halves[producer].Duration = moments.WireSent is { } left ? left.Time - sent.Time : 0;
        }
        else if (moments.MessageSent is { } onlySent)
        {
            SetTimes(onlySent, moments.WireSent);
        }
        else if (moments.MessageReceived is { } onlyReceived)
        {
            SetTimes(moments.WireReceived ?? onlyReceived, moments.WireReceived is null ? null : onlyReceived);
        }
        else
        {
            KeepAsAnnotation("ws"u8);
            KeepAsAnnotation("wr"u8);
        }
    }

    private void ReadTags(in Moments moments)
    {
        int client = -1, server = -1, broker = -1;
        for (var i = 0; i < _tags.Count; i++)
        {
            ref var tag = ref _tags[i];
            if (!tag.IsAddress)
            {
                tag.Half = HalfOf(tag.Endpoint);
                continue;
            }

            switch ((char)Batch.Dictionary.Get(tag.Key)[0])
            {
                case 'c':
                    client = tag.Endpoint;
                    break;
                case 's':
                    server = tag.Endpoint;
                    break;
                default:
                    broker = tag.Endpoint;
                    break;
            }
        }

        if (!moments.HasRpc && (client >= 0 || server >= 0))
        {
            SetRemoteWithoutMoments(client, server);
            return;
        }

        if (client >= 0 && (moments.ServerReceived ?? moments.ServerSent) is { } served && !Equals(_endpoints[client], _endpoints[served.Endpoint]))
        {
            var remote = _endpoints[client];

            // Finagle gives the client's socket the server's own name, which would be a service that calls itself.
            remote.Service = remote.Service == Service(served.Endpoint) ? 0 : remote.Service;
            _halves[HalfOf(served.Endpoint)].Remote = remote;
        }

        if (server >= 0 && (moments.ClientSent ?? moments.ClientReceived) is { } asked)
        {
            _halves[HalfOf(asked.Endpoint)].Remote = _endpoints[server];
        }

        if (broker >= 0 && moments.MessageSent is { } sent)
        {
            _halves[HalfOf(sent.Endpoint)].Remote = _endpoints[broker];
        }

        if (broker >= 0 && moments.MessageReceived is { } received)
        {
            _halves[HalfOf(received.Endpoint)].Remote = _endpoints[broker];
        }
    }

    private void SetRemoteWithoutMoments(int client, int server)
    {
        if (client >= 0 && server >= 0)
        {
            _halves[HalfOf(client)].Remote = _endpoints[server];
        }
        else if (server >= 0)
        {
            _halves[0].Remote = _endpoints[server];
        }
        else
        {
            _halves[0].Kind = SpanKind.Server;
            _halves[0].Remote = _endpoints[client];
        }
    }

    private bool IsEndOfSpan(Moment? end) => end is { } known && Timestamp != 0 && Duration != 0 && Timestamp <= long.MaxValue - Math.Max(0, Duration) && Timestamp + Duration == known.Time;

    /// <summary>The span's own times are over those of its moments.</summary>
    private void SetTimes(Moment begin, Moment? end)
    {
        ref var half = ref _halves[HalfOf(begin.Endpoint)];
        if (Timestamp != 0 && Duration != 0)
        {
            half.Timestamp = Timestamp;
            half.Duration = Duration;
            return;
        }

        half.Timestamp = begin.Time;
        half.Duration = end is { } known ? known.Time - begin.Time : half.Duration;
    }

    /// <summary>A call of which only one moment is known has no duration; its end stays an annotation.</summary>
    private void KeepIncomplete(in Moments moments)
    {
        for (var i = 0; i < _halves.Count; i++)
        {
            ref var half = ref _halves[i];
            half.Timestamp = half.Kind switch
            {
                SpanKind.Client => moments.ClientSent?.Time ?? half.Timestamp,
                SpanKind.Server => moments.ServerReceived?.Time ?? half.Timestamp,
                _ => half.Timestamp,
            };
        }

        KeepAsAnnotation("cr"u8);
        KeepAsAnnotation("ss"u8);
        if (Timestamp != 0)
        {
            _halves[0].Timestamp = Timestamp;
            _halves[0].Duration = Duration;
        }
    }

    private void KeepAsAnnotation(ReadOnlySpan<byte> code)
    {
        for (var i = 0; i < _annotations.Count; i++)
        {
            ref var annotation = ref _annotations[i];
            if (annotation.IsCore && Batch.Arena.Get(annotation.Value).SequenceEqual(code))
            {
                annotation.IsCore = false;
            }
        }
    }

    private int Service(int endpoint) => _endpoints[endpoint].Service;

    private static bool Equals(in ZipkinEndpoint left, in ZipkinEndpoint right) =>
        left.Service == right.Service && left.Port == right.Port && left.Ipv4 == right.Ipv4 && left.Ipv6 == right.Ipv6;

    /// <summary>The span of an endpoint's service, made when there is none; the first one for no endpoint.</summary>
    private int HalfOf(int endpoint)
    {
        if (endpoint < 0)
        {
            return 0;
        }

        ref var first = ref _halves[0];
        if (!first.HasLocal)
        {
            first.Local = _endpoints[endpoint];
            first.HasLocal = true;
            return 0;
        }

        for (var half = 0; half < _halves.Count; half++)
        {
            if (_halves[half].Local.Service == Service(endpoint))
            {
                return half;
            }
        }

        return NewHalf(endpoint);
    }

    private int NewHalf(int endpoint)
    {
        if (_halves.Count == MaxHalves)
        {
            return 0;
        }

        _halves.Add(new Half { Local = _endpoints[endpoint], HasLocal = true });
        return _halves.Count - 1;
    }

    private void Write(int index)
    {
        var half = _halves[index];
        spans.BeginSpan();
        State.Refuse(_issue);
        spans.TraceId(TraceId);
        spans.SpanId(SpanId);
        spans.Parent(Parent);
        spans.Name(Name);
        spans.Kind(half.Kind);
        spans.Timestamp(half.Timestamp);
        spans.Duration(Math.Max(0, half.Duration));
        spans.Local = half.Local;
        spans.Remote = half.Remote;
        spans.IsShared = half.IsShared;
        spans.IsDebug = IsDebug;
        for (var i = 0; i < _annotations.Count; i++)
        {
            if (_annotations[i].Half == index && !_annotations[i].IsCore)
            {
                spans.Annotation(_annotations[i].Time, Batch.Arena.Get(_annotations[i].Value));
            }
        }

        for (var i = 0; i < _tags.Count; i++)
        {
            // Finagle's "lc" without a value only says whose span it is.
            if (_tags[i].Half == index && !_tags[i].IsAddress && !(_tags[i].Value.Length == 0 && Batch.Dictionary.Get(_tags[i].Key).SequenceEqual("lc"u8)))
            {
                spans.Tag(_tags[i].Key, Batch.Arena.Get(_tags[i].Value));
            }
        }

        spans.EndSpan();
    }

    private struct Annotation
    {
        public long Time;
        public TextRef Value;
        public int Endpoint;
        public int Half;

        /// <summary>Said by the times and the kind of its span.</summary>
        public bool IsCore;
    }

    private struct BinaryAnnotation
    {
        public int Key;
        public TextRef Value;
        public int Endpoint;
        public int Half;

        /// <summary>Says whose endpoint it has and is no tag.</summary>
        public bool IsAddress;
    }

    /// <summary>One service's share.</summary>
    private struct Half
    {
        public ZipkinEndpoint Local;
        public ZipkinEndpoint Remote;
        public bool HasLocal;
        public SpanKind Kind;
        public long Timestamp;
        public long Duration;
        public bool IsShared;
    }

    private readonly record struct Moment(long Time, int Endpoint);

    /// <summary>The last of each kind.</summary>
    private struct Moments
    {
        public Moment? ClientSent;
        public Moment? ServerReceived;
        public Moment? ServerSent;
        public Moment? ClientReceived;
        public Moment? MessageSent;
        public Moment? MessageReceived;
        public Moment? WireSent;
        public Moment? WireReceived;

        public readonly bool HasRpc => ClientSent is not null || ClientReceived is not null || ServerReceived is not null || ServerSent is not null;
    }
}
