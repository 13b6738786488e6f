using System.Text;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>
/// Takes the parts of Zipkin's spans, in whatever order a format brings them, and adds the spans to a batch as OpenTelemetry says them. One per request,
/// used again for each span.
/// </summary>
/// <remarks>
/// <para>Tags are attributes, annotations are events, the local service is the resource; endpoints and flags are the attributes of
/// <see cref="ZipkinKeys"/>, after the tags. A tag <c>error</c> with any value but "false" makes the status an error, its text the message; a tag
/// <c>otel.status_code</c> says the status where there is no error; all three stay tags. <c>otel.scope.name</c>, <c>otel.library.name</c> and their
/// versions are the scope.</para>
/// <para>Client and server halves of a shared span keep their one id: readers put the server's half below the client's.</para>
/// <para>A span without a timestamp starts at its first annotation; without one, with the span of the same id in the request, else its parent, else the
/// first of its trace, else when the request came. It is marked, so that Zipkin's API leaves the time out again.</para>
/// </remarks>
internal sealed class ZipkinSpanReader(SpanBatch batch, DecodeState state, Timestamp received)
{
    private const long NanosecondsPerMicrosecond = 1_000;

    private readonly RowOwners _owners = new(batch);
    private readonly Column<int> _untimed = new();
    private readonly int _firstRow = batch.Count;
    private SpanRow _row;
    private long _timestamp;
    private long _duration;
    private long _firstAnnotation;
    private bool _isError;
    private TextRef _errorText;
    private int _status;
    private TextRef _statusDescription;
    private int _scopeName;
    private int _scopeVersion;

    /// <summary>Set while a span is read.</summary>
    public ZipkinEndpoint Local;

    /// <summary>Set while a span is read.</summary>
    public ZipkinEndpoint Remote;

    public bool IsShared { get; set; }

    public bool IsDebug { get; set; }

    public SpanBatch Batch => batch;

    public DecodeState State => state;

    public void BeginSpan()
    {
        state.BeginRecord();
        _row = default;
        _timestamp = 0;
        _duration = 0;
        _firstAnnotation = 0;
        _isError = false;
        _errorText = TextRef.Empty;
        _status = 0;
        _statusDescription = TextRef.Empty;
        _scopeName = 0;
        _scopeVersion = 0;
        Local = default;
        Remote = default;
        IsShared = false;
        IsDebug = false;
    }

    public void TraceId(TraceId id) => _row.TraceId = id;

    public void SpanId(SpanId id) => _row.SpanId = id;

    public void Parent(SpanId id) => _row.ParentSpanId = id;

    public void Name(ReadOnlySpan<byte> name) => _row.Name = state.Name(batch, name);

    /// <param name="name">Dictionary number.</param>
    public void Name(int name) => _row.Name = name;

    public void Kind(SpanKind kind) => _row.Kind = (int)kind;

    /// <summary>A word of Zipkin's; one that is none is left out and counted.</summary>
    public void Kind(ReadOnlySpan<byte> word)
    {
        var kind = Ascii.EqualsIgnoreCase(word, "CLIENT"u8) ? SpanKind.Client
            : Ascii.EqualsIgnoreCase(word, "SERVER"u8) ? SpanKind.Server
            : Ascii.EqualsIgnoreCase(word, "PRODUCER"u8) ? SpanKind.Producer
            : Ascii.EqualsIgnoreCase(word, "CONSUMER"u8) ? SpanKind.Consumer
            : SpanKind.Unspecified;
        if (kind == SpanKind.Unspecified && !word.IsEmpty)
        {
            state.Warn(DecodeIssue.UnknownEnumNumber);
        }

        _row.Kind = (int)kind;
    }

    /// <param name="microseconds">Since the Unix epoch; 0 when there is none.</param>
    public void Timestamp(long microseconds) => _timestamp = microseconds;

    /// <param name="microseconds">0 when there is none.</param>
    public void Duration(long microseconds) => _duration = microseconds;

    public void Tag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (AttributeRow.Key(batch, state, key, out var number) is var issue and not DecodeIssue.None)
        {
            state.Refuse(issue);
            return;
        }

