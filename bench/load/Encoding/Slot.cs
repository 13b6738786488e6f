namespace Clew.Load.Encoding;

/// <summary>What is written into a template's gap when a request is stamped.</summary>
internal enum SlotKind : byte
{
    /// <summary>16 bytes: the id of a trace of this round.</summary>
    TraceId,

    /// <summary>8 bytes: the id of the span whose number within its trace is the argument.</summary>
    SpanId,

    /// <summary>16 bytes: the id of the same trace of the round before, for links.</summary>
    LinkedTraceId,

    /// <summary>8 bytes: the root span's id of the same trace of the round before.</summary>
    LinkedSpanId,

    /// <summary>fixed64: the trace's start plus the argument (nanoseconds) stretched by the trace's factor.</summary>
    Time,

    /// <summary>Decimal digits of the trace's user number, left-padded with zeros.</summary>
    User,

    /// <summary>Decimal digits, random per trace; equal arguments give equal digits within a trace.</summary>
    Digits,

    /// <summary>A three-byte varint in [16384, 65536), random per trace and argument.</summary>
    Varint,

    /// <summary>fixed64: a double, log-normal around 50, random per trace and argument.</summary>
    Amount,

    /// <summary>fixed64: the time of a metric collection, nanoseconds.</summary>
    Collected,

    /// <summary>fixed64: the time the process behind a metric started, nanoseconds.</summary>
    Started,

    /// <summary>fixed64: a counter that grows by about the argument with every round.</summary>
    Counter,

    /// <summary>fixed64: a double that wanders around the argument.</summary>
    Gauge,
}

/// <summary>A gap in a template.</summary>
/// <param name="Offset">Bytes from the start of the request.</param>
/// <param name="Kind">What goes there.</param>
/// <param name="Width">Bytes.</param>
/// <param name="Trace">Number of the trace within the request (see <see cref="RequestTemplate.Traces"/>); of the data point for metrics.</param>
/// <param name="Argument">See <see cref="SlotKind"/>.</param>
internal readonly record struct Slot(int Offset, SlotKind Kind, byte Width, int Trace, long Argument);
