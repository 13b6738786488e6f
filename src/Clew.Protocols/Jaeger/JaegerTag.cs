namespace Clew.Protocols.Jaeger;

/// <summary>The types of Jaeger's tags. The numbers are Thrift's; protobuf has an order of its own.</summary>
internal enum JaegerTagType
{
    String = 0,
    Double = 1,
    Bool = 2,
    Int = 3,
    Binary = 4,

    /// <summary>A number neither format has.</summary>
    Unknown = -1,
}

/// <summary>One tag while it is read; only the value that <see cref="Type"/> names counts.</summary>
internal ref struct JaegerTag
{
    public ReadOnlySpan<byte> Key;
    public JaegerTagType Type;
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Bytes;
    public long Int;
    public double Double;
    public bool Bool;
}

/// <summary>A reference to another span while its span is read.</summary>
internal readonly record struct JaegerReference(Clew.Telemetry.TraceId TraceId, Clew.Telemetry.SpanId SpanId, bool IsFollowsFrom, bool IsInvalid);
