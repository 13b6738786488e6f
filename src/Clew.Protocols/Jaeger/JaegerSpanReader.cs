using System.Buffers.Text;
using System.Text;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>
/// Takes the parts of Jaeger's spans, in whatever order a format brings them, and adds the spans to a batch as OpenTelemetry says them: the mapping of
/// the OpenTelemetry Collector's Jaeger translator. One per request, used again for each span.
/// </summary>
/// <remarks>
/// <para><c>span.kind</c> is the kind; <c>error</c>, else <c>otel.status_code</c>, else <c>http.status_code</c> is the status (4xx for clients, 5xx for
/// everyone); <c>otel.scope.name</c>, <c>otel.library.name</c> and their versions are the scope; <c>w3c.tracestate</c> is the trace state. These tags are
/// not kept beside the fields, except <c>http.status_code</c> and those whose value means nothing.</para>
/// <para>The parent is the parent's id where the format has one, else the first CHILD_OF reference within the trace, else the first FOLLOWS_FROM. Other
/// references are links with <c>opentracing.ref_type</c>; the parent's own is one too when it is no CHILD_OF.</para>
/// <para>Logs are events, named by their field <c>event</c>. A process is the resource; <c>hostname</c> is also called <c>host.name</c>.</para>
/// </remarks>
internal sealed class JaegerSpanReader(SpanBatch batch, DecodeState state)
{
    /// <summary>What OpenTelemetry's translators call a service without a name.</summary>
    private static ReadOnlySpan<byte> NoServiceName => "OTLPResourceNoServiceName"u8;

    private readonly RowOwners _owners = new(batch);
    private readonly Dictionary<ulong, int> _processes = [];
    private readonly Column<JaegerReference> _references = new();
    private SpanRow _row;
    private SharedRow _process;
    private bool _hasHostName;
    private TextRef _hostname;
    private bool _hasKind;
    private bool _isError;
    private int? _status;
    private TextRef? _statusDescription;
    private long _httpStatus;
    private TextRef _httpMessage;
    private int _scopeName;
    private int _scopeVersion;
    private long _start;
    private long _duration;
    private int _eventName;
    private int _eventAttributes;

    public void BeginSpan()
    {
        state.BeginRecord();
        _row = default;
        _references.Clear();
        _hasKind = false;
        _isError = false;
        _status = null;
        _statusDescription = null;
        _httpStatus = 0;
        _httpMessage = TextRef.Empty;
        _scopeName = 0;
        _scopeVersion = 0;
        _start = 0;
        _duration = 0;
    }

    public void TraceId(TraceId id, bool isInvalid = false)
    {
        _row.TraceId = id;
        _row.TraceIdInvalid = isInvalid;
    }

    public void SpanId(SpanId id, bool isInvalid = false)
    {
        _row.SpanId = id;
        _row.SpanIdInvalid = isInvalid;
    }

    public void Parent(SpanId id) => _row.ParentSpanId = id;

    public void Name(ReadOnlySpan<byte> name) => _row.Name = state.Name(batch, name);

    /// <summary>Of Jaeger's flags the low eight are kept: 1 is sampled, 2 is debug.</summary>
    public void Flags(uint flags) => _row.Flags = flags & 0xFF;

    /// <param name="nanoseconds">Since the Unix epoch; the largest number stands for every time beyond it.</param>
    public void Start(long nanoseconds) => _start = nanoseconds;

    public void Duration(long nanoseconds) => _duration = nanoseconds;

    public void Tag(scoped in JaegerTag tag)
    {
        if (++_row.Attributes > state.Limits.MaxAttributes)
        {
            state.Refuse(DecodeIssue.TooManyAttributes);
        }
        else if (!TakeSpecial(tag) && Add(batch.Attributes, tag) is var issue and not DecodeIssue.None)
        {
            state.Refuse(issue);
        }
    }

    public void Reference(in JaegerReference reference)
    {
        if (_references.Count >= state.Limits.MaxLinks)
        {
            state.Refuse(DecodeIssue.TooManyLinks);
            return;
        }

        _references.Add(reference);
    }

    public void BeginLog()
    {
        _eventName = 0;
        _eventAttributes = 0;
    }

    public void LogField(scoped in JaegerTag tag)
    {
        if (++_eventAttributes > state.Limits.MaxAttributes)
        {
            state.Refuse(DecodeIssue.TooManyAttributes);
        }
        else if (_eventName == 0 && tag.Type == JaegerTagType.String && !tag.Text.IsEmpty && tag.Key.SequenceEqual("event"u8))
        {
            _eventName = state.Name(batch, tag.Text);
        }
        else if (Add(batch.Events.Attributes, tag) is var issue and not DecodeIssue.None)
        {
            state.Refuse(issue);
        }
    }

    public void EndLog(long nanoseconds) => _row.AddEvent(batch, state, Time(nanoseconds), _eventName, droppedAttributes: 0);

