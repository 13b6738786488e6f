namespace Clew.Telemetry;

/// <summary>OTLP's span kinds with OTLP's numbers. A number the standard does not know is kept as it is.</summary>
public enum SpanKind : byte
{
    Unspecified = 0,
    Internal = 1,
    Server = 2,
    Client = 3,
    Producer = 4,
    Consumer = 5,
}

/// <summary>OTLP's status codes with OTLP's numbers.</summary>
public enum SpanStatus : byte
{
    Unset = 0,
    Ok = 1,
    Error = 2,
}
