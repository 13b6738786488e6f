using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>Name and types of a function.</summary>
/// <param name="Parameters">Types of the arguments in order; the last one repeats when <paramref name="MaxArguments"/> is larger.</param>
/// <param name="MinArguments">Fewer are a parse error.</param>
/// <param name="MaxArguments">More are a parse error.</param>
/// <param name="IsExperimental">Whether it needs <see cref="PromQlOptions.Experimental"/>.</param>
public sealed record FunctionSignature(
    string Name, IReadOnlyList<ExpressionType> Parameters, int MinArguments, int MaxArguments, ExpressionType Returns, bool IsExperimental)
{
    /// <summary>The type of an argument, counted from 0.</summary>
    public ExpressionType ParameterAt(int index) => Parameters[Math.Min(index, Parameters.Count - 1)];

    /// <summary>Whether the answer depends on the moment of evaluation even when all arguments are fixed by <c>@</c>.</summary>
    public bool DependsOnTime => Name is "time" or "timestamp" or "predict_linear" || (MinArguments == 0 && MaxArguments == 1);
}