    /// <summary>Adds the span, or counts why not. Its resource is the caller's to set.</summary>
    /// <returns>Whether it was added.</returns>
    public bool EndSpan()
    {
        _row.StartTime = Time(_start);
        _row.EndTime = _duration >= 0 && _start > long.MaxValue - _duration ? ulong.MaxValue : Time(_start + _duration);
        EndReferences();
        EndStatus();
        var before = batch.Count;
        _row.Complete(batch, state);
        if (batch.Count == before)
        {
            return false;
        }

        batch.ScopeIndexes.Add(_owners.ScopeOf(_scopeName, _scopeVersion));
        return true;
    }

    public void BeginProcess()
    {
        _process = default;
        _hasHostName = false;
        _hostname = TextRef.Empty;
    }

    public void ServiceName(ReadOnlySpan<byte> name)
    {
        if (!name.IsEmpty && !name.SequenceEqual(NoServiceName))
        {
            batch.Resources.Attributes.Add(batch.Dictionary.Add("service.name"u8), AttributeType.String, batch.Arena.Add(state.SharedText(name)));
        }
    }

    public void ProcessTag(scoped in JaegerTag tag)
    {
        var attributes = batch.Resources.Attributes;
        var issue = ++_process.Attributes > state.Limits.MaxAttributes ? DecodeIssue.TooManyAttributes : Add(attributes, tag);
        if (issue != DecodeIssue.None)
        {
            state.LeaveOut(issue);
            _process.LeftOut++;
            return;
        }

        _hasHostName |= tag.Key.SequenceEqual("host.name"u8);
        if (tag.Type == JaegerTagType.String && tag.Key.SequenceEqual("hostname"u8))
        {
            _hostname = attributes.Values[attributes.Values.Count - 1];
        }
    }

    /// <summary>Completes the process as the resource of every row that has none yet; drops it when there is no such row.</summary>
    public void EndProcess()
    {
        AddHostName();
        _process.EndResourceOfRows(batch);
    }

    /// <summary>Completes the process as a resource of its own, or as the one with the same content that was completed before.</summary>
    /// <returns>Its index.</returns>
    public int EndProcessOfOne()
    {
        AddHostName();
        var index = _process.EndResource(batch);
        if (_processes.TryAdd(batch.Resources.Fingerprints[index], index))
        {
            return index;
        }

        var known = _processes[batch.Resources.Fingerprints[index]];
        batch.Resources.Truncate(index);
        return known;
    }

    /// <summary>Takes back what <see cref="EndProcessOfOne"/> completed for a span that was not kept: a process, or several, of which protobuf lets the last one count.</summary>
    /// <param name="first">The index of the first of them.</param>
    public void ForgetProcesses(int first)
    {
        for (var resource = first; resource < batch.Resources.Count; resource++)
        {
            _processes.Remove(batch.Resources.Fingerprints[resource]);
        }

        batch.Resources.Truncate(first);
    }

    /// <summary>Takes back the attributes of the process that was begun.</summary>
    public void DropProcess() => batch.Resources.Attributes.DropOpenEntries();

    private void AddHostName()
    {
        if (_hostname.Length > 0 && !_hasHostName)
        {
            batch.Resources.Attributes.Add(batch.Dictionary.Add("host.name"u8), AttributeType.String, _hostname);
        }
    }

    private ulong Time(long nanoseconds)
    {
        if (nanoseconds < 0)
        {
            state.Refuse(DecodeIssue.TimeBeforeEpoch);
            return 0;
        }

        return nanoseconds == long.MaxValue ? ulong.MaxValue : (ulong)nanoseconds;
    }

    private DecodeIssue Add(AttributeLists lists, scoped in JaegerTag tag)
    {
        switch (tag.Type)
        {
            case JaegerTagType.String:
                return AttributeRow.AddText(batch, lists, state, tag.Key, tag.Text);
            case JaegerTagType.Bool:
                return AttributeRow.AddBool(batch, lists, state, tag.Key, tag.Bool);
            case JaegerTagType.Int:
                return AttributeRow.AddInt(batch, lists, state, tag.Key, tag.Int);
            case JaegerTagType.Double:
                return AttributeRow.AddDouble(batch, lists, state, tag.Key, tag.Double);
            case JaegerTagType.Binary:
                return AttributeRow.AddBytes(batch, lists, state, tag.Key, tag.Bytes);
            default:
                state.Warn(DecodeIssue.UnknownEnumNumber);
                return AttributeRow.AddText(batch, lists, state, tag.Key, tag.Text);
        }
    }