        Tag(number, value);
    }

    /// <param name="key">Dictionary number, from <see cref="AttributeRow.Key"/>.</param>
    public void Tag(int key, ReadOnlySpan<byte> value)
    {
        if (++_row.Attributes > state.Limits.MaxAttributes)
        {
            state.Refuse(DecodeIssue.TooManyAttributes);
            return;
        }

        if (TakeScope(key, value))
        {
            return;
        }

        var issue = AttributeRow.AddText(batch, batch.Attributes, state, key, value);
        if (issue != DecodeIssue.None)
        {
            state.Refuse(issue);
            return;
        }

        NoteStatus(key, batch.Attributes.Values[batch.Attributes.Values.Count - 1]);
    }

    public void Annotation(long microseconds, ReadOnlySpan<byte> value)
    {
        var time = Nanoseconds(microseconds);
        _firstAnnotation = time > 0 && time <= long.MaxValue && (_firstAnnotation == 0 || (long)time < _firstAnnotation) ? (long)time : _firstAnnotation;
        _row.AddEvent(batch, state, time, state.Name(batch, value), droppedAttributes: 0);
    }

    /// <summary>Adds the span, or counts why not.</summary>
    public void EndSpan()
    {
        // Zipkin's own rule for a span that names itself.
        _row.ParentSpanId = _row.ParentSpanId == _row.SpanId ? default : _row.ParentSpanId;
        var isTimed = _timestamp != 0;
        var start = isTimed ? Nanoseconds(_timestamp) : (ulong)(_firstAnnotation != 0 ? _firstAnnotation : Math.Max(1, received.UnixNanoseconds));
        var duration = Nanoseconds(_duration);
        _row.StartTime = start;
        _row.EndTime = start > long.MaxValue || duration > long.MaxValue ? ulong.MaxValue : start + duration;
        _row.StatusCode = _isError ? (int)SpanStatus.Error : _status;
        _row.StatusMessage = _errorText.Length > 0 ? _errorText : _statusDescription;
        AddFields(isTimed);
        var row = batch.Count;
        _row.Complete(batch, state);
        if (batch.Count == row)
        {
            return;
        }

        batch.ScopeIndexes.Add(_owners.ScopeOf(_scopeName, _scopeVersion));
        batch.ResourceIndexes.Add(_owners.ServiceOf(Local.Service));
        if (!isTimed && _firstAnnotation == 0)
        {
            _untimed.Add(row);
        }
    }

    /// <summary>Gives the spans without any time of their own that of their neighbours.</summary>
    public void EndRequest()
    {
        if (_untimed.Count == 0)
        {
            return;
        }

        var isUntimed = new HashSet<int>(_untimed.Values.ToArray());
        var starts = new Dictionary<(TraceId, SpanId), long>();
        var firsts = new Dictionary<TraceId, long>();
        for (var row = _firstRow; row < batch.Count; row++)
        {
            if (!isUntimed.Contains(row))
            {
                starts.TryAdd((batch.TraceIds[row], batch.SpanIds[row]), batch.StartTimes[row]);
                firsts[batch.TraceIds[row]] = Math.Min(batch.StartTimes[row], firsts.GetValueOrDefault(batch.TraceIds[row], long.MaxValue));
            }
        }

        foreach (var row in _untimed.Values)
        {
            var trace = batch.TraceIds[row];
            if (starts.TryGetValue((trace, batch.SpanIds[row]), out var start)
                || starts.TryGetValue((trace, batch.ParentSpanIds[row]), out start)
                || firsts.TryGetValue(trace, out start))
            {
                batch.StartTimes[row] = start;
            }
        }
    }

    private ulong Nanoseconds(long microseconds)
    {
        if (microseconds < 0)
        {
            state.Refuse(DecodeIssue.TimeBeforeEpoch);
            return 0;
        }

        return microseconds > long.MaxValue / NanosecondsPerMicrosecond ? ulong.MaxValue : (ulong)(microseconds * NanosecondsPerMicrosecond);
    }

    /// <summary>What is not a tag comes after the tags, so that of two attributes with one key the last is the field.</summary>
    private void AddFields(bool isTimed)
    {
        AddAddress(ZipkinKeys.LocalAddress, Local.Ipv4);
        AddAddress(ZipkinKeys.LocalAddress, Local.Ipv6);
        AddPort(ZipkinKeys.LocalPort, Local.Port);
        AddAddress(ZipkinKeys.RemoteService, batch.Dictionary.GetRef(Remote.Service));
        AddAddress(ZipkinKeys.RemoteAddress, Remote.Ipv4);
        AddAddress(ZipkinKeys.RemoteAddress, Remote.Ipv6);
        AddPort(ZipkinKeys.RemotePort, Remote.Port);
        AddFlag(ZipkinKeys.Shared, IsShared);
        AddFlag(ZipkinKeys.Debug, IsDebug);
        AddFlag(ZipkinKeys.StartTimeAbsent, !isTimed);
    }

    private void AddAddress(string key, TextRef value)
    {
        if (value.Length > 0)
        {
            batch.Attributes.Add(batch.Dictionary.Add(key), AttributeType.String, value);
        }
    }

    private void AddPort(string key, int port)
    {
        if (port != 0)
        {
            batch.Attributes.Add(batch.Dictionary.Add(key), AttributeType.Int, batch.Arena.Add(port));
        }
    }

    private void AddFlag(string key, bool isSet)
    {
        if (isSet)
        {
            batch.Attributes.Add(batch.Dictionary.Add(key), AttributeType.Bool, batch.Arena.Add(AttributeText.True));
        }
    }

    private bool TakeScope(int key, ReadOnlySpan<byte> value)
    {
        var name = batch.Dictionary.Get(key);
        if (value.IsEmpty || name.Length is not (15 or 17 or 18 or 20) || !name.StartsWith("otel."u8))
        {
            return false;
        }

        if (name.SequenceEqual("otel.scope.name"u8) || name.SequenceEqual("otel.library.name"u8))
        {
            _scopeName = state.Name(batch, value);
            return true;
        }

        if (name.SequenceEqual("otel.scope.version"u8) || name.SequenceEqual("otel.library.version"u8))
        {
            _scopeVersion = state.Name(batch, value);
            return true;
        }

        return false;
    }

    private void NoteStatus(int key, TextRef value)
    {
        var name = batch.Dictionary.Get(key);
        var text = batch.Arena.Get(value);
        switch (name.Length)
        {
            case 5 when name.SequenceEqual("error"u8) && !Ascii.EqualsIgnoreCase(text, "false"u8):
                _isError = true;
                _errorText = Ascii.EqualsIgnoreCase(text, "true"u8) ? TextRef.Empty : value;
                break;
            case 16 when name.SequenceEqual("otel.status_code"u8):
                _status = Ascii.EqualsIgnoreCase(text, "ERROR"u8) ? (int)SpanStatus.Error : Ascii.EqualsIgnoreCase(text, "OK"u8) ? (int)SpanStatus.Ok : 0;
                break;
            case 23 when name.SequenceEqual("otel.status_description"u8):
                _statusDescription = value;
                break;
        }
    }
}
