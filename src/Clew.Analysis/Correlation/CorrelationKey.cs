namespace Clew.Analysis.Correlation;

/// <summary>What a key names, the most precise first.</summary>
public enum KeyKind
{
    /// <summary>W3C, B3 or any other trace id.</summary>
    Trace,

    /// <summary>X-Request-ID, X-Correlation-ID and their like: one request.</summary>
    Request,

    /// <summary>An id of a thing that requests work on (an order, a job): several requests, usually close to each other.</summary>
    Entity,

    /// <summary>Many requests of one visit.</summary>
    Session,

    /// <summary>All requests of a person or an account.</summary>
    User,

    /// <summary>All requests from an address.</summary>
    Address,
}

/// <summary>Something that log records of one request have in common. Values compare exactly.</summary>
public readonly record struct CorrelationKey(KeyKind Kind, string Value)
{
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} {Value}";
}
