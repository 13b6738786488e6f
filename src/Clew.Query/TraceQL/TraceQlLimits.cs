namespace Clew.Query.TraceQL;

/// <summary>What a TraceQL query may consist of, beside the limits that all languages share.</summary>
public sealed record TraceQlLimits
{
    /// <summary>Operators of a query, all together. More are a parse error: each makes the tree that evaluation goes down one deeper.</summary>
    public const int Operators = 1_000;
}
