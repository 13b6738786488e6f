using Clew.Telemetry;

namespace Clew.Protocols.LogLines;

/// <summary>The scalar fields of one record while its line is read. A copy is all it takes to go back to where a format began.</summary>
internal struct LineFields
{
    /// <summary>Nanoseconds since 1970; 0 while no time was found.</summary>
    public long Time;

    /// <summary>When whatever carried the line saw it; 0 while unknown.</summary>
    public long Observed;
    public byte Severity;

    /// <summary>Dictionary number.</summary>
    public int SeverityText;
    public TraceId TraceId;
    public SpanId SpanId;
    public uint Flags;
    public TextRef Body;
    public bool HasBody;
    public TextRef Logger;

    /// <summary>What stands under "name", until it is clear whether it names the logger.</summary>
    public TextRef Name;

    /// <summary>The line has fields that only Python's logging writes.</summary>
    public bool IsPython;

    /// <summary>A text that is the message if no better one comes, and the dictionary number of its name.</summary>
    public TextRef WeakMessage;
    public int WeakMessageKey;
    public ResourceTexts Resource;
    public TextRef ExceptionType;
    public TextRef ExceptionMessage;
    public TextRef StackTrace;

    public readonly bool HasException => ExceptionType.Length + ExceptionMessage.Length + StackTrace.Length > 0;
}
