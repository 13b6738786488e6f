namespace Clew.Query.TraceQL;

/// <summary>Types of values in TraceQL.</summary>
public enum TraceValueType
{
    /// <summary>Nothing: an attribute that is not there.</summary>
    Nil,
    Bool,

    /// <summary>Signed, 64 bits.</summary>
    Int,
    Float,

    /// <summary>Nanoseconds.</summary>
    Duration,
    String,
    Status,
    Kind,

    /// <summary>Something that can be shown but not compared: a map, bytes.</summary>
    Other,

    /// <summary>An attribute whose value is an array: comparisons look at its elements.</summary>
    Array,

    /// <summary>Several values of one span: an attribute of its events or links.</summary>
    Many,
}

/// <summary>Facts about types.</summary>
public static class TraceValueTypes
{
    /// <summary>Int, float and duration: they compare and compute with each other.</summary>
    public static bool IsNumber(this TraceValueType type) => type is TraceValueType.Int or TraceValueType.Float or TraceValueType.Duration;

    /// <summary>The name in messages.</summary>
    public static string Word(this TraceValueType type) => type.ToString().ToLowerInvariant();
}
