namespace Clew.Query.TraceQL;

/// <summary>Where an attribute is looked for.</summary>
public enum AttributeScope
{
    /// <summary><c>.key</c>: on the span, else its resource, its events, its links, its instrumentation scope, whichever has it first.</summary>
    Any,
    Span,
    Resource,

    /// <summary>Any of the span's events.</summary>
    Event,

    /// <summary>Any of the span's links.</summary>
    Link,

    /// <summary>The instrumentation scope.</summary>
    Instrumentation,
}