    /// <returns>Whether the tag is said by a field and needs no attribute.</returns>
    private bool TakeSpecial(scoped in JaegerTag tag)
    {
        var text = tag.Type == JaegerTagType.String ? tag.Text : default;
        switch (tag.Key.Length)
        {
            case 5 when tag.Key.SequenceEqual("error"u8):
                var isTrue = tag.Type == JaegerTagType.Bool ? tag.Bool : Ascii.EqualsIgnoreCase(text, "true"u8);
                _isError |= isTrue;
                return isTrue;
            case 9 when tag.Key.SequenceEqual("span.kind"u8):
                return TakeKind(text);
            case 14 when tag.Key.SequenceEqual("w3c.tracestate"u8) && !text.IsEmpty:
                _row.TraceState = state.Text(batch, text, state.Limits.MaxNameBytes, DecodeIssue.NameTooLong);
                return true;
            case 15 when tag.Key.SequenceEqual("otel.scope.name"u8) && !text.IsEmpty:
                _scopeName = state.Name(batch, text);
                return true;
            case 17 when tag.Key.SequenceEqual("otel.library.name"u8) && !text.IsEmpty:
                _scopeName = state.Name(batch, text);
                return true;
            case 18 when tag.Key.SequenceEqual("otel.scope.version"u8) && !text.IsEmpty:
                _scopeVersion = state.Name(batch, text);
                return true;
            case 20 when tag.Key.SequenceEqual("otel.library.version"u8) && !text.IsEmpty:
                _scopeVersion = state.Name(batch, text);
                return true;
            case 16 when tag.Key.SequenceEqual("otel.status_code"u8):
                return TakeStatus(text);
            case 23 when tag.Key.SequenceEqual("otel.status_description"u8) && !text.IsEmpty:
                _statusDescription = state.Text(batch, text, state.Limits.MaxValueBytes, DecodeIssue.ValueTooLong);
                return true;
            case 16 when tag.Key.SequenceEqual("http.status_code"u8):
                // Clients without whole numbers send it as a double.
                _httpStatus = tag.Type switch
                {
                    JaegerTagType.Int => tag.Int,
                    JaegerTagType.Double => (long)tag.Double,
                    _ => Utf8Parser.TryParse(text, out long code, out var used) && used == text.Length ? code : 0,
                };
                return false;
            case 19 when tag.Key.SequenceEqual("http.status_message"u8) && text.Length <= state.Limits.MaxValueBytes:
                _httpMessage = batch.Arena.Add(state.Repair(text));
                return false;
            default:
                return false;
        }
    }

    private bool TakeKind(ReadOnlySpan<byte> word)
    {
        var kind = word.Length is < 6 or > 8 ? SpanKind.Unspecified
            : Ascii.EqualsIgnoreCase(word, "client"u8) ? SpanKind.Client
            : Ascii.EqualsIgnoreCase(word, "server"u8) ? SpanKind.Server
            : Ascii.EqualsIgnoreCase(word, "producer"u8) ? SpanKind.Producer
            : Ascii.EqualsIgnoreCase(word, "consumer"u8) ? SpanKind.Consumer
            : Ascii.EqualsIgnoreCase(word, "internal"u8) ? SpanKind.Internal
            : SpanKind.Unspecified;
        if (kind == SpanKind.Unspecified || _hasKind)
        {
            return false;
        }

        _hasKind = true;
        _row.Kind = (int)kind;
        return true;
    }

    private bool TakeStatus(ReadOnlySpan<byte> word)
    {
        if (Ascii.EqualsIgnoreCase(word, "ERROR"u8))
        {
            _status = (int)SpanStatus.Error;
        }
        else if (Ascii.EqualsIgnoreCase(word, "OK"u8))
        {
            _status = (int)SpanStatus.Ok;
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>The rules are those of OpenTelemetry's conventions for HTTP spans.</summary>
    private bool IsHttpFailure() => _httpStatus is >= 500 and < 600 || (_httpStatus is >= 400 and < 500 && _row.Kind == (int)SpanKind.Client);

    private void EndStatus()
    {
        var byHttp = !_isError && _status is null && IsHttpFailure();
        _row.StatusCode = _isError || byHttp ? (int)SpanStatus.Error : _status ?? (int)SpanStatus.Unset;
        if (_statusDescription is { } description)
        {
            _row.StatusMessage = description;
        }
        else if (_isError || byHttp)
        {
            _row.StatusMessage = _httpMessage;
        }
    }

    private void EndReferences()
    {
        if (_row.ParentSpanId.IsEmpty)
        {
            _row.ParentSpanId = ParentByReference();
        }

        foreach (var reference in _references.Values)
        {
            if (!reference.IsInvalid && !reference.IsFollowsFrom && reference.SpanId == _row.ParentSpanId && reference.TraceId == _row.TraceId)
            {
                continue;
            }

            if (!reference.IsInvalid)
            {
                batch.Links.Attributes.Add(
                    batch.Dictionary.Add("opentracing.ref_type"u8), AttributeType.String, batch.Arena.Add(reference.IsFollowsFrom ? "follows_from"u8 : "child_of"u8));
            }

            _row.AddLink(batch, state, new LinkRow { TraceId = reference.TraceId, SpanId = reference.SpanId, SpanIdInvalid = reference.IsInvalid });
        }
    }

    private SpanId ParentByReference()
    {
        var followsFrom = default(SpanId);
        foreach (var reference in _references.Values)
        {
            if (reference.IsInvalid || reference.TraceId != _row.TraceId)
            {
                continue;
            }

            if (!reference.IsFollowsFrom)
            {
                return reference.SpanId;
            }

            followsFrom = followsFrom.IsEmpty ? reference.SpanId : followsFrom;
        }

        return followsFrom;
    }
}
