namespace Clew.Query.TraceQL;

/// <summary>A fixed part of a span or of its trace.</summary>
public sealed class Intrinsic
{
    private readonly Func<TraceSpan, TraceValue> _read;

    private Intrinsic(string name, string scoped, TraceValueType type, Func<TraceSpan, TraceValue> read)
    {
        Name = name;
        ScopedName = scoped;
        Type = type;
        _read = read;
    }

    public static readonly Intrinsic Duration = new("duration", "span:duration", TraceValueType.Duration, span => TraceValue.OfDuration(span.View.DurationNanoseconds));
    public static readonly Intrinsic SpanName = new("name", "span:name", TraceValueType.String, span => TraceValue.Of(span.View.Name));
    public static readonly Intrinsic Status = new("status", "span:status", TraceValueType.Status, span => TraceValue.Of(span.View.Status));
    public static readonly Intrinsic StatusMessage = new("statusMessage", "span:statusMessage", TraceValueType.String, span => TraceValue.Of(span.View.StatusMessage));
    public static readonly Intrinsic Kind = new("kind", "span:kind", TraceValueType.Kind, span => TraceValue.Of(span.View.Kind));

    /// <summary>Spans whose parent it is.</summary>
    public static readonly Intrinsic ChildCount = new("childCount", "span:childCount", TraceValueType.Int, span => TraceValue.Of((long)span.Trace.ChildCount(span.Index)));

    /// <summary>16 hexadecimal digits.</summary>
    public static readonly Intrinsic SpanIdentity = new("", "span:id", TraceValueType.String, span => TraceValue.Of(span.View.SpanId.ToString()));

    /// <summary>Nothing for a root.</summary>
    public static readonly Intrinsic ParentIdentity = new("", "span:parentID", TraceValueType.String, span => span.View.ParentSpanId.IsEmpty ? TraceValue.Nil : TraceValue.Of(span.View.ParentSpanId.ToString()));

    /// <summary>From the first start to the last end in the trace.</summary>
    public static readonly Intrinsic TraceDuration = new("traceDuration", "trace:duration", TraceValueType.Duration, span => TraceValue.OfDuration(span.Trace.EndNanoseconds - span.Trace.StartNanoseconds));

    /// <summary>Nothing while no root has arrived.</summary>
    public static readonly Intrinsic RootName = new("rootName", "trace:rootName", TraceValueType.String, span => span.Trace.Root is { } root ? TraceValue.Of(root.View.Name) : TraceValue.Nil);

    /// <summary>Nothing while no root has arrived.</summary>
    public static readonly Intrinsic RootService = new("rootServiceName", "trace:rootService", TraceValueType.String, span => span.Trace.Root is { } root ? TraceValue.Of(root.View.Service) : TraceValue.Nil);

    /// <summary>32 hexadecimal digits.</summary>
    public static readonly Intrinsic TraceIdentity = new("", "trace:id", TraceValueType.String, span => TraceValue.Of(span.Trace.Id.ToString()));

    /// <summary>Number of the parent's <see cref="NestedSetLeft"/>; -1 for a root, 0 where the way to a root is not known.</summary>
    public static readonly Intrinsic NestedSetParent = new("nestedSetParent", "", TraceValueType.Int, span => TraceValue.Of((long)span.Trace.NestedParent(span.Index)));

    /// <summary>Number in the order in which a walk through the tree enters spans, from 1.</summary>
    public static readonly Intrinsic NestedSetLeft = new("nestedSetLeft", "", TraceValueType.Int, span => TraceValue.Of((long)span.Trace.NestedLeft(span.Index)));

    /// <summary>Number in the same order for leaving: larger than those of everything below.</summary>
    public static readonly Intrinsic NestedSetRight = new("nestedSetRight", "", TraceValueType.Int, span => TraceValue.Of((long)span.Trace.NestedRight(span.Index)));

    public static readonly Intrinsic EventName = new("", "event:name", TraceValueType.String, span => span.OfEvents(happened => TraceValue.Of(happened.Name)));

    /// <summary>From the span's start.</summary>
    public static readonly Intrinsic EventTime = new("", "event:timeSinceStart", TraceValueType.Duration, span => span.OfEvents(happened => TraceValue.OfDuration(happened.Time.UnixNanoseconds - span.View.Start.UnixNanoseconds)));

    public static readonly Intrinsic LinkTraceIdentity = new("", "link:traceID", TraceValueType.String, span => span.OfLinks(link => TraceValue.Of(link.TraceId.ToString())));

    public static readonly Intrinsic LinkSpanIdentity = new("", "link:spanID", TraceValueType.String, span => span.OfLinks(link => TraceValue.Of(link.SpanId.ToString())));

    public static readonly Intrinsic InstrumentationName = new("", "instrumentation:name", TraceValueType.String, span => TraceValue.Of(span.View.Scope.Name));

    public static readonly Intrinsic InstrumentationVersion = new("", "instrumentation:version", TraceValueType.String, span => TraceValue.Of(span.View.Scope.Version));

    /// <summary>Every one there is.</summary>
    public static IReadOnlyList<Intrinsic> All { get; } =
    [
        Duration, SpanName, Status, StatusMessage, Kind, ChildCount, SpanIdentity, ParentIdentity, TraceDuration, RootName, RootService, TraceIdentity,
        NestedSetParent, NestedSetLeft, NestedSetRight, EventName, EventTime, LinkTraceIdentity, LinkSpanIdentity, InstrumentationName, InstrumentationVersion,
    ];

    /// <summary>The name without a scope; empty when it only has one with a scope.</summary>
    public string Name { get; }

    /// <summary>The name with a scope and a colon; empty when it only has one without.</summary>
    public string ScopedName { get; }

    public TraceValueType Type { get; }

    /// <summary>Hexadecimal digits of an id; 0 for what is none.</summary>
    public int IdentityDigits => this == TraceIdentity || this == LinkTraceIdentity ? 32 : this == SpanIdentity || this == ParentIdentity || this == LinkSpanIdentity ? 16 : 0;

    /// <summary>Whether it takes the whole trace to know it, and not just the span.</summary>
    public bool IsOfTrace => this == TraceDuration || this == RootName || this == RootService || this == ChildCount || this == NestedSetParent || this == NestedSetLeft || this == NestedSetRight;

    public static Intrinsic? Find(string name) => All.FirstOrDefault(intrinsic => name.Length > 0 && (intrinsic.Name == name || intrinsic.ScopedName == name));

    public TraceValue Read(TraceSpan span) => _read(span);

    public override string ToString() => Name.Length > 0 ? Name : ScopedName;
}
