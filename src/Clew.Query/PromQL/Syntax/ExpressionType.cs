namespace Clew.Query.PromQL.Syntax;

/// <summary>What an expression evaluates to.</summary>
public enum ExpressionType
{
    /// <summary>One number for each step.</summary>
    Scalar,

    /// <summary>A text, the same at every step.</summary>
    String,

    /// <summary>Series with at most one sample for each step.</summary>
    InstantVector,

    /// <summary>Series with all samples of a stretch of time before each step.</summary>
    RangeVector,
}

/// <summary>The names of types in error messages and in the HTTP API.</summary>
public static class ExpressionTypeNames
{
    /// <summary>As people call it: <c>instant vector</c>.</summary>
    public static string Words(this ExpressionType type) => type switch
    {
        ExpressionType.Scalar => "scalar",
        ExpressionType.String => "string",
        ExpressionType.InstantVector => "instant vector",
        _ => "range vector",
    };

    /// <summary>As Prometheus' API calls it: <c>vector</c>, <c>matrix</c>.</summary>
    public static string ApiName(this ExpressionType type) => type switch
    {
        ExpressionType.Scalar => "scalar",
        ExpressionType.String => "string",
        ExpressionType.InstantVector => "vector",
        _ => "matrix",
    };
}
